#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A backfill of 90 days as an array of a real Slurm cluster: a task is killed, a node is drained, and still every window
is read once, the table is the truth, and the limit of the app key is kept. Ends with 77 where Slurm is not
installed (sh tests/install-deps.sh --scale). It runs the script of configs/slurm as it is.

    slurm_test.py --figures    also times 1, 2 and 4 workers against requests ÷ limit
"""
import atexit
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
import slurm_cluster  # noqa: E402

START, END = "2024-01-01 00:00:00", "2024-03-31 00:00:00"
DAYS, TASKS, NODES, LIMIT, LEASE = 90, 12, 4, 20, 5
SCRIPT = harness.ROOT / "configs/slurm/backfill.sh"
FIGURES = "--figures" in sys.argv


def change(job):
    harness.small_pages(10)(job)
    job["rateLimit"] = {"limits": [{"requests": LIMIT, "per": "1s"}], "shared": "target"}
    job["sync"]["lease"] = f"{LEASE}s"


class Slurm(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(change)

    def submit(self, tasks):
        env = {**world.env(), "SLURM_CONF": str(cluster.conf),
               "PATH": f"{Path(harness.TOOL).parent}:{slurm_cluster.path()}"}
        return cluster.submit(SCRIPT, self.job, START, END, "1d", tasks=tasks, env=env)

    def log(self, array):
        return "\n".join(file.read_text() for file in sorted(cluster.folder.glob(f"*-{array}_*.log")))

    def finish(self, array, windows=DAYS):
        cluster.wait_until("the array has ended", lambda: cluster.ended(array), 300)
        world.look_for_secrets([("the logs of the tasks", self.log(array))])
        self.assertEqual(world.differences(START, END), [], self.log(array))
        self.assertEqual(world.ahead_of_data(), [])
        self.assertEqual({row["status"] for row in world.rows("erp2mysql_window")}, {"done"})
        done = world.done_windows()
        self.assertEqual((len(done), len(set(done))), (windows, windows))
        stats = world.stats()
        self.assertEqual(stats["limit_violations"], 0)
        self.assertLessEqual(stats["peak_per_second"], LIMIT)
        return stats

    def done(self):
        return len(world.done_windows()) if world.table_exists("erp2mysql_window") else 0

    def test_killed_and_drained(self):
        began = time.monotonic()
        array = self.submit(TASKS)
        cluster.wait_until("some windows are read", lambda: self.done() >= 10)
        victim = next(index for index, task in cluster.tasks(array).items() if task["state"] == "RUNNING")
        cluster.call("scancel", "--full", "--signal=KILL", f"{array}_{victim}")
        drained = next(task["node"] for index, task in cluster.tasks(array).items()
                       if task["state"] == "RUNNING" and index != victim)
        cluster.call("scontrol", "update", f"NodeName={drained}", "State=DRAIN", "Reason=test")
        try:
            stats = self.finish(array)
        finally:
            cluster.call("scontrol", "update", f"NodeName={drained}", "State=RESUME")
        tasks = cluster.tasks(array)
        self.assertEqual(len(tasks), TASKS)
        self.assertEqual({index for index, task in tasks.items() if task["state"] != "COMPLETED"}, {victim}, tasks)
        again = world.rows("erp2mysql_window", ["from_at", "attempt"], "attempt <> 1")
        self.assertLessEqual(len(again), 1, "only what the killed task was reading is begun twice")
        print(f"{TASKS} tasks, {NODES} nodes, one task killed, {drained} drained: {stats['requests']} requests in"
              f" {time.monotonic() - began:.1f} s, peak {stats['peak_per_second']} a second, begun twice: {len(again)}",
              flush=True)

    @unittest.skipUnless(FIGURES, "takes minutes; --figures")
    def test_workers(self):
        for workers in (1, 2, 4):
            self.setUp()
            began = time.monotonic()
            stats = self.finish(self.submit(workers))
            seconds = time.monotonic() - began
            ideal = stats["requests"] / LIMIT
            ours = world.cells("SELECT TIMESTAMPDIFF(MICROSECOND, MIN(started_at), MAX(ended_at))"
                               " FROM erp2mysql_run", 1)
            print(f"{workers} workers: {stats['requests']} requests in {seconds:.1f} s, of it"
                  f" {int(ours[0][0]) / 1e6:.1f} s in erp2mysql, requests ÷ limit {ideal:.1f} s,"
                  f" {seconds / ideal:.2f}", flush=True)


if __name__ == "__main__":
    lacking = slurm_cluster.missing()
    if lacking:
        print(f"skipped: Slurm is not installed, {', '.join(lacking)} missing; sh tests/install-deps.sh --scale")
        sys.exit(77)
    world = harness.World("--orders", "1800", "--from", "2024-01-01", "--to", "2024-03-31", "--latency", "50",
                          "--rate", f"{LIMIT}/1s", "--rate-slack", "60")
    folder = world.dir / "slurm"
    cluster = slurm_cluster.Cluster(folder, NODES)
    atexit.register(cluster.close)
    unittest.main(argv=[word for word in sys.argv if word != "--figures"])
