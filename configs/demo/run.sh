#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh checkout to rows in a table: builds, starts a throw-away MariaDB and an imitated ERP,
# runs configs/jushuitan-saleout.json twice and shows what came. Leaves nothing behind but build/.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
job=$root/configs/jushuitan-saleout.json
bin=$root/build/release
now='2024-01-08 00:10:00' # the imitated orders are from the week before
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8

work= server= mock=

say() { printf '\n== %s\n' "$*"; }

die() {
  printf 'demo: %s\n' "$1" >&2
  if [ $# -gt 1 ] && [ -s "$2" ]; then
    tail -n 30 "$2" >&2
  fi
  exit 1
}

# Asks politely, then insists; returns when the process is gone.
stop() {
  [ -n "$1" ] || return 0
  kill "$1" 2>/dev/null || return 0
  tries=0
  while kill -0 "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || kill -9 "$1" 2>/dev/null || true
    sleep 0.1
  done
  wait "$1" 2>/dev/null || true
}

clean() {
  code=$?
  trap - EXIT
  trap '' INT TERM HUP
  # The signal may have come when the server was started, but its number was not noted.
  [ -n "$server" ] || [ ! -p "$work/leash" ] || server=${!:-}
  stop_patient
  stop "$mock"
  if [ -n "$server" ]; then
    exec 9>&- # the server's guard sees its input end
    wait "$server" || true
  fi
  [ -z "$work" ] || rm -rf "$work"
  exit "$code"
}
. "$root/tests/support/patient.sh"
trap clean EXIT

# wait_for WHAT PID LOG COMMAND…: until the command succeeds.
wait_for() {
  what=$1 pid=$2 log=$3
  shift 3
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 "$pid" 2>/dev/null || [ "$tries" -gt 600 ]; then
      die "$what did not start" "$log"
    fi
    sleep 0.1
  done
}

sql() { mariadb --no-defaults --default-character-set=utf8mb4 -uroot -S "$work/db/s.sock" "$@"; }

# The server lives as long as descriptor 9 is open here, whatever ends this script.
start_server() {
  mkfifo "$work/leash"
  exec 9<>"$work/leash" # for reading, too: then neither end waits for the other
  sh "$root/tests/support/private_server.sh" "$work/db" --guard \
    <"$work/leash" >"$work/server.pid" 2>"$work/server.log" 9>&- &
  server=$!
  wait_for MariaDB "$server" "$work/server.log" test -s "$work/server.pid"
}

start_mock() {
  lead=
  ! command -v setpriv >/dev/null || lead="setpriv --pdeathsig KILL"
  $lead "$bin/tests/mock/erp2mysql-mock" --listen 127.0.0.1:0 --port-file "$work/port" \
    --orders 120 --rate 5/1s,100/1m </dev/null >"$work/mock.log" 2>&1 9>&- &
  mock=$!
  wait_for "the imitated ERP" "$mock" "$work/mock.log" test -s "$work/port"
}

run_job() {
  patient "$bin/erp2mysql" run "$job" --now "$now" --output text ||
    die "the run ended with exit code $?"
}

count() { sql -N -B bi -e 'SELECT COUNT(*) FROM saleout_list_query'; }

# ---------------------------------------------------------------------------------------------

work=$(mktemp -d "${TMPDIR:-/tmp}/e2m.XXXXXX")
# A socket's path has to fit 100 bytes.
if [ ${#work} -gt 80 ]; then
  rmdir "$work"
  work=$(mktemp -d /tmp/e2m.XXXXXX)
fi

say "Looking for missing packages"
patient sh "$root/tests/install-deps.sh" || exit 1

say "Building (the first time takes a few minutes)"
cd "$root"
patient cmake --preset release -Wno-dev >"$work/build.log" 2>&1 ||
  die "cmake failed" "$work/build.log"
patient cmake --build "$bin" --target erp2mysql erp2mysql-mock >"$work/build.log" 2>&1 ||
  die "the build failed" "$work/build.log"

say "Starting a throw-away MariaDB and an imitated ERP"
start_server
start_mock

sql -e "CREATE DATABASE bi CHARACTER SET utf8mb4;
  CREATE USER etl@localhost IDENTIFIED BY 'demo-only-password';
  GRANT ALL ON bi.* TO etl@localhost"
sql bi <"$root/configs/demo/saleout_list_query.sql"

# All that the job takes from its environment. Scratch files of the tool stay in our directory.
export JST_BASE_URL="http://127.0.0.1:$(cat "$work/port")/router/qm"
export JST_APP_KEY=12345678 JST_APP_SECRET=qmsecret
export MYSQL_SOCKET="$work/db/s.sock" MYSQL_USER=etl MYSQL_PASSWORD=demo-only-password
export TMPDIR="$work" XDG_RUNTIME_DIR="$work" XDG_STATE_HOME="$work" XDG_CACHE_HOME="$work"
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

say "erp2mysql run configs/jushuitan-saleout.json"
run_job
first=$(count)

say "What is in the table now"
sql --table bi -e "SELECT io_id, modified, status, items_sku_id AS sku, items_qty AS qty,
  items_pay_amount AS amount, receiver_city AS city
  FROM saleout_list_query ORDER BY modified, items_ioi_id LIMIT 8"
echo "$first rows"

say "erp2mysql status configs/jushuitan-saleout.json"
patient "$bin/erp2mysql" status "$job" --now "$now"

say "The same run again: no time has passed, so nothing is asked"
run_job
second=$(count)
echo "$second rows, as before"
[ "$first" = "$second" ] && [ "$first" -gt 0 ] || die "expected $first rows, found $second"

say "Done. Everything but build/ is removed."
