#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tool's own files cannot be written: no room, a read-only disk, no such folder. Whatever it is, the rows are in the
table; a file that was asked for and is not there shows in the exit code or, for notes, in a warning."""
import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
import small_disk  # noqa: E402
from harness import NOW, edit  # noqa: E402


LOUD = ("--log-level", "debug")


class LocalFiles(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.folder = disk / "files"
        self.folder.mkdir(exist_ok=True)
        self.ballast = small_disk.fill(disk)
        self.addCleanup(lambda: self.ballast.unlink(missing_ok=True))

    def run_to(self, code, says, *flags, change=None, env=None):
        done = world.run(world.job(change), "--now", NOW, *flags, env=env)
        self.assertEqual(done.code, code, done.err)
        self.assertIn(says, done.err)
        return done

    def test_without_room(self):
        for flag, code, says in (("--log-file", 0, "the log file"), ("--summary", 74, "could not be written"),
                                 ("--metrics-file", 0, "could not be written")):
            with self.subTest(flag):
                world.fresh()
                done = self.run_to(code, says, flag, self.folder / flag, *LOUD)
                self.assertEqual(done.err.count("could not be written: No space left on device"), 1, done.err)
                self.assertEqual(world.differences(), [])
                left = [file for file in self.folder.iterdir()
                        if file.is_file() and (file.stat().st_size or "tmp" in file.name)]
                self.assertEqual(left, [], "no half file, none beside")

    def test_where_no_folder_is(self):
        self.nothing_can_be_made("/nowhere/file", "No such file or directory")

    def test_on_a_read_only_disk(self):
        self.ballast.unlink()
        self.read_only()
        self.nothing_can_be_made(self.folder / "file", "Read-only file system")

    def read_only(self):
        small_disk.read_only(disk)
        self.addCleanup(small_disk.writable, disk)

    def nothing_can_be_made(self, path, says):
        for flag, code in (("--log-file", 74), ("--summary", 74), ("--metrics-file", 0)):
            with self.subTest(flag):
                world.fresh()
                self.run_to(code, says, flag, path)
                # Without its log a run does not start.
                self.assertEqual(world.stats()["requests"] == 0, flag == "--log-file")
                self.assertEqual(world.differences() == [], flag != "--log-file")

    def test_output_that_nobody_takes(self):
        command = f"exec {harness.TOOL} run {world.job()} --now '{NOW}' --output json > /dev/full"
        done = world.searched(subprocess.run(["sh", "-c", command], env=world.env(), capture_output=True,
                                             text=True))
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn("standard output could not be written", done.stderr)
        self.assertEqual(world.differences(), [])

    def test_a_failure_is_not_hidden_by_a_missing_summary(self):
        world.sql(f"ALTER TABLE {harness.TABLE} MODIFY status VARCHAR(1)", "bi")
        metrics = world.scratch / "metrics"
        done = self.run_to(65, "could not be written", "--summary", "/nowhere/file", "--metrics-file", metrics)
        self.assertIn("status", done.err)
        self.assertIn("erp2mysql", metrics.read_text())

    def test_renewed_tokens_that_cannot_be_kept(self):
        """A token renews once: where the new one cannot be kept the old one is not used up."""
        def direct(job):
            world.connected("jushuitan")(job)
            edit(sync={"window": "7d"})(job)
        path = world.job(direct, config="jushuitan-direct.json")
        env = {"XDG_STATE_HOME": str(self.folder)}
        self.ballast.unlink()
        first = world.run(path, "--now", NOW, env=env)
        self.assertEqual(first.code, 0, first.err)
        world.mock.expire("jushuitan")
        asked = world.mock.stats("jushuitan")["sign_ins"]

        def refused(says):
            done = world.run(path, "--now", "2024-01-08 06:00:00", env=env)
            self.assertEqual(done.code, 74, done.err)
            self.assertIn(says, done.err)
            self.assertEqual(world.mock.stats("jushuitan")["sign_ins"], asked)
        self.read_only()
        refused("Read-only file system")
        small_disk.writable(disk)
        self.ballast = small_disk.fill(disk)
        refused("No space left on device")
        self.ballast.unlink()
        again = world.run(path, "--now", "2024-01-08 06:00:00", "--output", "json", env=env)
        self.assertEqual(again.code, 0, again.err)
        self.assertIn(json.loads(again.out)["status"], ("done", "nothing"))
        for file in self.folder.rglob("*.json"):
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    disk = small_disk.mount("4m")
    try:
        world = harness.World("--orders", "60")
        world.also_search(disk)
        good = unittest.main(exit=False).result.wasSuccessful()
        world.close()
        if good:
            print("log, summary, metrics, output, tokens on a full and a read-only disk: rows safe, and each is told")
    finally:
        small_disk.unmount(disk)
    sys.exit(0 if good else 1)
