#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A backfill shared by processes: each window is read by one of them, whoever dies, sleeps or starts late.
It knows the ledger's tables and nothing of the engines that start such processes."""
import json
import os
import shlex
import signal
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START  # noqa: E402

WINDOWS = 56  # of three hours
LEASE = 15 if "ERP2MYSQL_SANITIZED" in os.environ else 3  # a process must be able to start within it


def shared(job):
    harness.small_pages(10)(job)
    job["sync"]["lease"] = f"{LEASE}s"


class Shards(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(shared)

    def tearDown(self):
        for process in world.processes:  # one that sleeps would keep its locks
            if process.poll() is None:
                process.kill()
                process.communicate()

    def words(self, *more):
        return ("backfill", self.job, "--from", START, "--to", END, "--step", "3h", "--output", "json", *more)

    def start(self, *more, requests=0):
        """A process of the backfill, and so many requests of anybody later."""
        wanted = world.stats()["requests"] + requests
        process = world.popen(*self.words(*more))
        harness.wait_until("it works", lambda: process.poll() is not None
                           or world.stats()["requests"] >= wanted)
        return process

    def end(self, process, code=0):
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, err)
        return json.loads(out)

    def plan(self, *more):
        result = world.call(*self.words("--plan", *more))
        self.assertEqual(result.code, 0, result.err)
        return [window["id"] for window in json.loads(result.out)["plan"]]

    def window(self, ident, code=0):
        result = world.call("backfill", self.job, "--window", ident, "--output", "json")
        self.assertEqual(result.code, code, result.err)
        return json.loads(result.out)

    def complete(self, windows=WINDOWS):
        self.assertEqual(world.differences(START, END), [])
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual({row["status"] for row in world.rows("erp2mysql_window")}, {"done"})
        done = world.done_windows()
        self.assertEqual((len(done), len(set(done))), (windows, windows))
        self.assertIsNone(world.watermark())
        alive = "lease_until > UNIX_TIMESTAMP(NOW(3)) * 1000"
        self.assertEqual(world.rows("erp2mysql_job", ["job"], alive), [])

    def read_twice(self):
        """Windows that were begun more than once."""
        return world.rows("erp2mysql_window", ["from_at", "attempt"], "attempt <> 1")

    def test_windows_by_their_ids(self):
        plan = self.plan()
        self.assertEqual(plan, self.plan())
        self.assertEqual((len(plan), plan[0]), (WINDOWS, "20231231T160000Z-20231231T190000Z"))
        told = self.window(plan[7])
        self.assertEqual((told["windows"]["done"], told["from"]), (1, "2024-01-01T21:00:00+08:00"))
        again = self.window(plan[7])
        self.assertEqual((again["status"], again["requests"], again["windows"]["skipped"]), ("nothing", 0, 1))
        self.assertEqual(self.plan(), plan[:7] + plan[8:])
        several = [world.popen("backfill", self.job, "--window", ident, "--output", "json")
                   for ident in plan[20:28]]
        for process in several:
            self.assertEqual(self.end(process)["windows"]["done"], 1)
        rest = self.end(self.start("--shard", "1/1"))
        self.assertEqual((rest["windows"]["done"], rest["windows"]["skipped"]), (WINDOWS - 9, 9))
        self.complete()
        self.assertEqual(self.read_twice(), [])
        self.assertEqual({row["job"] for row in world.rows("erp2mysql_job", ["job"])},
                         {"jushuitan-saleout", "jushuitan-saleout#1/1"})

    def test_wrong_words(self):
        ident = self.plan()[0]
        for more in ((), ("--window", "soon"), ("--window", ident, "--from", START, "--to", END),
                     ("--window", ident, "--shard", "1/2"), ("--window", ident, "--step", "1d"), ("--from", START)):
            self.assertEqual(world.call("backfill", self.job, *more).code, 64, more)

    def test_killed_and_taken_over(self):
        """Three work, one is killed; the others do its part as well, and no window twice but its last."""
        shards = [self.start("--shard", f"{i}/3") for i in (1, 2, 3)]
        harness.wait_until("all have begun", lambda: len({row["run_id"] for row in world.rows(
            "erp2mysql_window", ["run_id"], "status = 'done'")}) == 3 if world.table_exists("erp2mysql_window") else False)
        shards[1].kill()
        shards[1].communicate()
        told = [self.end(shards[0]), self.end(shards[2])]
        self.complete()
        self.assertGreater(sum(one["windows"]["taken_over"] for one in told), 0)
        self.assertLessEqual(len(self.read_twice()), 1)
        late = self.end(self.start("--shard", "2/3"))
        self.assertEqual((late["requests"], late["status"]), (0, "nothing"))

    def test_killed_and_started_again_at_once(self):
        """The part is held until the lease ends; its successor waits for that and goes on."""
        process = self.start("--shard", "1/2", requests=20)
        process.kill()
        process.communicate()
        begun = time.monotonic()
        again = self.end(self.start("--shard", "1/2"))
        self.assertGreater(again["windows"]["skipped"], 0)
        self.assertLess(time.monotonic() - begun, 60)
        self.end(self.start("--shard", "2/2"))
        self.complete()

    def test_one_part_twice_at_once(self):
        first = self.start("--shard", "1/2", requests=5)
        world.faults([{"fault": "slow", "ms": 1000, "times": -1}])  # however long the second takes to start
        second = world.call(*self.words("--shard", "1/2"))
        self.assertEqual(second.code, 11, second.err)
        self.assertIn("this part", second.err)
        skipped = world.call(*self.words("--shard", "1/2", "--if-locked", "skip"))
        self.assertEqual((skipped.code, skipped.err), (0, ""))
        world.faults([])
        self.end(first)

    def test_asleep_past_the_lease(self):
        """Stopped with a window open, its windows are read by the other; awake again, it counts nothing twice."""
        for moment in range(4):
            with self.subTest(moment=moment):
                world.fresh()
                sleeper = self.start("--shard", "1/2", requests=15 + moment)
                time.sleep(moment * 0.007)
                os.kill(sleeper.pid, signal.SIGSTOP)
                mine = world.rows("erp2mysql_window", ["from_ms"], "status <> 'done'")
                time.sleep(LEASE)
                other = self.end(self.start("--shard", "2/2"))
                self.assertEqual(other["windows"]["taken_over"], len(mine))
                self.complete()
                before = world.rows("erp2mysql_window")
                os.kill(sleeper.pid, signal.SIGCONT)
                told = self.end(sleeper)
                self.assertEqual(world.rows("erp2mysql_window"), before)
                self.complete()
                self.assertEqual(told["windows"]["lost"], len(mine))
                self.assertEqual(told["windows"]["done"] + other["windows"]["done"], WINDOWS)
                self.assertLessEqual(len(self.read_twice()), 1)

    def test_asleep_while_a_whole_run_comes(self):
        sleeper = self.start("--shard", "1/2", requests=15)
        os.kill(sleeper.pid, signal.SIGSTOP)
        held = world.run(self.job, "--now", NOW)
        self.assertEqual(held.code, 11, held.err)
        time.sleep(LEASE)
        whole = world.call(*self.words())
        self.assertEqual(whole.code, 0, whole.err)
        os.kill(sleeper.pid, signal.SIGCONT)
        out, err = sleeper.communicate(timeout=120)
        self.assertEqual(sleeper.returncode, 11, err)
        self.complete()

    def test_a_signal_leaves_the_rest_to_the_others(self):
        first = self.start("--shard", "1/2", requests=15)
        first.send_signal(signal.SIGTERM)
        self.assertEqual(self.end(first, 143)["status"], "interrupted")
        begun = time.monotonic()
        second = self.end(self.start("--shard", "2/2"))
        self.assertGreater(second["windows"]["taken_over"], 10)
        self.assertLess(second["seconds"], time.monotonic() - begun)
        self.complete()

    def test_a_bad_window_stays_with_its_shard(self):
        world.faults([{"at": 3, "times": 1, "fault": "business", "code": "999", "message": "网控冲突"}])
        failed = world.call(*self.words("--shard", "1/2"))
        self.assertNotIn(failed.code, (0, 3), failed.err)
        self.assertEqual(self.end(self.start("--shard", "2/2"))["windows"]["taken_over"], 0)
        self.assertEqual(len(world.done_windows()), WINDOWS - 1)
        self.assertEqual(self.end(self.start("--shard", "1/2"))["windows"]["done"], 1)
        self.complete()

    def test_the_command_that_is_told_goes_on(self):
        def told(result):
            line = next(line for line in (result.out + result.err).splitlines() if ": erp2mysql backfill" in line)
            words = shlex.split(line.split(": erp2mysql ", 1)[1])
            self.assertEqual(words[:2], ["backfill", str(self.job)])
            return words
        bad = {"fault": "business", "code": "999", "message": "网控冲突"}
        world.faults([{"at": 3, "times": 1, **bad}])
        failed = world.call(*self.words("--shard", "1/2", "--var", "note=it's spaced"))
        repair = told(failed)
        self.assertEqual(repair[2:-1], ["--var", "note=it's spaced", "--window"], failed.err)
        world.faults([{"at": 1, "times": 1, **bad}])
        again = world.call(*repair)
        self.assertEqual((again.code, told(again)), (failed.code, repair), again.err)
        self.assertEqual(world.call(*repair, "--output", "json").code, 0)
        self.assertEqual(len(world.done_windows()), WINDOWS // 2)
        short = world.call("backfill", self.job, "--from", START, "--to", END, "--step", "3h", "--shard", "2/2",
                           "--max-runtime", "300ms", "--output", "text")
        self.assertEqual(short.code, 75, short.err)
        self.assertEqual(told(short)[-2:], ["--shard", "2/2"])
        self.assertEqual(world.call(*told(short)).code, 0)
        self.complete()

    def test_a_window_that_another_holds(self):
        plan = self.plan()
        holder = self.start("--shard", "1/2", requests=5)
        self.window(plan[-2], 11)
        self.end(holder)
        self.assertEqual(self.window(plan[-2])["status"], "nothing")

    def test_plain_inserts_are_made_once(self):
        """A statement that would store a row twice: each window is one transaction, behind its fence."""
        def change(job):
            shared(job)
            harness.plain_insert(job)
            job["quality"] = {"maxBadRows": 10000}  # rows on the border of two windows come twice
        self.job = world.job(change)
        sleeper = self.start("--shard", "1/2", requests=12)
        os.kill(sleeper.pid, signal.SIGSTOP)
        time.sleep(LEASE)
        other = self.end(self.start("--shard", "2/2"), 3)
        os.kill(sleeper.pid, signal.SIGCONT)
        told = self.end(sleeper, 0)  # what it did before has no border with itself
        self.complete()
        self.assertEqual(told["rows"]["written"] + other["rows"]["written"],
                         len(world.rows(harness.TABLE, ["id"])))


if __name__ == "__main__":
    world = harness.World("--orders", "700", "--latency", "20")
    unittest.main()
