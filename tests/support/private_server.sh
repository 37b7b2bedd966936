#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts a private throw-away MariaDB: private_server.sh DIR [--big] [--guard] [mariadbd options]
# Prints its process id once it answers on DIR/s.sock; user root, no password, no network, no
# durability. The caller kills it (any signal) and removes DIR.
#   --big    durable and large, for measurements
#   --guard  stay until stdin ends, then kill the server and remove DIR; whatever ends the caller
#            ends its stdin too. DIR must not exist yet or be empty.
# With ERP2MYSQL_TEST_MYSQL=PREFIX, where get_mysql.sh unpacked it, the server is MySQL instead.
set -eu

[ $# -ge 1 ] || { echo "usage: private_server.sh DIR [--big] [--guard] [options]" >&2; exit 64; }
dir=$1
shift
big=no
guard=no
while [ $# -gt 0 ]; do
  case $1 in
    --big) big=yes ;;
    --guard) guard=yes ;;
    *) break ;;
  esac
  shift
done

PATH=$PATH:/usr/sbin:/usr/local/sbin
share=${ERP2MYSQL_MARIADB_SHARE:-/usr/share/mysql}
fail() { echo "private_server.sh: $1" >&2; exit 1; }
mysql=${ERP2MYSQL_TEST_MYSQL:-}
if [ -n "$mysql" ]; then
  server=$mysql/bin/mysqld
  [ -x "$server" ] || fail "$server is missing; see get_mysql.sh"
else
  server=mariadbd
  command -v mariadbd > /dev/null || fail "mariadbd is missing (package mariadb-server-core)"
  [ -r "$share/mysql_system_tables.sql" ] || fail "$share/mysql_system_tables.sql is missing"
fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
[ "$(printf %s "$dir/s.sock" | wc -c)" -le 100 ] || fail "the path of $dir is too long for a socket"
[ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
[ -n "$mysql" ] || mkdir -p "$dir/data/mysql"

# The one who waits for the server may be gone before it answers: then the pipe is broken.
pid=
clean() {
  trap '' HUP INT TERM PIPE
  [ -z "$pid" ] || kill -9 "$pid" 2> /dev/null || :
  wait
  rm -rf "$dir"
}
if [ $guard = yes ]; then
  trap clean EXIT
  trap 'exit 1' HUP INT TERM PIPE
fi

mysql_settings() {
  echo "--basedir=$mysql/root/usr"
  echo "--lc-messages-dir=$mysql/root/usr/share/mysql"
  echo "--character-sets-dir=$mysql/root/usr/share/mysql/charsets"
  echo "--plugin-dir=$mysql/root/usr/lib/mysql/plugin"
  echo --mysqlx=OFF
  echo --local-infile=ON
  echo --secure-file-priv=NULL
  echo --skip-log-bin
  echo --performance-schema=OFF
  echo --max-allowed-packet=16M
  if [ $big = yes ]; then
    echo --innodb-buffer-pool-size=2G
    echo --innodb-redo-log-capacity=1G
    return
  fi
  echo --innodb-buffer-pool-size=32M
  echo --innodb-redo-log-capacity=32M
  echo --innodb-doublewrite=OFF
  echo --innodb-flush-log-at-trx-commit=0
  echo --innodb-flush-method=nosync
}

# The caller's own options come last and win.
settings() {
  echo --no-defaults
  echo "--datadir=$dir/data"
  echo "--tmpdir=$dir"
  echo "--socket=$dir/s.sock"
  echo "--pid-file=$dir/pid"
  echo "--log-error=$dir/err.log"
  if [ -n "$mysql" ]; then
    mysql_settings
    if [ "$(id -u)" = 0 ]; then echo --user=root; fi
    return
  fi
  echo "--lc-messages-dir=$share"
  if [ "$(id -u)" = 0 ]; then echo --user=root; fi
  echo --innodb-undo-tablespaces=0
  echo --innodb-data-file-path=ibdata1:3M:autoextend
  echo --innodb-temp-data-file-path=ibtmp1:3M:autoextend
  echo --innodb-buffer-pool-dump-at-shutdown=0
  echo --innodb-buffer-pool-load-at-startup=0
  echo --aria-pagecache-buffer-size=1M
  echo --aria-log-file-size=8M
  echo --key-buffer-size=1M
  echo --sync-frm=0
  echo --max-allowed-packet=16M
  echo --character-set-server=utf8mb4
  echo --collation-server=utf8mb4_general_ci
  if [ $big = yes ]; then
    echo --innodb-buffer-pool-size=2G
    echo --innodb-log-file-size=512M
    echo --innodb-flush-log-at-trx-commit=1
    # 2 would leave the first pages of the system tablespace unwritten with these settings.
    echo --innodb-fast-shutdown=1
  else
    # Small files that grow by small steps: 15 MB on disk instead of 72.
    echo --innodb-autoextend-increment=1
    echo --innodb-buffer-pool-size=16M
    echo --innodb-log-file-size=4M
    echo --innodb-log-buffer-size=2M
    echo --innodb-fast-shutdown=2
    echo --innodb-doublewrite=OFF
    echo --innodb-flush-log-at-trx-commit=0
    echo --innodb-flush-method=nosync
    echo --innodb-use-native-aio=0
  fi
}

# Initialising takes seconds, copying the result does not: one is kept beside the server.
initialize() {
  kept=$mysql/data
  if [ ! -d "$kept" ]; then
    "$server" "$@" --initialize-insecure || return 1
    cp -r "$dir/data" "$kept.$$" && mv -T "$kept.$$" "$kept" 2> /dev/null || rm -rf "$kept.$$"
  else
    cp -r "$kept" "$dir/data"
    rm -f "$dir/data/auto.cnf"
  fi
}

bootstrap() {
  printf 'use mysql;\nset @auth_root_socket=NULL;\n'
  cat "$share/mysql_system_tables.sql"
  printf "set @skip_auth_anonymous=1;\nset @current_hostname='localhost';\n"
  cat "$share/mysql_system_tables_data.sql"
}

# One option a line, so that a directory with blanks stays one word.
old_ifs=$IFS
IFS='
'
set -f
# shellcheck disable=SC2046
set -- $(settings) --skip-networking "$@"
IFS=$old_ifs

start() {
  if [ -n "$mysql" ]; then initialize "$@"; else bootstrap | mariadbd "$@" --bootstrap; fi
}
if ! start "$@" > "$dir/boot.log" 2>&1; then
  tail -n 20 "$dir/boot.log" "$dir/err.log" >&2 || :
  fail "the bootstrap failed"
fi
: > "$dir/err.log"

# A guard that dies takes its server with it where the system can do that.
lead=
if [ $guard = yes ] && command -v setpriv > /dev/null; then lead='setpriv --pdeathsig KILL'; fi
$lead "$server" "$@" > "$dir/out" 2>&1 < /dev/null &
pid=$!

tries=0
until [ -S "$dir/s.sock" ] && grep -q 'ready for connections' "$dir/err.log"; do
  tries=$((tries + 1))
  if ! kill -0 $pid 2> /dev/null || [ $tries -gt 1200 ]; then
    kill -9 $pid 2> /dev/null || :
    tail -n 20 "$dir/out" "$dir/err.log" >&2 || :
    fail "the server did not start"
  fi
  sleep 0.05
done
echo $pid
[ $guard = yes ] || exit 0

trap '' INT TERM HUP
exec > /dev/null 2>&1
while read -r _; do :; done
