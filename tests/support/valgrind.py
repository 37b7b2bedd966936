#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real binary under valgrind, from end to end: a run with bad rows and lanes side by side, its repair, a
backfill: no error of memory, nothing lost. Exits 1 at the first error.
"""
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

FLAGS = "--leak-check=full --errors-for-leak-kinds=definite --track-origins=yes"
FOUND = 99

if not shutil.which("valgrind"):
    sys.exit("valgrind is missing: apt-get install valgrind")
folder = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
wrapper = folder / "erp2mysql"
tool = os.environ.get("ERP2MYSQL", str(Path(__file__).resolve().parents[2] / "build/release/erp2mysql"))
wrapper.write_text(f"#!/bin/sh\nexec valgrind -q {FLAGS} --error-exitcode={FOUND} --log-file={folder}/log.%p"
                   f" {tool} \"$@\"\n")
wrapper.chmod(0o755)
os.environ["ERP2MYSQL"] = str(wrapper)
import harness  # noqa: E402


def step(code, *args):
    done = world.call(*args, timeout=500)
    if done.code == FOUND:
        sys.exit("".join(file.read_text() for file in sorted(folder.glob("log.*")))[:8000])
    assert done.code == code, (args, done)


try:
    world = harness.World("--orders", "60")
    world.sql(f"ALTER TABLE {harness.TABLE} MODIFY status VARCHAR(9)", "bi")
    job = world.job(harness.edit(quality={"maxBadRows": 100000}, sync={"parallel": 2}))
    step(3, "run", job, "--now", harness.NOW, "--log-level", "debug", "--log-file", world.scratch / "log",
         "--metrics-file", world.scratch / "metrics", "--summary", world.scratch / "summary")
    world.sql(f"ALTER TABLE {harness.TABLE} MODIFY status VARCHAR(99)", "bi")
    step(0, "quarantine", "replay", job, "--all")
    step(0, "backfill", job, "--from", harness.START, "--to", "2024-01-03 00:00:00", "--step", "12h",
         "--parallel", "2")
    step(0, "status", job)
    assert world.differences() == [], world.differences()
    print(f"4 commands under valgrind: 0 errors")
finally:
    shutil.rmtree(folder, ignore_errors=True)
