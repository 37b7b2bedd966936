#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The list in docs/functions.md is what `erp2mysql functions` prints. Checks it, or renews it.

    functions_page.py [--write]
"""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = os.environ.get("ERP2MYSQL", str(ROOT / "build/ci/erp2mysql"))
PAGE = ROOT / "docs/functions.md"
MARK = "<!-- below: printed by `erp2mysql functions` -->\n\n"

printed = subprocess.run([TOOL, "functions"], check=True, stdout=subprocess.PIPE).stdout.decode()
head, mark, listed = PAGE.read_text(encoding="utf-8").partition(MARK)
if not mark:
    sys.exit(f"{PAGE}: the line {MARK.strip()} is missing")
if "--write" in sys.argv:
    PAGE.write_text(head + MARK + printed.rstrip("\n") + "\n", encoding="utf-8")
elif listed != printed.rstrip("\n") + "\n":
    sys.exit(f"{PAGE} is not what the tool prints; run {Path(__file__).name} --write")
