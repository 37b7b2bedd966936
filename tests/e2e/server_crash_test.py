#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server is killed with -9 in the middle of a run and comes back: the run goes on by itself, and
every row is there once, in a table without a key that would hide a second one.

    server_crash_test.py [--all]     forty deaths instead of four
"""
import json
import os
import random
import signal
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
os.environ["BIG_SERVER"] = "1"  # a server that keeps what it has acknowledged
import harness  # noqa: E402
from harness import NOW, TABLE, plain_insert  # noqa: E402

DEATHS = 40 if "--all" in sys.argv else 4


class ServerCrash(unittest.TestCase):
    def test_the_run_outlives_the_server(self):
        world.fresh()
        world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY", "bi")
        job = world.job(lambda job: (
            plain_insert(job), job["sync"].update(window="12h", overlap="0s")))
        clean = json.loads(world.run(job, "--now", NOW, "--output", "json").out)
        distinct = int(world.sql(f"SELECT COUNT(DISTINCT id) FROM {TABLE}", "bi"))
        dice = random.Random(9)
        ended = {0: 0, 75: 0}
        for _ in range(DEATHS):
            world.sql(f"DELETE FROM {TABLE}; DROP TABLE erp2mysql_job, erp2mysql_window,"
                      " erp2mysql_run, erp2mysql_quarantine, erp2mysql_record", "bi")
            run = world.popen("run", job, "--now", NOW)
            time.sleep(dice.uniform(0.05, 0.9 * clean["seconds"]))
            os.kill(world.server_pid, signal.SIGKILL)
            time.sleep(dice.choice((0, 0.5)))
            world.restart_server()
            _, err = run.communicate(timeout=120)
            self.assertIn(run.returncode, ended, err)
            ended[run.returncode] += 1
            if run.returncode:
                again = world.run(job, "--now", NOW)
                self.assertEqual(again.code, 0, again.err)
            found = world.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM {TABLE}", "bi").split()
            self.assertEqual(found, [str(clean["rows"]["written"]), str(distinct)])
        print(f"{DEATHS} deaths of the server: {ended[0]} runs ended by themselves, {ended[75]}"
              " asked to be run again; 0 rows lost, 0 twice")


if __name__ == "__main__":
    world = harness.World("--orders", "400", "--latency", "10")
    unittest.main(argv=[word for word in sys.argv if word != "--all"])
