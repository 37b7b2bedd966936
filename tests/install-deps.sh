#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The one list of Debian packages that building and testing need. Installs what is missing and
# says nothing when nothing is.
#   sh tests/install-deps.sh [--lint] [--prove] [--scale]
#                                                   --lint: also the formatter, clang-tidy and clang;
#                                                   --prove: what tests/prove.sh runs with;
#                                                   --scale: what the tests of that label run
set -eu

packages="
  g++ cmake ninja-build ccache pkg-config
  libcurl4-openssl-dev nlohmann-json3-dev libmariadb-dev libspdlog-dev libfmt-dev libcli11-dev
  libssl-dev libsimdjson-dev libgmp-dev libicu-dev libhowardhinnant-date-dev tzdata
  libgtest-dev libgmock-dev libcpp-httplib-dev zlib1g-dev
  dpkg-dev tmux python3 python3-jsonschema mariadb-server-core mariadb-client-core
"
for option in "$@"; do
  case $option in
    --lint) packages="$packages clang-format-14 clang-tidy-14 clang-14" ;;
    --prove) packages="$packages clang-14 libclang-rt-14-dev valgrind python3-pip" ;;
    --scale) packages="$packages galera-4 slurm-wlm" ;;
    *)
      echo "usage: sh tests/install-deps.sh [--lint] [--prove] [--scale]" >&2
      exit 64
      ;;
  esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "install-deps: this is no Debian; install the equivalents of:" $packages >&2
  exit 1
fi

find_missing() {
  missing=
  for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) || state=
    case $state in
      ?i*) ;;
      *) missing="$missing $package" ;;
    esac
  done
}

find_missing
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  {
    echo "install-deps: missing:$missing"
    echo "Type this, then start again:"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends$missing"
  } >&2
  exit 1
fi

echo "Installing:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing; } \
  >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  echo "install-deps: apt-get failed" >&2
  exit 1
fi
