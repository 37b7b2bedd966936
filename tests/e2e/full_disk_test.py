#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server's disk is truly full in the middle of a run: nothing is lost, and when there is room
again this run or the next one ends with every row. Needs a file system of its own: as
root a small tmpfs, else one in a user namespace, where those are allowed."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import small_disk  # noqa: E402

SMALL, LARGE = "48m", "400m"


class FullDisk(unittest.TestCase):
    def test_the_run_ends_or_the_next_one_does(self):
        job = world.job(harness.edit(sync={"window": "12h"}))
        ballast = small_disk.fill(disk, leave=6 << 20)
        run = world.popen("run", job, "--now", harness.NOW, "--output", "json")
        # A server may refuse rows for want of room, or die of it.
        harness.wait_until("the full disk is felt", lambda: run.poll() is not None
                           or not world.server_lives(), 120)
        felt = "died" if not world.server_lives() else "refused"
        ballast.unlink()
        small_disk.resize(disk, LARGE)
        if felt == "died":
            world.restart_server()
        out, err = run.communicate(timeout=200)
        print(f"the server {felt}; the run ended with {run.returncode}")
        self.assertIn(run.returncode, (0, 75), err)
        self.assertGreater(json.loads(out)["rows"]["read"], 0)
        self.assertEqual(world.ahead_of_data(), [])
        again = world.run(job, "--now", harness.NOW)
        self.assertEqual(again.code, 0, again.err)
        self.assertEqual(world.differences(), [])
        left = world.sql("SELECT COUNT(*) FROM erp2mysql_quarantine", "bi").strip()
        self.assertEqual(left, "0")


if __name__ == "__main__":
    disk = small_disk.mount(SMALL)
    try:
        import harness
        world = harness.World("--orders", "3000", database_dir=disk)
        code = unittest.main(exit=False).result.wasSuccessful()
        world.close()
    finally:
        small_disk.unmount(disk)
    sys.exit(0 if code else 1)
