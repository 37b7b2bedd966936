#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of docs/ that the tool prints must be what it prints. Checks them, or renews them.

    generated_pages.py [--write]

Of a page with a mark only what stands below the mark is printed; the rest is written by hand.
"""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = os.environ.get("ERP2MYSQL", str(ROOT / "build/ci/erp2mysql"))

# page, command that prints it, has a mark
PAGES = [
    ("docs/functions.md", ["functions"], True),
    ("docs/cli.md", ["manual", "markdown"], True),
    ("docs/cli.zh.md", ["manual", "markdown", "--lang", "zh"], True),
    ("docs/job.md", ["schema", "--format", "markdown"], True),
    ("docs/job.schema.json", ["schema"], False),
]


def wanted(page, command, marked):
    """The page as it should be."""
    done = subprocess.run([TOOL, *command], check=True, stdout=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C"})
    printed = done.stdout.decode().rstrip("\n") + "\n"
    if not marked:
        return printed
    mark = f"<!-- below: printed by `erp2mysql {' '.join(command)}` -->\n\n"
    head, found, _ = page.read_text(encoding="utf-8").partition(mark)
    if not found:
        sys.exit(f"{page}: the line {mark.strip()} is missing")
    return head + mark + printed


stale = []
for name, command, marked in PAGES:
    page = ROOT / name
    text = wanted(page, command, marked)
    if "--write" in sys.argv:
        page.write_text(text, encoding="utf-8")
    elif not page.exists() or page.read_text(encoding="utf-8") != text:
        stale.append(name)
if stale:
    sys.exit(f"{', '.join(stale)}: not what the tool prints; run {Path(__file__).name} --write")
