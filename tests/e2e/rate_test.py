#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One rate limit for all processes of a host, and what it costs: two processes with one app key
never exceed it together, both finish, and hardly any of the time is lost.

    rate_test.py --figures    a backfill of 30 days as well: 20 requests a second, 50 ms an answer,
                              for 1, 2, 4 and 8 windows at a time
"""
import json
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, START  # noqa: E402

FIGURES = "--figures" in sys.argv


def limited(name, requests):
    def change(job):
        job["name"] = name
        job["rateLimit"] = [{"requests": requests, "per": "1s"}]
    return change


class Rate(unittest.TestCase):
    def test_shards_beside_another_job(self):
        """Parts of a backfill and a job that knows nothing of them: one host, one app key, one limit."""
        limit = 20
        world.fresh()
        world.start_mock(*world.mock_flags, "--rate", f"{limit}/1s", "--rate-slack", "60")
        words = ["--from", START, "--to", END, "--step", "6h", "--parallel", "4"]
        sharded, other = world.job(limited("sharded", limit)), world.job(limited("other", limit))
        running = [world.popen("backfill", sharded, *words, "--shard", f"{i}/2") for i in (1, 2)]
        running.append(world.popen("backfill", other, *words))
        for process in running:
            _, err = process.communicate(timeout=240)
            self.assertEqual(process.returncode, 0, err)
        self.assertEqual(world.stats()["limit_violations"], 0)

    def test_two_processes_one_key(self):
        limit = 20
        world.fresh()
        world.start_mock(*world.mock_flags, "--rate", f"{limit}/1s")
        jobs = [world.job(limited(f"job-{i}", limit)) for i in range(2)]
        began = time.monotonic()
        both = [world.popen("backfill", job, "--from", START, "--to", END, "--step", "1h",
                            "--parallel", "4", "--output", "json") for job in jobs]
        told = []
        for process in both:
            out, err = process.communicate(timeout=240)
            self.assertEqual(process.returncode, 0, err)
            told.append(json.loads(out))
        seconds = time.monotonic() - began
        stats = world.stats()
        ideal = stats["requests"] / limit
        print(f"two processes, {limit} requests a second: {stats['requests']} requests in"
              f" {seconds:.2f} s, ideal {ideal:.2f} s; peak {stats['peak_per_second']};"
              f" of {[one['requests'] for one in told]} requests each")
        self.assertEqual(stats["limit_violations"], 0)
        self.assertEqual(sum(one["retries"] for one in told), 0)
        self.assertGreater(stats["requests"], 300)
        self.assertLessEqual(seconds, ideal * 1.1)
        # Fair: neither waits for the other's end.
        first, second = sorted(one["seconds"] for one in told)
        self.assertGreater(first, second * 0.8)

    @unittest.skipUnless(FIGURES, "takes minutes; --figures")
    def test_a_backfill_of_30_days(self):
        for parallel in (1, 2, 4, 8):
            world.fresh()
            world.start_mock("--orders", "6000", "--from", "2024-01-01", "--to", "2024-01-31",
                             "--latency", "50", "--rate", "20/1s")
            job = world.job(limited("thirty", 20))
            began = time.monotonic()
            result = world.call("backfill", job, "--from", "2024-01-01", "--to", "2024-01-31",
                                "--step", "6h", "--parallel", str(parallel), "--output", "json")
            seconds = time.monotonic() - began
            self.assertEqual(result.code, 0, result.err)
            told = json.loads(result.out)
            ideal = told["requests"] / 20
            print(f"30 days, {parallel} windows at a time: {told['requests']} requests in"
                  f" {seconds:.2f} s, {seconds / ideal:.3f} of pages / limit", flush=True)
            self.assertEqual(world.stats()["limit_violations"], 0)
            if parallel > 1:
                self.assertLessEqual(seconds, ideal * 1.1)


if __name__ == "__main__":
    world = harness.World("--orders", "100", "--latency", "20")
    unittest.main(argv=[word for word in sys.argv if word != "--figures"])
