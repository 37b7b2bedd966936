#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Source against table: what is missing, older or gone is told, and repaired only when asked."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START, TABLE  # noqa: E402


def one_row_per_line(job):
    """The key without the time of change: a changed row replaces its earlier version."""
    job["target"]["request"][0]["value"] = "{o_id}-{items_ioi_id}"
    job["sync"]["window"] = "1d"


class Reconcile(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(one_row_per_line)
        result = world.run(self.job, "--now", NOW)
        self.assertEqual(result.code, 0, result.err)

    def call(self, *more, code=0, job=None, span=(START, END), now=NOW):
        result = world.call("reconcile", job or self.job, "--from", span[0], "--to", span[1],
                            "--now", now, "--output", "json", *more)
        self.assertEqual(result.code, code, result)
        return json.loads(result.out) if result.out else result.err

    def total(self, told, what):
        return sum(day[what] for day in told["days"])

    def keys(self, told, what):
        return sorted(key[0] for day in told["days"] for key in day[what])

    def ids(self):
        return sorted(row["id"] for row in world.rows(TABLE, ["id"]))

    def stray(self, ident, modified="2024-01-03 10:00:00"):
        """A row that the source does not have."""
        columns = [name for (name,) in world.cells(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'bi' AND"
            f" table_name = '{TABLE}' AND column_name NOT IN ('id', 'modified')", 1)]
        names = ", ".join(f"`{name}`" for name in columns)
        world.sql(f"INSERT INTO {TABLE} (id, modified, {names}) SELECT '{ident}', '{modified}',"
                  f" {names} FROM {TABLE} LIMIT 1", "bi")

    def test_equal(self):
        told = self.call()
        self.assertTrue(told["equal"])
        self.assertEqual(len(told["days"]), 7)
        self.assertEqual((told["key"], told["time_column"], told["version_column"]),
                         (["id"], "modified", "modified"))
        self.assertEqual(self.total(told, "source"), len(self.ids()))
        self.assertEqual(self.total(told, "table"), len(self.ids()))
        other = self.call("--version-column", "created")
        self.assertEqual((other["equal"], other["version_column"]), (True, "created"))
        text = world.call("reconcile", self.job, "--from", START, "--to", END, "--now", NOW)
        self.assertIn("EQUAL jushuitan-saleout", text.out)

    def test_missing_rows_are_told_and_repaired(self):
        everything = self.ids()
        lost = [row["id"] for row in world.rows(TABLE, ["id"], "modified >= '2024-01-03' AND"
                                                " modified < '2024-01-05' ORDER BY id LIMIT 9")]
        listed = ", ".join(f"'{ident}'" for ident in lost)
        world.sql(f"DELETE FROM {TABLE} WHERE id IN ({listed})", "bi")
        told = self.call(code=65)
        self.assertEqual(self.keys(told, "missing_keys"), sorted(lost))
        self.assertEqual(self.total(told, "missing"), 9)
        self.assertFalse(told["equal"])
        few = self.call("--keys", "2", code=65)
        self.assertEqual(self.total(few, "missing"), 9)
        self.assertLess(len(self.keys(few, "missing_keys")), 5)
        before = world.watermark()
        repaired = self.call("--repair")
        self.assertTrue(repaired["equal"])
        self.assertGreaterEqual(repaired["repaired_rows"], 9)
        self.assertEqual(world.watermark(), before)
        self.assertEqual({row["kind"] for row in world.rows("erp2mysql_window", ["kind"])},
                         {"run", "explicit"})
        self.assertEqual(self.ids(), everything)

    def test_older_rows(self):
        world.sql(f"UPDATE {TABLE} SET modified = modified - INTERVAL 1 HOUR,"
                  " buyer_message = 'stale' WHERE modified BETWEEN '2024-01-04 02:00:00' AND"
                  " '2024-01-04 06:00:00'", "bi")
        told = self.call(code=65)
        self.assertGreater(self.total(told, "older"), 0)
        self.assertEqual((self.total(told, "missing"), self.total(told, "extra")), (0, 0))
        self.assertTrue(self.call("--repair")["equal"])
        self.assertEqual(world.rows(TABLE, ["id"], "buyer_message = 'stale'"), [])

    def test_gone_rows_only_when_asked(self):
        self.stray("ghost-1")
        self.stray("ghost-2", "2024-01-05 00:00:00")
        told = self.call("--repair", code=65)
        self.assertEqual(told["extra_keys"], [["ghost-1"], ["ghost-2"]])
        self.assertEqual([day["extra"] for day in told["days"]], [0, 0, 1, 0, 1, 0, 0])
        self.assertIn("ghost-1", self.ids())
        err = self.call("--delete-gone", code=64)
        self.assertIn("--yes", err)
        self.assertIn("ghost-1", self.ids())
        told = self.call("--mark-gone", "buyer_message=gone at source", "--yes")
        self.assertEqual(told["gone_rows_changed"], 2)
        self.assertEqual(len(world.rows(TABLE, ["id"], "buyer_message = 'gone at source'")), 2)
        again = self.call("--mark-gone", "buyer_message=gone at source", "--yes")
        self.assertEqual((again["equal"], again["gone_rows_changed"]), (True, 0))
        told = self.call("--delete-gone", "--yes")
        self.assertEqual(told["gone_rows_changed"], 2)
        self.assertNotIn("ghost-1", self.ids())
        self.assertTrue(self.call()["equal"])

    def test_a_row_that_changed_later_is_not_deleted(self):
        victim = world.rows(TABLE, ["io_id", "id"], "modified < '2024-01-03'")[0]
        world.mock.touch("jushuitan-qimen", victim["io_id"])
        span = (START, "2024-01-03 00:00:00")
        told = self.call(code=65, span=span)
        self.assertGreater(self.total(told, "extra"), 0)
        # It is to be seen after the stretch, so it is not gone.
        told = self.call("--delete-gone", "--yes", span=span)
        self.assertEqual(told["gone_rows_changed"], 0)
        self.assertIn(victim["id"], self.ids())

    def test_a_change_within_the_stretch_is_an_older_row(self):
        world.sql(f"UPDATE {TABLE} SET modified = '2024-01-02 00:00:00' WHERE modified BETWEEN"
                  " '2024-01-05' AND '2024-01-05 08:00:00'", "bi")
        told = self.call(code=65)
        self.assertEqual(self.total(told, "extra"), 0)
        self.assertGreater(self.total(told, "older"), 0)

    def test_bad_rows_forbid_to_delete(self):
        def strict(job):
            one_row_per_line(job)
            job["quality"] = {"rules": [{"field": "so_id", "in": ["never"]}]}
        self.stray("ghost-3")
        err = self.call("--delete-gone", "--yes", code=65, job=world.job(strict))
        self.assertIn("could not be compared", err)
        self.assertIn("ghost-3", self.ids())

    def test_a_key_with_the_time_keeps_versions(self):
        world.fresh()
        job = world.job()
        self.assertEqual(world.run(job, "--now", NOW).code, 0)
        told = self.call(job=job)
        self.assertFalse(told["gone_is_known"])
        self.assertIn("older versions", self.call("--delete-gone", "--yes", job=job, code=64))
        world.sql(f"DELETE FROM {TABLE} LIMIT 3", "bi")
        self.assertEqual(self.total(self.call(job=job, code=65), "missing"), 3)
        self.assertTrue(self.call("--repair", job=job)["equal"])

    def test_windows_too_big_are_halved(self):
        world.mock.set(**{"window.rows": 20})
        self.assertTrue(self.call()["equal"])

    def test_while_a_run_holds_the_job(self):
        self.stray("ghost-4")
        name = "erp2mysql." + world.sql("SELECT LEFT(SHA2('bi/jushuitan-saleout', 256), 32)").strip()
        holder = harness.subprocess.Popen(
            ["mariadb", "--no-defaults", "-uroot", "-S", world.socket, "-e",
             f"SELECT GET_LOCK('{name}', 5); SELECT SLEEP(30)"], stdout=harness.subprocess.DEVNULL)
        try:
            harness.wait_until("the lock is held", lambda: world.sql(
                f"SELECT IS_USED_LOCK('{name}') IS NOT NULL").strip() == "1")
            self.assertIn("holds job", self.call("--delete-gone", "--yes", code=11))
        finally:
            owner = world.sql(f"SELECT IS_USED_LOCK('{name}')").strip()
            world.sql(f"KILL {owner}")
            holder.wait()
        self.assertIn("ghost-4", self.ids())

    def test_wrong_words(self):
        for more, says in ((("--time-column", "nonsense"), "no column"),
                           (("--time-column", "pay_amount"), "type"),
                           (("--mark-gone", "nonsense"), "COLUMN=VALUE"),
                           (("--mark-gone", "nonsense=1"), "no column"),
                           (("--mark-gone", "remark=1", "--delete-gone"), "excludes")):
            self.assertIn(says, self.call(*more, code=64), more)
        self.assertIn("future", self.call(span=(START, "2024-02-01"), code=64))
        self.assertEqual(world.call("reconcile", self.job).code, 64)


class Remedy(unittest.TestCase):
    """The metadata's second request: an older stretch once more, beside the watermark."""

    def remedied(self, job):
        job["source"]["omissionRemedy"] = {
            "crontab": "2 */2 * * *", "adapter": "\\Adapter\\Any",
            "takeOverRequest": [
                {"field": "start_time", "type": "string", "value": "{{DAYS_AGO_2|datetime}}"},
                {"field": "end_time", "type": "string", "value": "{{DAYS_AGO_1|datetime}}"}]}

    def test_reads_its_own_stretch(self):
        world.fresh()
        job = world.job(self.remedied)
        result = world.run(job, "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        before = world.watermark()
        world.sql(f"DELETE FROM {TABLE} WHERE modified >= '2024-01-06 00:10:00' AND"
                  " modified < '2024-01-07'", "bi")
        result = world.run(job, "--now", NOW, "--remedy", "--output", "json")
        self.assertEqual(result.code, 0, result.err)
        told = json.loads(result.out)
        # Counted from the end of the window, which is now minus the lag.
        self.assertEqual((told["from"], told["to"]),
                         ("2024-01-06T00:09:00+08:00", "2024-01-07T00:09:00+08:00"))
        self.assertEqual(world.watermark(), before)
        self.assertEqual(told["watermark"]["after"], told["watermark"]["before"])
        self.assertEqual(world.differences(), [])
        kinds = {row["kind"] for row in world.rows("erp2mysql_window", ["kind"])}
        self.assertEqual(kinds, {"run", "remedy"})
        self.assertEqual(world.run(job, "--now", NOW, "--remedy").code, 0)

    def test_a_job_without_one(self):
        world.fresh()
        result = world.run(world.job(), "--now", NOW, "--remedy")
        self.assertEqual(result.code, 78)
        self.assertIn("omissionRemedy", result.err)
        for flags in (("--full",), ("--from", START, "--to", END)):
            self.assertEqual(world.run(world.job(self.remedied), "--remedy", *flags).code, 64)

    def test_longer_than_the_platform_allows(self):
        def long(job):
            self.remedied(job)
            job["source"]["omissionRemedy"]["takeOverRequest"][0]["value"] = (
                "{{DAYS_AGO_20|datetime}}")
        world.fresh()
        result = world.run(world.job(long), "--now", NOW, "--remedy")
        self.assertEqual(result.code, 78, result.err)
        self.assertIn("the API allows 7d", result.err)


if __name__ == "__main__":
    world = harness.World("--orders", "300")
    unittest.main()
