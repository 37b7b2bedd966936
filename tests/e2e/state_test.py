#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""State by hand, clocks that are wrong, jobs that changed, bounds that are days, and status."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START  # noqa: E402

LAST = "2024-01-08 00:09:00"  # NOW minus the job's lag


class State(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job()

    def run_well(self, *args):
        result = world.run(self.job, "--now", NOW, *args)
        self.assertEqual(result.code, 0, result.err)
        return result

    def state(self, *args, code=0):
        result = world.call("state", *args)
        self.assertEqual(result.code, code, result)
        return result

    def status(self):
        return json.loads(world.call("status", self.job, "--now", NOW, "--output", "json").out)

    def test_show_set_reset(self):
        self.assertIn("watermark none", self.state("show", self.job).out)
        self.run_well()
        self.assertIn(LAST, self.state("show", self.job).out)
        told = json.loads(self.state("show", self.job, "--output", "json").out)
        self.assertEqual(told["watermark"], "2024-01-08T00:09:00+08:00")

        refused = self.state("set", self.job, "2024-01-05", code=64)
        self.assertIn("--yes", refused.err)
        self.assertEqual(world.watermark(), LAST)
        self.state("set", self.job, "2024-01-05", "--yes")
        self.assertEqual(world.watermark(), "2024-01-05 00:00:00")
        self.state("set", self.job, "2024-01-09", "--yes", "--now", NOW, code=64)
        self.state("set", self.job, "whenever", "--yes", code=64)
        self.assertEqual(world.watermark(), "2024-01-05 00:00:00")

        told = json.loads(self.run_well("--output", "json").out)
        self.assertEqual(told["from"], "2024-01-04T23:50:00+08:00")
        self.state("reset", self.job, code=64)
        self.state("reset", self.job, "--yes")
        self.assertEqual((world.job_row(), world.done_windows()), ({}, []))
        told = json.loads(self.run_well("--output", "json").out)
        self.assertEqual(told["from"], "2024-01-01T00:00:00+08:00")
        self.assertEqual(world.differences(), [])

    def test_a_running_job_keeps_its_state(self):
        world.fresh("--orders", "200", "--latency", "5000")
        process = world.popen("run", self.job, "--now", NOW)
        harness.wait_until("it works", lambda: world.stats()["requests"] > 0)
        self.state("reset", self.job, "--yes", code=11)
        process.kill()
        process.communicate()

    def test_a_clock_behind_the_watermark_is_refused(self):
        self.run_well()
        before = world.stats()["requests"]
        result = world.run(self.job, "--now", "2024-01-07 12:00:00")
        self.assertEqual(result.code, 75, result.err)
        self.assertIn("after now", result.err)
        self.assertEqual((world.stats()["requests"], world.watermark()), (before, LAST))

    def test_a_changed_job_is_told_until_it_is_accepted(self):
        self.run_well()
        before = world.job_row()["fingerprint"]
        self.job = world.job(harness.edit(source={"id": "{io_id}"}))
        for _ in range(2):
            told = self.run_well().err
            self.assertIn(before[:12], told)
            self.assertIn("--accept-change", told)
            self.assertEqual(world.job_row()["fingerprint"], before)
        self.assertEqual(self.run_well("--accept-change").err, "")
        self.assertNotEqual(world.job_row()["fingerprint"], before)
        self.assertEqual(self.run_well().err, "")

    def test_status_shows_gaps(self):
        self.run_well()
        self.assertEqual(self.status()["gaps"], [])
        world.sql("DELETE FROM erp2mysql_window WHERE from_at LIKE '2024-01-03%'", "bi")
        gap = {"from": "2024-01-03T00:00:00+08:00", "to": "2024-01-04T00:00:00+08:00"}
        self.assertEqual(self.status()["gaps"], [gap])
        text = world.call("status", self.job, "--now", NOW).out
        self.assertIn("2024-01-03 00:00:00 .. 2024-01-04 00:00:00", text)
        self.assertIn("1m behind", text)
        filled = world.call("backfill", self.job, "--from", "2024-01-03", "--to", "2024-01-04")
        self.assertEqual(filled.code, 0, filled.err)
        self.assertEqual(self.status()["gaps"], [])

    def test_bounds_that_are_days_lose_nothing(self):
        def days(job):
            job["source"]["request"][2:4] = [
                {"field": "start_time", "value": "_function LEFT('{{LAST_SYNC_TIME|datetime}}', 10)"},
                {"field": "end_time", "value": "_function LEFT('{{CURRENT_TIME|datetime}}', 10)"}]
        self.job = world.job(days)
        for now, reached in (("2024-01-05 13:00:00", "2024-01-05 00:00:00"),
                             ("2024-01-06 02:00:00", "2024-01-06 00:00:00"),
                             ("2024-01-08 13:00:00", "2024-01-08 00:00:00")):
            for parallel in ("1", "3"):
                result = world.run(self.job, "--now", now, "--parallel", parallel)
                self.assertEqual(result.code, 0, result.err)
                self.assertEqual(world.watermark(), reached)
                self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(world.differences(START, END, extra_is_fine=True), [])


if __name__ == "__main__":
    world = harness.World("--orders", "120")
    unittest.main()
