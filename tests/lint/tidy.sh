#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over src and the headers it includes; fails on any finding.
#   sh tests/lint/tidy.sh [preset] [path…]    preset: ci (default), configured; paths: all of src
# A few minutes on two cores, so it is no part of tests/run.sh.
set -eu

cd "$(dirname "$0")/../.."
build=build/${1:-ci}
[ $# -eq 0 ] || shift
[ -r "$build/compile_commands.json" ] ||
  { echo "tidy: no $build/compile_commands.json; run: cmake --preset ${build#build/}" >&2; exit 66; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ $# -gt 0 ] || set -- src
# xargs passes a failed process on as 123.
if find "$@" -name '*.cpp' -print0 |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 -p "$build" --quiet --warnings-as-errors='*' \
    --extra-arg=-Wno-unknown-warning-option \
    >"$log" 2>&1; then
  echo "tidy: no findings"
else
  # A header's finding comes once for every file that includes it.
  grep -E '(warning|error):' "$log" | sed "s|$PWD/||" | sort -u >&2 || cat "$log" >&2
  exit 1
fi
