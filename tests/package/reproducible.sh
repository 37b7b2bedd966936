#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same sources give the same program, wherever they lie: builds them again in another folder with
# another name, without the compiler cache, and compares. Some minutes of compiling.
#   sh tests/package/reproducible.sh BUILD     BUILD: a release build of this tree to compare with
set -eu

build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/support/patient.sh"
other=$(mktemp -d /tmp/e2m-again.XXXXXX)
trap 'trap "" HUP INT TERM; stop_patient; rm -rf "$other"' EXIT

mkdir "$other/sources"
for one in CMakeLists.txt src include configs docs LICENSE README.md; do
  cp -R "$root/$one" "$other/sources/"
done
# Sources and build lie elsewhere than usual, and apart.
compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
export CCACHE_DISABLE=1
patient cmake -S "$other/sources" -B "$other/a-folder-with-a-longer-name" -G Ninja -Wno-dev \
  -DCMAKE_BUILD_TYPE=Release -DERP2MYSQL_TESTS=OFF -DCMAKE_CXX_COMPILER="$compiler" >"$other/log"
patient cmake --build "$other/a-folder-with-a-longer-name" --target erp2mysql >>"$other/log" ||
  { tail -20 "$other/log" >&2; exit 1; }

first=$(sha256sum <"$build/erp2mysql")
second=$(sha256sum <"$other/a-folder-with-a-longer-name/erp2mysql")
if [ "$first" != "$second" ]; then
  echo "two builds differ: $first and $second" >&2
  exit 1
fi
echo "two builds in two folders are the same: ${first%% *}"
