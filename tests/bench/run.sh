#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All measurements, each beside its reference in the same run; docs/performance.md explains them.
#   sh tests/bench/run.sh [--quick] [--mysql FOLDER]    FOLDER: where get_mysql.sh unpacked MySQL
# Results as text on stdout and as JSON in build/bench/. The quick form is for trying it out: its
# figures are too noisy to quote.
set -eu
cd "$(dirname "$0")/../.."

rows='--rows 300000 --pairs 5'
big='--big 3000000'
mysql=
while [ $# -gt 0 ]; do
  case $1 in
    --quick) rows='--rows 30000 --pairs 1'; big= ;;
    --mysql) [ $# -gt 1 ] || { echo "run.sh: --mysql takes a folder" >&2; exit 64; }; mysql=$2; shift ;;
    *) echo "usage: sh tests/bench/run.sh [--quick] [--mysql FOLDER]" >&2; exit 64 ;;
  esac
  shift
done

sh tests/install-deps.sh
cmake --preset release -Wno-dev
cmake --build --preset release --target erp2mysql erp2mysql-mock erp2mysql-proxy writer_bench
mkdir -p build/bench

# shellcheck disable=SC2086
{
  python3 tests/bench/end_to_end.py $rows $big --json build/bench/mariadb.json
  python3 tests/bench/writer.py $rows --json build/bench/mariadb-writer.json
  if [ -n "$mysql" ]; then
    python3 tests/bench/end_to_end.py $rows --mysql "$mysql" --only REPLACE --json build/bench/mysql.json
    python3 tests/bench/writer.py $rows --mysql "$mysql" --json build/bench/mysql-writer.json
  fi
}
for peer in tests/bench/peers/python_loop.py tests/bench/peers/dlt_sqlalchemy.py; do
  python3 "$peer" || echo "$peer: skipped"
done
