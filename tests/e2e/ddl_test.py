#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The printed tables are taken by the server, and a run fills them with every row."""
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, TABLE  # noqa: E402


class Ddl(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def test_a_guessed_table_takes_the_whole_week(self):
        job = world.job()
        world.sql(f"DROP TABLE {TABLE}", "bi")
        missing = world.run(job, "--now", NOW)
        self.assertEqual(missing.code, 78)
        self.assertIn("erp2mysql ddl", missing.err)
        printed = world.call("ddl", job, "--now", NOW)
        self.assertEqual(printed.code, 0, printed.err)
        self.assertIn("PRIMARY KEY (`id`)", printed.out)
        world.sql(printed.out)
        result = world.run(job, "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(world.differences(), [])

    def test_state_tables(self):
        job = world.job()
        world.sql("DROP TABLE IF EXISTS erp2mysql_job", "bi")
        printed = world.call("ddl", job, "--state")
        self.assertEqual(printed.code, 0, printed.err)
        world.sql(printed.out)
        for name in ("job", "window", "run", "quarantine", "record"):
            self.assertTrue(world.table_exists("erp2mysql_" + name))
        self.assertEqual(world.run(job, "--now", NOW).code, 0)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
