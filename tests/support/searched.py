#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the end-to-end tests, each of which searches what its runs of the tool printed, stored and
left for the secrets they were given, and adds up what was searched. What is searched, and for
which forms of a secret, the harness says; here are sums only.

    searched.py BUILD-FOLDER [CTEST-FLAG…]      exits 1 when a test fails or cannot search all
"""
import re
import subprocess
import sys

# Script: why something of it cannot be searched.
EXCUSED = {}

done = subprocess.run(["ctest", "--test-dir", sys.argv[1], "--no-tests=error", "--verbose", "--label-regex", "^e2e$",
                       "--parallel", "2", *sys.argv[2:]], capture_output=True, text=True)
found = re.findall(r"searched for secrets: (\d+) outputs, files and tables, (\d+) bytes in (\d+) lines", done.stdout)
places, size, lines = (sum(map(int, column)) for column in zip(*found or ["000"]))
leaks = len(re.findall(r"AssertionError: a secret as|FAILED: a secret as", done.stdout))
missed = re.findall(r"not all searched for secrets in (\S+): (.*)", done.stdout)
surprises = [f"not all searched: {script}: {why}" for script, why in missed if script not in EXCUSED]
print(f"{len(found)} scripts, {places} outputs, files and tables, {size / 1e6:.0f} MB in {lines} lines searched,"
      f" {len(missed)} places could not be: {leaks or 'no'} secret{'s' * (leaks > 1)}")
print(*surprises, sep="\n", end="\n" * bool(surprises))
if done.returncode:
    print(*re.findall(r".*\*\*\*(?:Failed|Timeout|Not Run).*|\d+ - .*", done.stdout), sep="\n")
sys.exit(bool(done.returncode or leaks or surprises or not found))
