#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory that is not there: the address space of a run is limited, more and more narrowly. It ends well
or says that memory is short, with the exit code for "run again"; what is in the table is what the state
says; and a run with room completes it.

    memory_test.py [--all]     finer steps
"""
import collections
import resource
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402

MIB = 1 << 20
STEP = 2 if "--all" in sys.argv else 8
LOADER = 127  # the system could not even load the program's libraries


def limited(mib, *args):
    def limit():
        harness.die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return world.searched(subprocess.run(
        [harness.TOOL, *map(str, args)], env=world.env(), cwd=world.scratch, timeout=120,
        capture_output=True, text=True, errors="replace", preexec_fn=limit))


class Memory(unittest.TestCase):
    def test_less_and_less(self):
        world.fresh()
        job = world.job(lambda job: job["sync"].update(window="2d", parallel=2))
        ended = collections.Counter()
        smallest = next(mib for mib in range(8, 4096, STEP) if limited(mib, "--version").returncode == 0)
        mib = smallest
        while ended[0] < 3:
            world.sql(f"DELETE FROM {harness.TABLE}; DROP TABLE IF EXISTS erp2mysql_job, erp2mysql_window,"
                      " erp2mysql_run, erp2mysql_quarantine, erp2mysql_record", "bi")
            done = limited(mib, "run", job, "--now", NOW)
            said = f"{mib} MiB: {done.returncode}\n{done.stderr[-1500:]}"
            self.assertIn(done.returncode, (0, 75), said)
            if done.returncode:
                self.assertNotEqual(harness.error_lines(done.stderr), [], said)
            self.assertEqual(world.ahead_of_data(), [], said)
            ended[done.returncode] += 1
            again = world.run(job, "--now", NOW)
            self.assertEqual(again.code, 0, again.err)
            self.assertEqual(world.differences(), [], said)
            mib += STEP
        print(f"{sum(ended.values())} limits from {smallest} to {mib - STEP} MiB: {ended[75]} runs said that memory"
              f" is short, {ended[0]} ended well; 0 rows lost")
        self.assertGreater(ended[75], 0)


if __name__ == "__main__":
    world = harness.World("--orders", "100")
    unittest.main(argv=[word for word in sys.argv if word != "--all"])
