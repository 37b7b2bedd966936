#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scripts that a signal cuts off anywhere: no process and no temporary folder stays behind.

They run in a tree of links to this one, where cmake and ctest are stand-ins: the binaries are built
already, and a build that hangs is easier to catch.
"""
import atexit
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = Path(os.environ.get("ERP2MYSQL", ROOT / "build/ci/erp2mysql"))
MOCK = Path(os.environ.get("ERP2MYSQL_MOCK", ROOT / "build/ci/tests/mock/erp2mysql-mock"))
MARK = "E2M_INTERRUPT_TEST"

HANGS = """#!/bin/sh
sleep 600 &
: > "$E2M_REACHED"
wait
"""
WORKS = "#!/bin/sh\n"


running = []
trees = []


@atexit.register
def clean():
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for process in running:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)
    for tree in trees:
        shutil.rmtree(tree, ignore_errors=True)


def executable(path, text):
    path.write_text(text)
    path.chmod(0o755)


class Interrupt(unittest.TestCase):
    count = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.count} signals to scripts at work: nothing left behind, the exit code tells")

    def setUp(self):
        self.tree = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
        trees.append(self.tree)
        for name in ("configs", "tests"):
            (self.tree / name).symlink_to(ROOT / name)
        (self.tree / "build/release/tests/mock").mkdir(parents=True)
        (self.tree / "build/release/erp2mysql").symlink_to(TOOL)
        (self.tree / "build/release/tests/mock/erp2mysql-mock").symlink_to(MOCK)
        for name in ("bin", "tmp"):
            (self.tree / name).mkdir()
        self.mark = secrets.token_hex(8)

    def start(self, script, **tools):
        for name, text in tools.items():
            executable(self.tree / "bin" / name, text)
        env = dict(os.environ, PATH=f"{self.tree}/bin:{os.environ['PATH']}",
                   TMPDIR=f"{self.tree}/tmp", E2M_REACHED=f"{self.tree}/reached")
        env[MARK] = self.mark
        self.log = open(self.tree / "log", "w+")
        self.addCleanup(self.log.close)
        running.append(subprocess.Popen(
            ["sh", str(self.tree / script)], env=env, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True))
        return running[-1]

    def text(self):
        return (self.tree / "log").read_text()

    def left_behind(self):
        """Command lines of processes that the script has started, directly or not."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                pass
        return [line for line in found if line]

    def interrupt(self, process, number, reached, what):
        end = time.monotonic() + 60
        while not reached():
            self.assertIsNone(process.poll(), f"ended before {what}: {self.text()}")
            self.assertLess(time.monotonic(), end, f"never reached {what}: {self.text()}")
            time.sleep(0.01)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as Ctrl-C does
        else:
            process.send_signal(number)  # as a supervisor does
        self.ended(process, number, what)

    def ended(self, process, number, what):
        code = process.wait(timeout=60)
        self.assertEqual(code, 128 + number, f"{what}: {self.text()}")
        end = time.monotonic() + 10  # the guard of a test's server works on its own
        while self.left_behind() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(self.left_behind(), [], what)
        self.assertEqual(list((self.tree / "tmp").iterdir()), [], what)

    def each(self, script, what, reached, **tools):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(script=script, signal=number.name, what=what):
                for name in ("reached", "log"):
                    (self.tree / name).unlink(missing_ok=True)
                self.interrupt(self.start(script, **tools), number, reached, what)
                type(self).count += 1

    def reached(self):
        return (self.tree / "reached").exists()

    def test_demo_while_it_builds(self):
        self.each("configs/demo/run.sh", "the build", self.reached, cmake=HANGS)

    def test_demo_at_any_later_moment(self):
        for words in ("Starting a throw-away", "== erp2mysql run", "== What is in", "== The same"):
            self.each("configs/demo/run.sh", words, lambda w=words: w in self.text(), cmake=WORKS)

    def test_demo_while_its_server_starts(self):
        for part in ("db/boot.log", "db/pid", "server.pid", "port"):
            self.each("configs/demo/run.sh", part, cmake=WORKS,
                      reached=lambda p=part: bool(list((self.tree / "tmp").glob(f"*/{p}"))))

    def test_demo_between_a_start_and_its_number(self):
        """A moment that a signal from outside hits only by chance."""
        text = (ROOT / "configs/demo/run.sh").read_text()
        for name in ("server", "mock"):
            script = self.tree / "build/demo" / f"{name}.sh"
            script.parent.mkdir(exist_ok=True)
            self.assertEqual(text.count(f"{name}=$!"), 1)
            executable(script, text.replace(f"{name}=$!", f"while ! ls $work/db/*; do :; done; kill -TERM $$; {name}=$!"))
            self.ended(self.start(f"build/demo/{name}.sh", cmake=WORKS), signal.SIGTERM, name)
            type(self).count += 1

    def test_run_while_it_builds_and_while_it_tests(self):
        self.each("tests/run.sh", "the build", self.reached, cmake=HANGS)
        self.each("tests/run.sh", "the tests", self.reached, cmake=WORKS, ctest=HANGS)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)  # unittest goes on after any other
    unittest.main()
