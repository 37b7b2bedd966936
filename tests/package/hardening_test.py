#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the compiler and the linker were asked to add against exploits is in the binary. It looks at the
program itself, but for two things that leave no mark there: those it reads off the compiler's commands.

    hardening_test.py BUILD_DIRECTORY
"""
import json
import platform
import re
import subprocess
import sys
from pathlib import Path

BUILD = Path(sys.argv[1])
ROOT = Path(__file__).resolve().parents[2]
BINARY = BUILD / "erp2mysql"


def readelf(*words):
    return subprocess.run(["readelf", "-W", *map(str, words)], capture_output=True, text=True,
                          check=True).stdout


cache = (BUILD / "CMakeCache.txt").read_text()
if "CMAKE_BUILD_TYPE:STRING=Release" not in cache or not re.search(r"ERP2MYSQL_SANITIZE:STRING=$", cache, re.M):
    print("SKIPPED: hardening is for release builds; sanitizers and debuggers do without")
    sys.exit(0)

header, segments, dynamic = readelf("-h", BINARY), readelf("-l", BINARY), readelf("-d", BINARY)
symbols = readelf("--dyn-syms", BINARY)
commands = [entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())
            if Path(entry["file"]).is_relative_to(ROOT / "src")]
assert len(commands) > 100, len(commands)

CHECKS = {
    "position-independent (PIE)": "DYN" in header and re.search(r"FLAGS_1.*PIE", dynamic),
    "full RELRO": "GNU_RELRO" in segments and "BIND_NOW" in dynamic,
    "immediate binding": re.search(r"FLAGS_1.*NOW", dynamic),
    "no executable stack": re.search(r"GNU_STACK .* RW +0x", segments),
    "no segment both writable and executable": not re.search(r"\bRWE\b", segments),
    "stack protector": "__stack_chk_fail" in symbols and all("-fstack-protector-strong" in c for c in commands),
    "fortified library calls": re.search(r"__mem\w+_chk|__\w*printf_chk", symbols)
    and all("-D_FORTIFY_SOURCE=2" in c for c in commands),
    "checked containers": b"__glibcxx_assert_fail" in BINARY.read_bytes()
    and all("-D_GLIBCXX_ASSERTIONS" in c for c in commands),
    "stack clash protection": all("-fstack-clash-protection" in c for c in commands),
    "no search path for libraries": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
}
if platform.machine() == "x86_64":
    # Debian's start files carry no mark, so the linker drops it from the program; every object of ours has it.
    archives = sorted(BUILD.glob("liberp2mysql_*.a"))
    notes = "".join(readelf("-n", archive) for archive in archives)
    objects = notes.count("File: ")
    CHECKS["control-flow protection (CET) in every object"] = \
        objects > 100 and notes.count("IBT, SHSTK") == objects

for what, holds in CHECKS.items():
    print(f"{'yes' if holds else 'NO':4}{what}")
sys.exit(0 if all(CHECKS.values()) else f"{BINARY} lacks something")
