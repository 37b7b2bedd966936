#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Weeks of cron in simulated time: rows change while they are read, the ERP fails in all manners, runs and
the server are killed. At the end of each week the table is what the ERP holds, and the last runs need no
more memory, descriptors, connections and files than the first.

    soak_test.py [--seconds N]     goes on for so long, at least a week; 25 unless told
"""
import collections
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
os.environ["BIG_SERVER"] = "1"  # a server that keeps what it has acknowledged
import harness  # noqa: E402
from harness import NOW, START, TABLE  # noqa: E402

SECONDS = int(sys.argv[sys.argv.index("--seconds") + 1]) if "--seconds" in sys.argv else 25
FAULTS = ["http500", "reset", "truncated_json", "truncated_transfer", "html502", "bad_gzip", "http429",
          "error_response", "empty_page", "missing_list", "repeat_page", "duplicate_rows", "isp"]
PEACEFUL = (0,)
TROUBLED = (0, 69, 75, 76)


def local(text):
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


class Soak(unittest.TestCase):
    def start(self, job, now):
        """A run, as cron would start it; its descriptors and its memory are looked at while it lives."""
        return subprocess.Popen([harness.TOOL, "run", str(job), "--now", now], cwd=world.scratch,
                                env=world.env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, preexec_fn=harness.die_with_parent)

    def end(self, run, codes):
        most = kib = 0
        while run.poll() is None:
            try:
                most = max(most, len(os.listdir(f"/proc/{run.pid}/fd")))
                # Not what wait4 tells: that counts the process which forked this one as well.
                peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{run.pid}/status").read_text())
                kib = int(peak[1]) if peak else kib
            except OSError:
                pass
            time.sleep(0.01)
        with run.stderr:
            err = run.stderr.read()
        world.look_for_secrets([("the output", err)])
        self.assertIn(run.returncode, codes, err)
        if run.returncode in (0, 75) and kib:
            self.memory.append(kib)
            self.descriptors.append(most)
        self.ended[run.returncode] += 1

    def touch(self, rows):
        """Rows that change now get a time behind the week, where the last runs find them."""
        for _ in range(self.dice.choice((0, 0, 1, 3)) if rows else 0):
            world.touch(self.dice.choice(rows))

    def tick(self, job, now, rows):
        event = self.dice.choices(("peace", "fault", "killed", "server"), (6, 6, 2, 1))[0]
        if event == "fault":
            world.faults([{"at": self.dice.randint(1, 4), "fault": self.dice.choice(FAULTS), "seconds": 1,
                           "times": self.dice.choice((1, 1, 2, 9)), "retry_after": 0}])
        self.touch(rows)
        run = self.start(job, now)
        self.touch(rows)  # while they are read
        if event == "killed":
            time.sleep(self.dice.uniform(0, 0.12))
            os.kill(run.pid, signal.SIGKILL)
            self.end(run, (0, -signal.SIGKILL))
        elif event == "server":
            time.sleep(self.dice.uniform(0, 0.1))
            os.kill(world.server_pid, signal.SIGKILL)
            world.restart_server()
            self.end(run, TROUBLED)
        else:
            self.end(run, TROUBLED if event == "fault" else PEACEFUL)
        world.faults([])

    def week(self):
        world.fresh()
        job = world.job(harness.small_pages(20))
        rows = sorted({row["io_id"] for row in world.truth()})
        now, end = local(START), local(NOW)
        while now < end:
            now = min(end, now + self.dice.randint(20, 400) * 60)
            moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
            self.tick(job, moment, rows if now < local(harness.END) else [])
            if self.dice.random() < 0.1:
                self.assertEqual(world.ahead_of_data(), [])
        while self.last(job):
            pass
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(world.differences(extra_is_fine=True), [])
        # Versions that a row had before stay; nothing else may be there.
        current = {ident.rsplit("-", 3)[0] for ident in world.expected(world.truth())}
        strange = {row["id"] for row in world.rows(TABLE, ["id"])
                   if row["id"].rsplit("-", 3)[0] not in current}
        self.assertEqual(strange, set())
        self.connections.append(int(world.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE"
                                              " user = 'etl'")))
        self.files.append(sum(1 for file in world.scratch.rglob("*") if file.is_file()))

    def last(self, job):
        """One more run in peace; whether it was still owed something."""
        self.end(self.start(job, NOW), PEACEFUL)
        self.peaceful += 1
        return self.peaceful < 2

    def test_weeks_of_cron(self):
        self.dice = random.Random(int(time.time()) if SECONDS > 60 else 14)
        self.memory, self.descriptors, self.connections, self.files = [], [], [], []
        self.ended = collections.Counter()
        stop = time.monotonic() + SECONDS
        weeks = 0
        while weeks == 0 or time.monotonic() < stop:
            self.peaceful = 0
            self.week()
            weeks += 1
        third = len(self.memory) // 3
        first, last = (statistics.median(part) for part in (self.memory[:third], self.memory[-third:]))
        self.assertLess(last, 1.1 * first + 2048, "memory grows")
        self.assertLessEqual(max(self.descriptors[-third:]), max(self.descriptors[:third]) + 2)
        self.assertEqual(set(self.connections), {0}, "connections stay open")
        self.assertLessEqual(self.files[-1], self.files[0] + 1, "files pile up")
        total = sum(self.ended.values())
        print(f"{weeks} weeks, {total} runs ({self.ended[0]} done, {self.ended[-signal.SIGKILL]} killed), "
              f"memory {first / 1024:.0f} MiB in the first third, {last / 1024:.0f} MiB in the last, at most "
              f"{max(self.descriptors)} descriptors: 0 rows lost, 0 too many")


if __name__ == "__main__":
    world = harness.World("--orders", "250")
    unittest.main(argv=sys.argv[:1])
