#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The long forms of the tests behind docs/reliability.md, and their figures as one table.

    prove.py [--write] [PART…]      exits 1 when a part fails
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ERP2MYSQL_BUILD", ROOT / "build/release"))
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- table of figures: begin -->", "<!-- table of figures: end -->"


def script(name, *flags):
    return [sys.executable, str(ROOT / f"tests/e2e/{name}_test.py"), *flags]


def binary(name, filter_):
    return [str(BUILD / f"tests/{name}_test"), "--gtest_filter=" + filter_]


# name: (what is promised, command, pattern of the line that tells the figure)
PARTS = {
    "kill-points": ("kill -9 at every message: nothing lost, nothing twice",
                    script("kill_point"), r"^(\d+ kills.*)$"),
    "kill-random": ("200 random kill -9 of a parallel backfill: nothing lost, nothing twice",
                    script("backfill", "--figures", "Backfill.test_killed_in_parallel"), r"^(.*kills.*)$"),
    "wire": ("the link to the server breaks in every phase and at any byte, the link to the ERP at any byte",
             script("wire_faults", "--all"), r"^(\d+ .*: 0 rows lost, 0 twice.*)$"),
    "server-crash": ("the server is killed 40 times: nothing lost, nothing twice",
                     script("server_crash", "--all"), r"^(\d+ deaths.*)$"),
    "full-disk": ("the server's disk is full", script("full_disk"), r"^(the server .*)$"),
    "errors": ("every error number has its class, and none is sure about a commit",
               binary("mysql", "Classify.*:MakeError.*:SqlError.*"), r"(\d+ tests? ran|PASSED.*)"),
    "errors-live": ("errors that a real server makes end as documented",
                    binary("store", "Faults.*"), r"(PASSED.*)"),
    "quarantine": ("table + quarantine = input, under faults and random bad rows, all statement kinds",
                   binary("store", "*Balance.*:InDoubt.*"), r"(PASSED.*)"),
    "erp-faults": ("every fault of the ERP on every platform: complete, or said so and repaired by the next run",
                   script("platform_faults", "--figures"), r"^(\d+ .*)$"),
    "sizes": ("answers without measure are refused in little memory", script("hostile_size"),
              r"^(\d+ answers.*)$"),
    "secrets": ("no secret in any output, file or table", script("secrets"), r"^(.*no secret)$"),
    "tls": ("what demands encryption never goes on without", script("tls"), r"^(Ran .*)$"),
    "drift": ("no row missed while the source changes", binary("run", "Drift*.*:*Drift*.*"),
              r"(.*missed.*|PASSED.*)"),
    "interrupts": ("signals end at a resumable place", script("interrupt"), r"^(Ran .*)$"),
}


def run(name):
    promise, command, pattern = PARTS[name]
    env = {**os.environ, "ERP2MYSQL": str(BUILD / "erp2mysql"),
           "ERP2MYSQL_MOCK": str(BUILD / "tests/mock/erp2mysql-mock"),
           "ERP2MYSQL_KILL_POINT": str(BUILD / "tests/libkill_point.so")}
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT)
    told = [match[0] if isinstance(match, tuple) else match
            for match in re.findall(pattern, done.stdout + done.stderr, re.M)]
    row = (name, promise, "; ".join(told) or "no figure", f"{time.monotonic() - start:.0f} s",
           "holds" if done.returncode == 0 else "FAILS")
    print(" · ".join(row), flush=True)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:])
    return row


def write(rows):
    lines = ["| part | promise | figure | took | verdict |", "|---|---|---|---|---|",
             *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)]
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def main():
    words = [word for word in sys.argv[1:] if word != "--write"]
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        sys.exit(f"prove: no part {unknown[0]}; there are {', '.join(PARTS)}")
    rows = [run(name) for name in words or PARTS]
    if "--write" in sys.argv:
        write(rows)
    sys.exit(any(row[-1] == "FAILS" for row in rows))


main()
