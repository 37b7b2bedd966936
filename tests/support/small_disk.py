# SPDX-License-Identifier: Apache-2.0
"""A disk of a few megabytes, for tests that fill it or take the right to write away: as root a tmpfs, else one in a user namespace, where
those are allowed. It knows nothing of what is tested.

    disk = small_disk.mount("8m")    # ends the script with SKIPPED where nothing can be mounted
    …
    small_disk.unmount(disk)
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

INSIDE = "ERP2MYSQL_SMALL_DISK"


def try_to_mount(size):
    folder = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                          capture_output=True)
    if done.returncode == 0:
        return folder
    folder.rmdir()
    return None


def mount(size):
    disk = try_to_mount(size)
    if disk is None and INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        sys.exit(subprocess.run(["unshare", "-Urm", sys.executable, *sys.argv]).returncode)
    if disk is None:
        print("SKIPPED: this user may mount nothing, so no disk can be filled")
        sys.exit(0)
    return disk


def resize(disk, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def read_only(disk):
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def writable(disk):
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def fill(disk, leave=0):
    """Writes a file that leaves only so many bytes free; returns it."""
    room = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - leave))
    return ballast


def unmount(disk):
    subprocess.run(["umount", "-l", str(disk)], check=True)
    disk.rmdir()
