#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test, those with a real server included.
#   sh tests/run.sh [-L label] [preset]    label: unit, mysql, e2e, slow or scale; preset: ci (default), asan, …
set -eu

usage() {
  echo "usage: sh tests/run.sh [-L label] [preset]" >&2
  exit 64
}

label=
while getopts L: option; do
  case $option in
    L) label=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -le 1 ] || usage
preset=${1:-ci}

cd "$(dirname "$0")/.."
. tests/support/patient.sh
trap 'trap "" HUP INT TERM; stop_patient' EXIT

patient sh tests/install-deps.sh
patient cmake --preset "$preset" -Wno-dev
patient cmake --build --preset "$preset"

# --no-tests=error: a label that fits nothing must not look like success.
set -- --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel 2
if [ -n "$label" ]; then set -- "$@" --label-regex "^$label\$"; else set -- "$@" --label-exclude '^(slow|scale)$'; fi
patient ctest "$@"
