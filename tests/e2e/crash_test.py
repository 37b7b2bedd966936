#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that are cut off anywhere, and two runs at once: never a row lost, never one twice."""
import json
import signal
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402


def small_pages(job):
    job["source"]["pagination"]["pageSize"] = 10
    job["source"]["request"][1]["value"] = "10"


class Crash(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(small_pages)

    def start_and_wait(self, requests, *args):
        """A run that has sent that many requests."""
        process = world.popen("run", self.job, "--now", NOW, *args)
        harness.wait_until(f"{requests} requests were sent", lambda: process.poll() is not None
                           or world.stats()["requests"] >= requests)
        self.assertIsNone(process.poll(), "the run ended too early to be disturbed")
        return process

    def finish(self):
        result = world.run(self.job, "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(world.differences(), [])
        self.assertEqual(world.watermark(), "2024-01-08 00:09:00")
        self.assertEqual(world.ahead_of_data(), [])

    def test_kill_9(self):
        asked = 0
        for more in (1, 4, 9, 15):
            asked += more
            process = self.start_and_wait(asked)
            process.kill()
            process.communicate()
            self.assertEqual(world.ahead_of_data(), [])
            asked = world.stats()["requests"]
        self.finish()

    def test_the_window_of_a_killed_run_is_taken_over(self):
        # By a run with one window that reaches further: cron kills, and starts again later.
        self.job = world.job(lambda job: (small_pages(job), job["sync"].update(window="30d")))
        self.assertEqual(world.run(self.job, "--now", "2024-01-07 12:00:00").code, 0)
        process = self.start_and_wait(world.stats()["requests"] + 2)
        process.kill()
        process.communicate()
        self.assertEqual(len(world.rows("erp2mysql_window")), 2)
        result = world.run(self.job, "--now", "2024-01-08 00:30:00")
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual([row["status"] for row in world.rows("erp2mysql_window")], ["done", "done"])
        self.assertEqual(world.differences(), [])

    def test_signals_end_politely(self):
        asked = 0
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = self.start_and_wait(asked + 8, "--output", "json")
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
            self.assertEqual(process.returncode, code, err)
            told = json.loads(out)
            self.assertEqual((told["status"], told["exit_code"]), ("interrupted", code))
            self.assertEqual(world.ahead_of_data(), [])
            asked = world.stats()["requests"]
        before = world.watermark()
        self.assertIsNotNone(before, "windows that were done before the signal must count")
        self.finish()

    def test_server_drops_the_connection(self):
        process = self.start_and_wait(10)
        for ident in world.sql("SELECT id FROM information_schema.processlist"
                               " WHERE user = 'etl'").split():
            world.sql(f"KILL {ident}")
        _, err = process.communicate(timeout=120)
        self.assertIn(process.returncode, (0, 11, 75), err)  # it may recover or give up for now
        self.assertEqual(world.ahead_of_data(), [])
        self.finish()

    def test_two_runs_at_once(self):
        first = self.start_and_wait(2)
        first.send_signal(signal.SIGSTOP)  # or it may end before the others have begun
        second = world.run(self.job, "--now", NOW)
        self.assertEqual(second.code, 11, second.err)
        self.assertEqual(len(harness.error_lines(second.err)), 1, second.err)
        told = world.run(self.job, "--now", NOW, "--output", "json")
        self.assertEqual((told.code, json.loads(told.out)["status"]), (11, "locked"))
        silent = world.run(self.job, "--now", NOW, "--if-locked", "skip")
        self.assertEqual(silent, (0, "", ""))
        first.send_signal(signal.SIGCONT)
        _, err = first.communicate(timeout=240)
        self.assertEqual(first.returncode, 0, err)
        self.assertEqual(world.differences(), [])


if __name__ == "__main__":
    world = harness.World("--orders", "400", "--latency", "60")
    unittest.main()
