#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every claim of docs/SECURITY.md names a test or a part of the proof, and all that are named exist. It does
not judge whether the test shows what is claimed."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def exists(name, lists):
    kind, _, rest = name.partition(".")
    if name.startswith("prove "):
        return re.search(rf'^    "{name[6:]}": \(', (ROOT / "tests/support/prove.py").read_text(), re.M)
    if kind == "e2e":
        return (ROOT / f"tests/e2e/{rest}.py").is_file()
    if rest.count(".") == 1:
        suite, case = rest.split(".")
        pattern = re.compile(rf"TEST\w*\({suite}, {case}\)")
        return any(pattern.search(file.read_text()) for file in (ROOT / "tests" / kind).glob("*_test.cpp"))
    if kind == "fuzz":
        return f"fuzz_target({rest} " in lists
    return re.search(rf"NAME {re.escape(name)}\b", lists) or \
        re.search(rf"foreach\(name [^)]*\b{rest}\b[^)]*\)\s+add_test\(NAME {kind}\.\$", lists)


def main():
    lists = "".join((ROOT / f"tests/{file}CMakeLists.txt").read_text() for file in ("", "fuzz/"))
    page = (ROOT / "docs/SECURITY.md").read_text()
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")][1:]
    wrong = []
    for claim, shown in rows:
        names = re.findall(r"`([^`]+)`", shown)
        wrong += [f"nothing shows: {claim.strip()}"] if not names else []
        wrong += [f"there is no {name}: {claim.strip()}" for name in names if not exists(name, lists)]
    print("\n".join(wrong) or f"claims: {len(rows)}, each with what shows it")
    return bool(wrong) or len(rows) < 10


sys.exit(main())
