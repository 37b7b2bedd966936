#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers of the preset fuzz, one after the other, from the kept corpus, and prints a figure for
each. What they find worth keeping goes to a folder that is thrown away, unless one is named. Seconds are of
processor time, so that a busy machine makes a run longer and not smaller.

    fuzz.py BUILD [--seconds N] [--keep FOLDER] [TARGET…]     exits 1 when one finds something
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("ddl", "expr", "job", "page", "sql")


def processor_seconds(pid):
    """what the process has spent, in its own code and in the system's"""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def run_for(command, env, seconds, log):
    """(exit code, processor seconds); libFuzzer ends a run well on SIGUSR1"""
    spent = 0
    with open(log, "wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=env) as process:
        while process.poll() is None:
            spent = processor_seconds(process.pid)
            if spent >= seconds:
                process.send_signal(signal.SIGUSR1)
            time.sleep(0.5)
    return process.returncode, spent


def fuzz(build, name, seconds, keep):
    """(line of figures, whether nothing was found)"""
    folder = Path(keep) / name
    folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
           "ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=1"}
    log = Path(keep) / f"{name}.log"
    code, cpu = run_for(
        [str(build / f"tests/fuzz/{name}_fuzz"), str(folder), str(ROOT / "tests/fuzz/corpus" / name),
         f"-max_total_time={50 * seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048",
         "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={folder}/found-"], env, seconds, log)
    told = log.read_text(errors="replace")
    runs = re.search(r"number_of_executed_units: (\d+)", told)
    covered = re.findall(r"cov: (\d+)", told)
    good = code == 0 and runs and covered
    if not good:
        print(told[-6000:])
        for file in folder.glob("found-*"):
            print(f"input: {file.read_bytes()!r}")
    return (f"{name}: {int(runs[1]) if runs else 0:,} runs, {covered[-1] if covered else 0} edges, "
            f"{cpu:.0f} CPU seconds", bool(good))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda text: Path(text).resolve())
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep")
    parser.add_argument("targets", nargs="*", default=TARGETS)
    options = parser.parse_intermixed_args()
    folder = options.keep or tempfile.mkdtemp(prefix="e2m", dir="/tmp")
    all_good = True
    try:
        for name in options.targets:
            line, good = fuzz(options.build, name, options.seconds, folder)
            print(f"{line}: {'nothing found' if good else 'A FINDING'}", flush=True)
            all_good = all_good and good
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
