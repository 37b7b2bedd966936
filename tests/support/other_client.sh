#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the tool once more, with MySQL's own client library, and runs a test of tests/e2e on MySQL 9 with
# both. The test finds the second binary in ERP2MYSQL_OTHER, and this script knows nothing else of it.
#   bash tests/support/other_client.sh TEST [flags]     ERP2MYSQL, ERP2MYSQL_MOCK: as for any such test
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -ge 1 ] || { echo "usage: bash tests/support/other_client.sh TEST [flags]" >&2; exit 64; }

bash tests/support/get_mysql.sh build/mysql9
export PKG_CONFIG_PATH=$PWD/build/mysql9/lib/pkgconfig
cmake --preset release -B build/libmysqlclient -DERP2MYSQL_MYSQL_CLIENT=mysql -Wno-dev > /dev/null
cmake --build build/libmysqlclient --target erp2mysql > /dev/null

export ERP2MYSQL_OTHER=$PWD/build/libmysqlclient/erp2mysql ERP2MYSQL_TEST_MYSQL=$PWD/build/mysql9
exec python3 "tests/e2e/$1_test.py" "${@:2}"
