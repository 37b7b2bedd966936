#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Partitioned tables as the target: rows land in their partitions, changed ones in the same, in every way
of writing, and a row that no partition takes is a bad row."""
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, TABLE, edit  # noqa: E402

DAYS = ", ".join(f"PARTITION d{day} VALUES LESS THAN (TO_DAYS('2024-01-{day + 1:02}'))"
                 for day in range(1, 5))
BY_DAY = (f"ALTER TABLE {TABLE} MODIFY created DATETIME NOT NULL, DROP PRIMARY KEY,"
          f" ADD PRIMARY KEY (id, created) PARTITION BY RANGE (TO_DAYS(created)) ({DAYS}{{}})")


class Partitions(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def used(self):
        return int(world.sql("SELECT COUNT(*) FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA ="
                             f" 'bi' AND TABLE_NAME = '{TABLE}' AND TABLE_ROWS > 0"))

    def test_every_way_of_writing(self):
        for shape in (BY_DAY.format(", PARTITION rest VALUES LESS THAN MAXVALUE"),
                      f"ALTER TABLE {TABLE} PARTITION BY KEY (id) PARTITIONS 4"):
            for method in ("auto", "statement"):
                with self.subTest(shape=shape, method=method):
                    world.fresh()
                    world.sql(shape, "bi")
                    job = world.job(edit(write={"method": method}))
                    for _ in range(2):  # the second time every row is there
                        done = world.run(job, "--now", NOW, "--full")
                        self.assertEqual((done.code, done.out, done.err), (0, "", ""))
                        self.assertEqual(world.differences(), [])
                    world.sql(f"ANALYZE TABLE {TABLE}", "bi")
                    self.assertGreater(self.used(), 2)

    def test_a_row_without_a_partition_is_a_bad_row(self):
        world.sql(BY_DAY.format(""), "bi")
        late = len(world.truth("2024-01-05 00:00:00", NOW))
        job = world.job(edit(quality={"maxBadRows": 100_000}))
        done = world.run(job, "--now", NOW)
        self.assertEqual(done.code, 3, done.err)
        bad = world.rows("erp2mysql_quarantine", ["error_number"])
        self.assertEqual({row["error_number"] for row in bad}, {"1526"})
        self.assertGreater(late, 0)
        self.assertEqual(len(world.actual()) + len(bad), len(world.expected(world.truth())))


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
