#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One app key, several hosts: the limit that lives in the target is never broken, and hardly any of it
is left unused. The hosts are processes whose folders for temporary files are their own."""
import json
import os
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START  # noqa: E402

LIMIT = 20


def shared(name, requests=LIMIT, how="target"):
    def change(job):
        harness.small_pages(10)(job)
        job["name"] = name
        job["rateLimit"] = {"limits": [{"requests": requests, "per": "1s"}], "shared": how}
    return change


class SharedLimit(unittest.TestCase):
    def setUp(self):
        world.fresh()
        # A stall of this machine between a turn and its request is not the limiter's.
        world.start_mock(*world.mock_flags, "--rate", f"{LIMIT}/1s", "--rate-slack", "60")

    def finish(self, processes, began):
        told = []
        for process in processes:
            out, err = process.communicate(timeout=240)
            self.assertEqual(process.returncode, 0, err)
            told.append(json.loads(out))
        seconds, stats = time.monotonic() - began, world.stats()
        ideal = stats["requests"] / LIMIT
        print(f"{len(processes)} processes, {LIMIT} requests a second: {stats['requests']} requests in {seconds:.2f} s,"
              f" ideal {ideal:.2f} s, peak {stats['peak_per_second']}", flush=True)
        self.assertEqual(stats["limit_violations"], 0)
        self.assertEqual(sum(one["retries"] for one in told), 0)
        if "ERP2MYSQL_SANITIZED" not in os.environ:  # its slowness is none of the limit's
            self.assertLessEqual(seconds, ideal * 1.25 + 2)
        return stats

    def test_jobs_of_four_hosts(self):
        jobs = [world.job(shared(f"job-{i}")) for i in range(4)]
        began = time.monotonic()
        stats = self.finish([world.popen("backfill", job, "--from", START, "--to", END, "--step", "6h",
                                         "--parallel", "2", "--output", "json") for job in jobs], began)
        self.assertGreater(stats["requests"], 200)
        rows = world.rows("erp2mysql_limit", ["limit_key", "log"])
        self.assertEqual(len(rows), 1)
        self.assertRegex(rows[0]["limit_key"], "^[0-9a-f]{64}$")
        self.assertNotIn(world.app_key, rows[0]["limit_key"] + rows[0]["log"])

    def test_shards_share_the_whole(self):
        job = world.job(shared("sharded"))
        began = time.monotonic()
        self.finish([world.popen("backfill", job, "--from", START, "--to", END, "--step", "6h", "--parallel", "2",
                                 "--shard", f"{i}/3", "--output", "json") for i in (1, 2, 3)], began)
        self.assertEqual(world.differences(START, END), [])

    def test_without_the_table(self):
        """Somebody dropped it: this host counts for itself, and says so."""
        job = world.job(shared("lonely"))
        self.assertEqual(world.run(job, "--now", NOW).code, 0)
        world.sql("RENAME TABLE erp2mysql_limit TO gone", "bi")
        told = world.run(job, "--from", START, "--to", END)
        self.assertIn("on this host only", told.err)
        self.assertEqual(told.code, 0, told.err)

    def test_check_works_before_the_first_run(self):
        told = world.call("preview", world.job(shared("early")))
        self.assertEqual(told.code, 0, told.err)
        self.assertIn("does not exist before the first run", told.err)
        self.assertFalse(world.table_exists("erp2mysql_limit"))

    def test_explained(self):
        told = world.call("explain", world.job(shared("why")), "--from", START, "--to", END)
        self.assertRegex(told.out, r"rateLimit\.shared +target")
        for how, wrong in (("moon", "target"), (7, "shared")):
            told = world.call("validate", world.job(shared("wrong", how=how)))
            self.assertEqual(told.code, 78)
            self.assertIn(wrong, told.err)


if __name__ == "__main__":
    world = harness.World("--orders", "300", "--latency", "20")
    unittest.main()
