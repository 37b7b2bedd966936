#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 before and after every single message of a run, and then the run again: the table is the
truth, the watermark is where the plan wants it, no window is lost and no row is there twice."""
import os
import signal
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, START, TABLE  # noqa: E402

LIBRARY = os.environ.get("ERP2MYSQL_KILL_POINT", str(harness.ROOT / "build/ci/tests/libkill_point.so"))
COMMANDS = {
    "run": ("run", "--now", NOW, "--parallel", "1"),
    "side by side": ("run", "--now", NOW, "--parallel", "2"),
    "one more window": ("run", "--now", NOW),
    "backfill": ("backfill", "--from", START, "--to", NOW),
}
LATER = "2024-01-08 00:30:00"
WATERMARKS = {NOW: "2024-01-08 00:09:00", LATER: "2024-01-08 00:29:00"}


class KillPoints(unittest.TestCase):
    kills = 0
    before = None  # a run at this time comes first

    def setUp(self):
        world.fresh()

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.kills} kills, before and after messages of {len(COMMANDS)} kinds of runs: 0 rows lost, 0 twice, "
              "0 times ahead of the rows")

    def empty(self):
        tables = [name for (name,) in world.cells(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bi'", 1)]
        world.sql(";".join([f"TRUNCATE `{name}`" for name in tables]), "bi")

    def killed(self, command, where, point):
        """False when the run ended before that point."""
        name, *args = COMMANDS[command]
        process = world.popen(name, self.job, *args, env={"LD_PRELOAD": LIBRARY, where: point})
        _, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, -signal.SIGKILL), err)
        type(self).kills += process.returncode != 0
        return process.returncode != 0

    def finish(self, command, now=NOW):
        name, *args = [now if word == NOW else word for word in COMMANDS[command]]
        result = world.call(name, self.job, *args)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual(world.differences(), [])
        rows = world.rows("erp2mysql_window", ["status"])
        self.assertEqual({row["status"] for row in rows}, {"done"})
        if name == "run":
            self.assertEqual(world.watermark(), WATERMARKS[now])

    def each_point(self, command, where, step=1, again=NOW):
        for point in range(1, 1000, step):
            with self.subTest(command=command, where=where, point=point):
                if self.before:
                    self.assertEqual(world.run(self.job, "--now", self.before).code, 0)
                if not self.killed(command, where, point):
                    break
                self.assertEqual(world.ahead_of_data(), [])
                self.finish(command, again)
            self.empty()
        self.assertGreater(point, 20, "the points were not reached")
        print(f"{command}: {point // step} points, {where}")

    def test_replace(self):
        self.job = world.job(harness.edit(sync={"window": "4d"}))
        self.each_point("run", "KILL_BEFORE")
        self.each_point("side by side", "KILL_AFTER", 3)
        self.each_point("backfill", "KILL_AFTER", 2)

    def test_one_more_window(self):
        # What it left reaches into the window of the run after it, and is no window of that one.
        self.job = world.job(harness.edit(sync={"window": "30d"}))
        self.before = "2024-01-07 12:00:00"
        self.each_point("one more window", "KILL_BEFORE", 2, LATER)

    def test_plain_insert_without_a_key(self):
        # Nothing but the fence keeps a row from being there twice.
        def insert(job):
            job["sync"].update({"window": "4d", "overlap": "0s"})
            statement = job["target"]["otherRequest"][0]
            statement["value"] = statement["value"].replace("REPLACE", "INSERT")
        self.job = world.job(insert)
        world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY", "bi")
        for where in ("KILL_BEFORE", "KILL_AFTER"):
            for point in range(2, 1000, 4):
                with self.subTest(where=where, point=point):
                    if not self.killed("run", where, point):
                        break
                    result = world.run(self.job, "--now", NOW)
                    self.assertEqual(result.code, 0, result.err)
                    self.assertEqual(world.differences(), [])
                    self.assertEqual(len(world.rows(TABLE, ["id"])), len(world.actual()))
                self.empty()
            self.assertGreater(point, 20, "the points were not reached")


if __name__ == "__main__":
    world = harness.World("--orders", "40")
    unittest.main()
