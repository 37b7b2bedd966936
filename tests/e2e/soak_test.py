#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Weeks of cron in simulated time, one after the other on one database: rows change while they are read, the ERP
fails in all manners, runs and the server are killed. At the end of each week the table is what the ERP holds and
has kept what it held, and the last runs need no more memory, descriptors, connections, files and time than the
first, with all that has piled up since; the tables of state have a row for what was run and no other.

    soak_test.py [--seconds N]     goes on for so long, at least two weeks; 25 unless told
"""
import calendar
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
from harness import START, TABLE  # noqa: E402

SECONDS = int(sys.argv[sys.argv.index("--seconds") + 1]) if "--seconds" in sys.argv else 25
FAULTS = ["http500", "reset", "truncated_json", "truncated_transfer", "html502", "bad_gzip", "http429",
          "error_response", "empty_page", "missing_list", "repeat_page", "duplicate_rows", "isp"]
PEACEFUL = (0,)
TROUBLED = (0, 69, 75, 76)


# Runs go on for ten minutes after a week: touched rows land there.
WEEK, NIGHT = 7 * 86400, 600


def local(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


def text_of(moment):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))


class Soak(unittest.TestCase):
    def start(self, now):
        """A run, as cron would start it; its descriptors and its memory are looked at while it lives."""
        return subprocess.Popen([harness.TOOL, "run", str(self.job), "--now", now], cwd=world.scratch,
                                env=world.env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, preexec_fn=harness.die_with_parent)

    def end(self, run, codes):
        """Waits for its end; returns the seconds it took since."""
        start, most, kib = time.monotonic(), 0, 0
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
        return time.monotonic() - start

    def touch(self, rows):
        """Rows that change now get a time behind the week, where the last runs find them."""
        for _ in range(self.dice.choice((0, 0, 1, 3)) if rows else 0):
            world.touch(self.dice.choice(rows))

    def tick(self, now, rows):
        event = self.dice.choices(("peace", "fault", "killed", "server"), (6, 6, 2, 1))[0]
        if event == "fault":
            world.faults([{"at": self.dice.randint(1, 4), "fault": self.dice.choice(FAULTS), "seconds": 1,
                           "times": self.dice.choice((1, 1, 2, 9)), "retry_after": 0}])
        self.touch(rows)
        run = self.start(now)
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

    def week(self, number):
        """The mock knows this week only; table and state go on from the last one, which was read up to the night."""
        first, last = local(START) + number * WEEK + NIGHT, local(START) + (number + 1) * WEEK
        begin, end = text_of(first), text_of(last)
        world.start_mock("--orders", "250", "--seed", str(number + 1), "--from", begin, "--to", end)
        rows = sorted({row["io_id"] for row in world.truth(begin, end)})
        before = self.held()
        now = first
        while now < last + NIGHT:
            now = min(last + NIGHT, now + self.dice.randint(20, 400) * 60)
            self.tick(text_of(now), rows if now < last else [])
            if self.dice.random() < 0.1:
                self.assertEqual(world.ahead_of_data(begin), [])
        for _ in range(2):
            self.end(self.start(text_of(now)), PEACEFUL)
        self.assertEqual(world.ahead_of_data(begin), [])
        self.assertEqual(world.differences(begin, text_of(now), extra_is_fine=True), [])
        # Versions that a row had before stay, and so does what was held; nothing else may be there.
        self.known |= {ident.rsplit("-", 3)[0] for ident in world.expected(world.truth(begin, text_of(now)))}
        held = self.held()
        self.assertEqual({ident for ident in held if ident.rsplit("-", 3)[0] not in self.known}, set())
        self.assertEqual(before - held, set(), "rows of the weeks before")
        self.connections.append(int(world.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE"
                                              " user = 'etl'")))
        self.files.append(sum(1 for file in world.scratch.rglob("*") if file.is_file()))

    @staticmethod
    def held():
        return {row["id"] for row in world.rows(TABLE, ["id"])}

    def state_holds_what_was_run(self):
        """Rows of the tables of state; killed runs may have come to their row or not."""
        count = {table: int(world.sql(f"SELECT COUNT(*) FROM erp2mysql_{table}", "bi"))
                 for table in ("job", "run", "window", "quarantine", "record")}
        total = sum(self.ended.values())
        self.assertEqual((count["job"], count["quarantine"], count["record"]), (1, 0, 0))
        self.assertLessEqual(count["run"], total)
        self.assertGreaterEqual(count["run"], self.ended[0])
        self.assertLessEqual(count["window"], 2 * total)
        self.assertEqual(world.sql("SELECT COUNT(*) FROM erp2mysql_window WHERE status <> 'done'", "bi").strip(), "0",
                         "windows of runs that were killed stay open")
        return count

    def test_weeks_of_cron(self):
        self.dice = random.Random(int(time.time()) if SECONDS > 60 else 14)
        self.memory, self.descriptors, self.connections, self.files = [], [], [], []
        self.ended, self.known = collections.Counter(), set()
        self.job = world.job(harness.small_pages(20))
        stop = time.monotonic() + SECONDS
        weeks = 0
        while weeks < 2 or time.monotonic() < stop:
            self.week(weeks)
            weeks += 1
        first, last = self.thirds(self.memory)
        self.assertLess(last, 1.1 * first + 2048, "memory grows")
        third = len(self.descriptors) // 3
        self.assertLessEqual(max(self.descriptors[-third:]), max(self.descriptors[:third]) + 2)
        self.assertEqual(set(self.connections), {0}, "connections stay open")
        self.assertLessEqual(self.files[-1], self.files[0] + 1, "files pile up")
        count, held = self.state_holds_what_was_run(), len(self.held())
        ended = collections.Counter(self.ended)
        grown = self.pace(text_of(local(START) + weeks * WEEK + NIGHT))
        world.fresh()  # compared at once, since the machine may have other work at other times
        new = self.pace(text_of(local(START) + WEEK + NIGHT))
        self.assertLess(grown, 2 * new + 0.05, "runs take longer and longer")
        print(f"{weeks} weeks on one database, {sum(ended.values())} runs ({ended[0]} done, "
              f"{ended[-signal.SIGKILL]} killed), memory {first / 1024:.0f} MiB in the first third, "
              f"{last / 1024:.0f} MiB in the last, a run {new:.2f} s on nothing, {grown:.2f} s on all of it, at most "
              f"{max(self.descriptors)} descriptors, {held} rows, {count['window']} windows and "
              f"{count['run']} runs in the books: 0 rows lost, 0 too many")

    def pace(self, now):
        """Seconds of a run that finds little new; the first one finds what there is."""
        return statistics.median([self.end(self.start(now), PEACEFUL) for _ in range(10)][1:])

    @staticmethod
    def thirds(values):
        """Medians of the first third and the last."""
        third = len(values) // 3
        return statistics.median(values[:third]), statistics.median(values[-third:])


if __name__ == "__main__":
    world = harness.World()
    unittest.main(argv=sys.argv[:1])
