#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backfills and windows side by side: whatever stops them, only what is missing is read again.

    backfill_test.py --figures Backfill.test_killed_in_parallel    200 kills instead of 4
"""
import json
import random
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
FIGURES = "--figures" in sys.argv


class Backfill(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(harness.small_pages(10))

    def args(self, *more):
        words = {"--from": START, "--to": END, "--step": "3h"}
        given = [word for flag, word in words.items() if flag not in more for word in (flag, word)]
        return ("backfill", self.job, *given, *more)

    def backfill(self, *more, code=0):
        result = world.call(*self.args("--output", "json", *more))
        self.assertEqual(result.code, code, result.err)
        return json.loads(result.out)

    def start(self, requests, *more):
        """A backfill that has sent so many more requests."""
        wanted = world.stats()["requests"] + requests
        process = world.popen(*self.args(*more))
        harness.wait_until(f"{wanted} requests were sent", lambda: process.poll() is not None
                           or world.stats()["requests"] >= wanted)
        self.assertIsNone(process.poll(), "the backfill ended too early to be disturbed")
        return process

    def complete(self):
        self.assertEqual(world.differences(START, END), [])
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(len(world.done_windows()), WINDOWS)
        self.assertIsNone(world.watermark(), "a backfill must not move the watermark")

    def test_reads_once_and_then_only_what_is_new(self):
        told = self.backfill("--to", "2024-01-07")
        self.assertEqual(told["windows"], {"planned": 48, "done": 48, "failed": 0, "skipped": 0,
                                           "halved": 0})
        again = self.backfill("--to", "2024-01-07")
        self.assertEqual((again["status"], again["requests"]), ("nothing", 0))
        self.assertEqual(again["windows"]["skipped"], 48)
        longer = self.backfill()
        self.assertEqual(longer["windows"], {"planned": 8, "done": 8, "failed": 0, "skipped": 48,
                                             "halved": 0})
        self.complete()
        anew = self.backfill("--restart")
        self.assertEqual((anew["windows"]["done"], anew["windows"]["skipped"]), (WINDOWS, 0))
        self.complete()

    def test_other_steps_fill_the_gaps_only(self):
        self.backfill("--from", "2024-01-03", "--to", "2024-01-04 01:00:00")
        told = self.backfill("--step", "1d")
        self.assertEqual(told["windows"]["done"], 6)
        self.assertEqual(world.differences(START, END), [])
        self.assertEqual(world.ahead_of_data(), [])

    def test_plan_reads_nothing(self):
        told = self.backfill("--plan")
        self.assertEqual((told["status"], told["requests"]), ("planned", 0))
        self.assertEqual(len(told["plan"]), WINDOWS)
        self.assertEqual(told["plan"][0]["to"], "2024-01-01T03:00:00+08:00")
        for one, next_one in zip(told["plan"], told["plan"][1:]):
            self.assertEqual(one["to"], next_one["from"])
        self.assertFalse(world.table_exists("erp2mysql_job"))

    def test_killed_at_30_60_80_percent(self):
        undisturbed = self.backfill("--restart")["requests"]
        largest = max(int(row["pages"]) for row in world.rows("erp2mysql_window", ["pages"])) + 1
        world.fresh()
        for share in (0.3, 0.6, 0.8):
            process = self.start(int(undisturbed * share) - world.stats()["requests"])
            process.kill()
            process.communicate()
            self.assertEqual(world.ahead_of_data(), [])
        self.backfill()
        self.complete()
        total = world.stats()["requests"]
        print(f"requests {total} instead of {undisturbed}: {total / undisturbed:.3f}")
        self.assertLessEqual(total, undisturbed + 3 * largest)

    def test_killed_in_parallel(self):
        dice = random.Random(4711)
        for done in range(5, 205, 5) if FIGURES else (4,):
            for _ in range(5 if FIGURES else 4):
                self.kill_one(dice)
            told = self.backfill("--parallel", "4")
            self.assertGreater(told["windows"]["skipped"], 0)
            self.complete()
            if FIGURES:
                self.forget()
        print(f"{done} kills of a backfill in parallel: complete each time, and it went on where it was")

    def kill_one(self, dice):
        """Kills a backfill somewhere: between two messages, or a moment later."""
        process = world.popen(*self.args("--parallel", "4"))
        wanted = world.stats()["requests"] + dice.randrange(8, 30)
        harness.wait_until("it works", lambda: process.poll() is not None
                           or world.stats()["requests"] >= wanted)
        time.sleep(dice.random() * 0.02)
        process.kill()
        process.communicate()
        self.assertEqual(world.ahead_of_data(), [])

    def forget(self):
        world.sql("TRUNCATE erp2mysql_window; TRUNCATE saleout_list_query", "bi")

    def test_a_signal_ends_it_and_the_next_one_goes_on(self):
        process = self.start(30, "--parallel", "2", "--output", "json")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, json.loads(out)["status"]), (130, "interrupted"), err)
        done = len(world.done_windows())
        self.assertGreater(done, 0)
        self.assertEqual(self.backfill()["windows"]["skipped"], done)
        self.complete()

    def test_one_failing_window_does_not_stop_the_others(self):
        world.faults([{"at": 20, "times": 1, "fault": "business", "code": "999", "message": "网控冲突"}])
        result = world.call(*self.args())
        self.assertNotIn(result.code, (0, 3), result.err)
        self.assertEqual(len(world.done_windows()), WINDOWS - 1)
        line = next(line for line in result.err.splitlines() if "erp2mysql backfill" in line)
        again = line[line.index("erp2mysql backfill"):].replace(str(self.job), "JOB").split(" ", 2)[2]
        start, end = again.split("'")[1], again.split("'")[3]
        repaired = world.call("backfill", self.job, "--from", start, "--to", end, "--step", "3h")
        self.assertEqual(repaired.code, 0, repaired.err)
        self.complete()

    def test_shards_divide_the_windows(self):
        both = [world.popen(*self.args("--shard", "auto/2", "--output", "json"), env=env)
                for env in ({"JOB_COMPLETION_INDEX": 0},
                            {"SLURM_ARRAY_TASK_ID": 5, "SLURM_ARRAY_TASK_MIN": 4})]
        harness.wait_until("a shard works", lambda: world.stats()["requests"] > 2)
        other = world.run(self.job, "--now", NOW)
        self.assertEqual(other.code, 11, other.err)
        for process in both:
            out, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, err)
            self.assertEqual(json.loads(out)["windows"]["done"], WINDOWS // 2)
        self.complete()
        self.assertEqual(self.backfill()["requests"], 0)

    def test_max_runtime_ends_between_windows(self):
        result = world.call(*self.args("--max-runtime", "300ms", "--output", "text"))
        self.assertEqual(result.code, 75, result.err)
        self.assertIn("--max-runtime", result.err)
        self.assertIn(f"next: erp2mysql backfill {self.job} --from '{START}' --to '{END}'", result.out)
        done = len(world.done_windows())
        self.assertEqual({row["status"] for row in world.rows("erp2mysql_window")},
                         {"done", "planned"})
        self.assertEqual(self.backfill()["windows"]["skipped"], done)
        self.complete()

    def test_wrong_words(self):
        for more in (("--step", "0s"), ("--step", "soon"), ("--shard", "3/2"), ("--shard", "auto/2"),
                     ("--max-runtime", "x"), ("--parallel", "0"), ("--to", START)):
            result = world.call(*self.args(*more))
            self.assertEqual(result.code, 64, (more, result))


class Parallel(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(harness.small_pages(10))

    def complete(self):
        self.assertEqual(world.differences(), [])
        self.assertEqual(world.watermark(), "2024-01-08 00:09:00")
        self.assertEqual(world.ahead_of_data(), [])

    def test_incremental_run(self):
        told = json.loads(world.run(self.job, "--now", NOW, "--parallel", "4", "--output", "json").out)
        self.assertEqual(told["watermark"]["after"], "2024-01-08T00:09:00+08:00")
        self.complete()
        # A short stretch is cut so that every lane gets a part.
        later = json.loads(world.run(self.job, "--now", "2024-01-08 04:00:00", "--parallel", "4",
                                     "--output", "json").out)
        self.assertEqual(later["windows"]["done"], 4)
        self.assertEqual(world.watermark(), "2024-01-08 03:59:00")

    def test_killed_anywhere(self):
        dice = random.Random(815)
        for _ in range(5):
            wanted = world.stats()["requests"] + dice.randrange(3, 25)
            process = world.popen("run", self.job, "--now", NOW, "--parallel", "3")
            harness.wait_until("it works", lambda: process.poll() is not None
                               or world.stats()["requests"] >= wanted)
            process.kill()
            process.communicate()
            self.assertEqual(world.ahead_of_data(), [])
        result = world.run(self.job, "--now", NOW, "--parallel", "3")
        self.assertEqual(result.code, 0, result.err)
        self.complete()
        self.assertEqual({row["status"] for row in world.rows("erp2mysql_window")}, {"done"})
        told = json.loads(world.call("status", self.job, "--now", NOW, "--output", "json").out)
        self.assertEqual((told["gaps"], told["lag_seconds"]), ([], 60))

    def test_a_failed_window_holds_the_watermark(self):
        world.faults([{"at": 4, "times": 1, "fault": "business", "code": "999", "message": "x"}])
        result = world.run(self.job, "--now", NOW, "--parallel", "2")
        self.assertNotIn(result.code, (0, 3), result.err)
        self.assertIn("erp2mysql run", result.err)
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(world.run(self.job, "--now", NOW).code, 0)
        self.complete()

    def test_a_connection_that_breaks(self):
        process = world.popen("run", self.job, "--now", NOW, "--parallel", "3")
        harness.wait_until("it works", lambda: world.stats()["requests"] > 15)
        for ident in world.sql("SELECT id FROM information_schema.processlist"
                               " WHERE user = 'etl'").split():
            world.sql(f"KILL {ident}")
        _, err = process.communicate(timeout=120)
        self.assertIn(process.returncode, (0, 11, 75), err)
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(world.run(self.job, "--now", NOW).code, 0)
        self.complete()


if __name__ == "__main__":
    world = harness.World("--orders", "700", "--latency", "20")
    unittest.main(argv=[word for word in sys.argv if word != "--figures"])
