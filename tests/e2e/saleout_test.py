#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped job over a whole week: every cell of the table against what the ERP really holds."""
import json
import re
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, START, edit  # noqa: E402

# Where a run at NOW ends: one minute of `lag` before it.
REACHED = "2024-01-08 00:09:00"
RESULT_KEYS = {"job", "run_id", "status", "exit_code", "from", "to", "windows", "requests", "retries",
               "pages", "records", "rows", "affected", "bytes_in", "seconds", "waited", "watermark"}
BOOK_KEYS = {"written", "unchanged", "filtered", "duplicate", "quarantined"}


class Saleout(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def run_ok(self, job, *args):
        result = world.run(job, "--now", NOW, *args)
        self.assertEqual(result.code, 0, result.err)
        return result

    def assert_complete(self, **options):
        self.assertEqual(world.differences(**options), [])

    def test_every_cell_and_a_second_run(self):
        # Exactly as shipped, against an ERP that enforces the platform's limits.
        world.fresh("--orders", "120", "--empty-items", "0.05", "--rate", "5/1s,100/1m")
        job = world.job(fast=False)
        self.run_ok(job)
        self.assert_complete()
        self.assertEqual(world.watermark(), REACHED)
        self.assertEqual(world.ahead_of_data(), [])

        before = world.actual()
        self.run_ok(job)
        self.assertEqual(world.actual(), before)
        self.assertEqual(world.watermark(), REACHED)

        status = world.call("status", job, "--now", NOW, "--output", "json")
        self.assertEqual(status.code, 0, status.err)
        told = harness.find_key(json.loads(status.out), "watermark")
        self.assertEqual(harness.local_text(told), REACHED)
        text = world.call("status", job, "--now", NOW)
        self.assertEqual(text.code, 0, text.err)
        self.assertIn("jushuitan-saleout", text.out)
        self.assertEqual(world.stats()["limit_violations"], 0)

    def test_result_object_and_books(self):
        result = self.run_ok(world.job(), "--output", "json")
        told = json.loads(result.out)
        self.assertLessEqual(RESULT_KEYS, told.keys())
        self.assertNotIn("error", told)
        self.assertEqual((told["job"], told["status"], told["exit_code"]), ("jushuitan-saleout", "done", 0))
        self.assertEqual(set(told["rows"]), BOOK_KEYS | {"read"})
        self.assertEqual(told["rows"]["read"], sum(told["rows"][key] for key in BOOK_KEYS))
        self.assertEqual(told["rows"]["quarantined"], 0)
        self.assertGreaterEqual(told["rows"]["read"], len(world.truth()))
        self.assertEqual(told["windows"]["planned"], told["windows"]["done"])
        self.assertEqual(len(world.done_windows()), told["windows"]["done"])
        self.assertEqual(set(told["waited"]), {"rate_limit", "source", "target"})
        self.assertEqual(told["requests"], world.stats()["requests"])
        self.assertGreaterEqual(told["records"], len({row["io_id"] for row in world.truth()}))
        self.assertGreater(told["pages"], 0)
        self.assertGreater(told["bytes_in"], 0)
        self.assertEqual(harness.local_text(told["from"]), START)
        self.assertEqual(harness.local_text(told["to"]), REACHED)
        self.assertEqual(harness.local_text(told["watermark"]["after"]), REACHED)
        self.assert_complete()

    def test_small_pages_one_big_window(self):
        def change(job):
            edit(sync={"window": "7d"})(job)
            job["source"]["pagination"]["pageSize"] = 7
            job["source"]["request"][1]["value"] = "7"
        self.run_ok(world.job(change))
        self.assert_complete()

    def test_rows_that_change_while_they_are_read(self):
        world.fresh("--orders", "120", "--drift", "0.7", "--drift-max", "25")

        def change(job):
            job["source"]["pagination"]["pageSize"] = 5
            job["source"]["request"][1]["value"] = "5"
        self.run_ok(world.job(change))
        self.assertGreater(world.stats()["drifted"], 0)
        # An order that moved may have been written before and after: its older id stays, no row is missing.
        self.assert_complete(extra_is_fine=True)

    def test_changed_orders_come_with_the_next_run(self):
        job = world.job()
        self.run_ok(job)
        changed = world.truth()[0]["io_id"]
        world.touch(changed)
        later = "2024-01-08 00:20:00"
        result = world.run(job, "--now", later)
        self.assertEqual(result.code, 0, result.err)
        self.assert_complete(end=later, extra_is_fine=True)
        self.assertEqual(world.watermark(), "2024-01-08 00:19:00")

    def test_dry_run_writes_nothing(self):
        result = self.run_ok(world.job(), "--dry-run")
        self.assertEqual(result.err, "")
        self.assertEqual(world.actual(), {})
        self.assertEqual(world.job_row(), {})
        self.assertEqual(world.done_windows(), [])
        self.assertGreater(world.stats()["requests"], 0)

    def test_explicit_stretch_leaves_the_watermark(self):
        job = world.job()
        self.run_ok(job, "--from", "2024-01-03 00:00:00", "--to", "2024-01-05 00:00:00")
        self.assertIsNone(world.watermark())
        self.assertEqual(world.differences("2024-01-03 00:00:00", "2024-01-05 00:00:00", True), [])
        # Both bounds of the API are closed: what stands exactly on the upper border may come as well.
        closed = world.expected(world.truth("2024-01-03 00:00:00", "2024-01-05 00:00:01"))
        self.assertLessEqual(world.actual().keys(), closed.keys())
        self.run_ok(job)
        self.assert_complete()
        self.run_ok(job, "--from", START, "--to", "2024-01-02 00:00:00")
        self.assertEqual(world.watermark(), REACHED)

    def test_silence(self):
        result = self.run_ok(world.job())
        self.assertEqual((result.out, result.err), ("", ""))  # cron mails whatever is printed

    def test_shipped_jobs_validate(self):
        for path in sorted((harness.ROOT / "configs").glob("*.json")):
            with self.subTest(path.name):
                names = set(re.findall(r"\$\{env:(\w+)\}", path.read_text())) - set(world.env())
                env = {name: "http://127.0.0.1:1/x" if name.endswith("URL") else f"value-of-{name}"
                       for name in names}
                result = world.call("validate", path, env=env)
                self.assertEqual((result.code, result.err), (0, ""))
        self.assertEqual(world.stats()["requests"], 0)

    def test_minimal_job(self):
        self.run_ok(world.job(config="minimal.json"))
        wanted = world.expected(world.truth(), "minimal.json")
        self.assertEqual(world.actual("saleout", "minimal.json"), wanted)

    def test_preview(self):
        result = world.call("preview", world.job(), "--rows", "2", "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        for piece in ("jushuitan.saleout.list.query", "items_sku_id", "REPLACE INTO"):
            self.assertIn(piece, result.out)
        self.assertEqual(world.actual(), {})
        self.assertEqual(world.job_row(), {})

    def test_help_and_version(self):
        for args in (["--help"], ["run", "--help"], ["--version"]):
            result = world.call(*args)
            self.assertEqual((result.code, result.err), (0, ""), args)
            self.assertTrue(result.out)


if __name__ == "__main__":
    world = harness.World("--orders", "120", "--empty-items", "0.05")
    unittest.main()
