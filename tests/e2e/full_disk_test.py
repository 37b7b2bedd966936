#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server's disk is truly full in the middle of a run: nothing is lost, and when there is room
again this run or the next one ends with every row. Needs a file system of its own: as
root a small tmpfs, else one in a user namespace, where those are allowed."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

INSIDE = "ERP2MYSQL_SMALL_DISK"
SMALL, LARGE = "48m", "400m"


def small_disk():
    """A folder on a disk of its own, or None when this process may not mount."""
    folder = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)],
                          capture_output=True)
    if done.returncode == 0:
        return folder
    folder.rmdir()
    return None


class FullDisk(unittest.TestCase):
    def test_the_run_ends_or_the_next_one_does(self):
        job = world.job(harness.edit(sync={"window": "12h"}))
        room = os.statvfs(disk)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - (6 << 20)))
        run = world.popen("run", job, "--now", harness.NOW, "--output", "json")
        # A server may refuse rows for want of room, or die of it.
        harness.wait_until("the full disk is felt", lambda: run.poll() is not None
                           or not world.server_lives(), 120)
        felt = "died" if not world.server_lives() else "refused"
        ballast.unlink()
        subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(disk)], check=True)
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
    disk = small_disk()
    if disk is None and INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        done = subprocess.run(["unshare", "-Urm", sys.executable, __file__])
        sys.exit(done.returncode)
    if disk is None:
        print("SKIPPED: this user may mount nothing, so no disk can be filled")
        sys.exit(0)
    try:
        import harness
        world = harness.World("--orders", "3000", database_dir=disk)
        code = unittest.main(exit=False).result.wasSuccessful()
        world.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()
    sys.exit(0 if code else 1)
