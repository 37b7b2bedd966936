#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Windows that are too big for the API: read in halves, kept short for the next run, whole again
in time. No row is lost and the watermark keeps its rule."""
import json
import random
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START  # noqa: E402


def day_windows(job):
    harness.small_pages(10)(job)
    job["sync"]["window"] = "1d"


class Halving(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(day_windows)

    def told(self, result, code=0):
        self.assertEqual(result.code, code, result.err)
        return json.loads(result.out)

    def sync(self, *more, code=0, now=NOW):
        return self.told(world.run(self.job, "--now", now, "--output", "json", *more), code)

    def backfill(self, *more, code=0):
        words = {"--from": START, "--to": END}
        given = [part for flag in words if flag not in more for part in (flag, words[flag])]
        return self.told(world.call("backfill", self.job, "--output", "json", *given, *more), code)

    def remembered(self):
        return world.sql("SELECT window_ms FROM erp2mysql_job", "bi").strip()

    def complete(self):
        self.assertEqual(world.differences(), [])
        self.assertEqual(world.watermark(), "2024-01-08 00:09:00")
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual({row["status"] for row in world.rows("erp2mysql_window")}, {"done"})

    def test_too_many_rows(self):
        world.mock.set(**{"window.rows": 30})  # of some 85 a day
        told = self.sync()
        self.assertGreater(told["windows"]["halved"], 7)
        self.assertEqual(told["windows"]["done"], told["windows"]["planned"])
        self.assertEqual(told["windows"]["failed"], 0)
        self.assertEqual(told["rows"]["read"], sum(told["rows"].values()) - told["rows"]["read"])
        self.complete()

    def test_silent_but_in_the_log(self):
        world.mock.set(**{"window.rows": 60})
        result = world.run(self.job, "--now", NOW, "--log-level", "info", "--output", "text")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("is read in halves", result.err)
        self.assertIn("halved ", result.out)
        world.fresh()
        world.mock.set(**{"window.rows": 60})
        result = world.run(world.job(day_windows), "--now", NOW)
        self.assertEqual(result, (0, "", ""))

    def test_pages_too_deep(self):
        world.mock.set(**{"window.page": 3})
        self.assertGreater(self.sync("--parallel", "2")["windows"]["halved"], 0)
        self.complete()

    def test_the_job_says_how_deep(self):
        def deep(job):
            day_windows(job)
            job["source"]["read"] = {"maxPages": 4}
        self.job = world.job(deep)
        self.assertGreater(self.sync()["windows"]["halved"], 0)
        self.assertLessEqual(max(int(row["pages"]) for row in world.rows("erp2mysql_window")), 6)
        self.complete()

    def test_time_out(self):
        world.mock.set(**{"window.rows": 40, "window.manner": "timeout"})
        self.assertGreater(self.sync()["retries"], 20)
        self.complete()

    def test_a_dead_peer_is_not_asked_for_ever(self):
        world.faults([{"fault": "http504", "times": -1}])
        told = self.sync(code=75)
        self.assertEqual(told["windows"]["halved"], 3)
        self.assertEqual(told["windows"]["failed"], 1)
        self.assertEqual(world.stats()["requests"], 4 * 5)
        world.faults([])
        self.sync()
        self.complete()

    def test_never_below_the_resolution(self):
        world.faults([{"fault": "too_big", "times": -1}])
        told = self.sync(code=69)
        self.assertEqual(told["windows"]["failed"], 1)
        self.assertLessEqual(told["windows"]["halved"], 18)
        self.assertIn("缩小时间范围", told["error"]["message"])

    def test_remembered_and_whole_again(self):
        world.mock.set(**{"window.rows": 30})
        self.backfill("--to", "2024-01-02")
        short = int(self.remembered())
        self.assertLessEqual(short, 12 * 3600_000)
        # Another stretch needs no or hardly any halving any more.
        told = self.backfill("--from", "2024-01-02")
        self.assertLess(told["windows"]["halved"], 4)
        self.assertGreater(told["windows"]["planned"], 12)
        self.assertIsNone(world.watermark())
        world.mock.set(**{"window.rows": 0})
        lengths = [int(self.remembered())]
        while self.remembered() != "NULL":
            self.assertLess(len(lengths), 30, lengths)
            self.backfill("--restart")
            lengths.append(int(self.remembered().replace("NULL", str(86_400_000))))
            self.assertLess(lengths[-1], lengths[-2] * 1.3 + 1000)
        self.assertEqual(lengths, sorted(lengths))
        self.assertEqual(self.backfill("--restart")["windows"]["planned"], 7)
        self.assertEqual(world.differences(START, END), [])

    def test_killed_while_halving(self):
        world.mock.set(**{"window.rows": 12})
        dice = random.Random(99)
        for _ in range(5):
            wanted = world.stats()["requests"] + dice.randrange(2, 40)
            process = world.popen("run", self.job, "--now", NOW, "--parallel", "3")
            harness.wait_until("it works", lambda: process.poll() is not None
                               or world.stats()["requests"] >= wanted)
            process.kill()
            process.communicate()
            self.assertEqual(world.ahead_of_data(), [])
        self.sync("--parallel", "3")
        self.complete()

    def test_max_runtime_does_not_count_halvings(self):
        world.mock.set(**{"window.rows": 30})
        told = self.sync("--max-runtime", "1ms", code=75)
        self.assertEqual(told["windows"]["done"], 1)
        self.assertIsNotNone(told["watermark"]["after"])

    def test_every_platform_says_it_in_its_words(self):
        for platform, config, change in (
                ("wangdiantong-qimen", "wangdiantong-refunds.json", None),
                ("wangdiantong", "wangdiantong-refunds.json",
                 lambda job: job["source"].update(api="aftersales.refund.Refund.search")),
                ("jushuitan", "jushuitan-direct.json", None)):
            with self.subTest(platform):
                world.fresh()
                world.mock.set(**{"window.rows": 60})

                def edit(job):
                    world.connected(platform)(job)
                    job["sync"]["window"] = "1d"
                    job["quality"] = {"maxBadRows": 1000}
                    if change:
                        change(job)
                result = world.run(world.job(edit, config=config), "--now", NOW, "--output", "json")
                self.assertIn(result.code, (0, 3), result.err)
                told = json.loads(result.out)
                self.assertGreater(told["windows"]["halved"], 0)
                self.assertGreater(told["rows"]["written"], 200)
                self.assertEqual(told["watermark"]["after"], "2024-01-08T00:09:00+08:00")


if __name__ == "__main__":
    world = harness.World("--orders", "600")
    unittest.main()
