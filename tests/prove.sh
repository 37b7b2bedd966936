#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds, then runs the long forms of the tests that stand behind what docs/reliability.md claims,
# and prints target, figure and verdict of each. Parts run one after the other.
#   sh tests/prove.sh [--write] [PART…]    --write: renew the table in docs/reliability.md
set -eu
cd "$(dirname "$0")/.."
sh tests/install-deps.sh --prove --scale
cmake --preset release -Wno-dev
cmake --build --preset release
exec python3 tests/support/prove.py "$@"
