#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rows that could not be written, from the operator's side: list, show, replay, drop; rows whose
UPDATE finds its row later; stored records that another job looks up."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, TABLE, edit  # noqa: E402

REJECT = (f"CREATE TRIGGER reject BEFORE INSERT ON {TABLE} FOR EACH ROW BEGIN IF NEW.io_id % 3 = 0"
          " THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'; END IF; END")


def update_job(job):
    job["quality"] = {"maxBadRows": 0}
    job["target"]["api"] = "execute"
    job["target"]["request"] = [{"field": "main_params", "type": "object", "children": [
        {"field": "status", "type": "string", "value": "{status}"},
        {"field": "io_id", "type": "int", "value": "{io_id}"}]}]
    job["target"]["otherRequest"] = [
        {"field": "main_sql", "value": "UPDATE saleout SET status = :status WHERE io_id = :io_id"}]


def store_job(job):
    job["name"], job["uuid"] = "orders", "66da1b2c-0000-4000-8000-000000000001"
    job["source"]["id"] = "io_id"
    job["target"].update(api="写入空操作", request=[], otherRequest=[])


def look_up_job(job):
    for item in job["target"]["request"]:
        if item["field"] == "so_id":
            item["value"] = ("_findCollection find so_id from 66da1b2c-0000-4000-8000-000000000001"
                             " where io_id={{io_id}}")


class Quarantine(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def call(self, code, *args):
        result = world.call(*args)
        self.assertEqual(result.code, code, result.err + result.out)
        return result

    def listed(self, job, *flags):
        return json.loads(self.call(0, "quarantine", "list", job, "-o", "json", *flags).out)

    def test_repair_replay_drop(self):
        job = world.job(edit(quality={"maxBadRows": 100000}))
        world.sql(f"DELIMITER //\n{REJECT}//", "bi")
        self.assertEqual(world.run(job, "--now", NOW).code, 3)
        entries = self.listed(job)
        rejected = [row for row in world.truth() if int(row["io_id"]) % 3 == 0]
        self.assertEqual(len(entries), len(rejected))
        self.assertGreater(len(entries), 3)
        self.assertEqual({entry["error_number"] for entry in entries}, {1644})
        self.assertEqual({entry["state"] for entry in entries}, {"open"})
        first, second = entries[0]["id"], entries[1]["id"]

        text = self.call(0, "quarantine", "list", job).out
        self.assertEqual(len(text.splitlines()), len(entries))
        shown = json.loads(self.call(0, "quarantine", "show", job, first, "-o", "json").out)
        self.assertEqual(len(shown), 1)
        self.assertEqual(int(shown[0]["mapped"]["io_id"]) % 3, 0)
        self.assertEqual(str(json.loads(shown[0]["record"])["io_id"]), shown[0]["mapped"]["io_id"])
        text = self.call(0, "quarantine", "show", job, first).out
        for word in ("1644", "not today", shown[0]["run_id"], "2024-01-0", '"io_id"'):
            self.assertIn(word, text)

        self.call(3, "quarantine", "replay", job, "--all")
        self.assertEqual(len(self.listed(job)), len(entries))
        world.sql("DROP TRIGGER reject", "bi")
        self.call(0, "quarantine", "replay", job, first, second)
        self.assertEqual(len(self.listed(job)), len(entries) - 2)
        done = json.loads(self.call(0, "quarantine", "replay", job, "--all", "-o", "json").out)
        self.assertEqual((done["done"], done["open"]), (len(entries) - 2, 0))
        self.assertEqual(world.differences(), [])
        self.assertEqual(self.listed(job), [])
        self.assertEqual(len(self.listed(job, "--state", "done")), len(entries))

        self.call(64, "quarantine", "drop", job, "--all", "--state", "all")  # nobody can answer
        self.call(0, "quarantine", "drop", job, first, "--yes")
        self.call(0, "quarantine", "drop", job, "--all", "--state", "all", "--yes")
        self.assertEqual(self.listed(job, "--state", "all"), [])

    def test_a_later_row_overtakes(self):
        job = world.job(edit(quality={"maxBadRows": 100000}))
        world.sql(f"DELIMITER //\n{REJECT}//", "bi")
        self.assertEqual(world.run(job, "--now", NOW).code, 3)
        bad = len(self.listed(job))
        world.sql("DROP TRIGGER reject", "bi")
        self.assertEqual(world.run(job, "--now", NOW, "--full").code, 0)
        self.assertEqual(self.listed(job), [])
        self.assertGreaterEqual(len(self.listed(job, "--state", "superseded")), bad)

    def test_usage(self):
        job = world.job()
        self.assertEqual(self.listed(job), [])  # no tables yet, and none are made
        self.assertFalse(world.table_exists("erp2mysql_quarantine"))
        for args in (["replay", job], ["drop", job], ["replay", job, "1", "--all"], ["list"],
                     ["show", job, "7"], ["list", job, "--state", "closed"], []):
            self.call(64, "quarantine", *args)

    def test_updates_find_their_rows_later(self):
        job = world.job(update_job, config="minimal.json")
        self.assertEqual(world.run(job, "--now", NOW).code, 3)
        waiting = self.listed(job, "--state", "unmatched")
        keys = {entry["key"] for entry in waiting}
        statuses = {str(row["io_id"]): row["status"] for row in world.truth()}
        self.assertEqual(keys, set(statuses))
        some = sorted(keys)[::2]
        world.sql("".join(f"INSERT INTO saleout (io_id) VALUES ({key});" for key in some), "bi")
        world.run(job, "--now", "2024-01-08 01:00:00")
        stored = {row["io_id"]: row["status"] for row in world.rows("saleout", ["io_id", "status"])}
        self.assertEqual(stored, {key: statuses[key] for key in some})
        self.assertEqual({entry["key"] for entry in self.listed(job)}, keys - set(some))

    def test_records_of_another_job(self):
        store = world.job(store_job, config="minimal.json")
        job = world.job(look_up_job, config="minimal.json")
        first = world.run(job, "--now", NOW)
        self.assertEqual(first.code, 78, first.err)
        self.assertIn("never ran here", first.err)
        self.assertEqual(world.run(store, "--now", NOW).code, 0)
        self.assertEqual(world.run(job, "--now", NOW, "--no-preflight").code, 0)
        orders = {str(row["io_id"]): row["so_id"] for row in world.truth()}
        stored = {row["io_id"]: row["so_id"] for row in world.rows("saleout", ["io_id", "so_id"])}
        self.assertEqual(stored, orders)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main(verbosity=2)
