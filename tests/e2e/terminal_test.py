#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Progress in a real terminal: tmux shows what a person sees, at three widths, in both languages.

watching_test.py looks at the bytes; this one looks at the screen: one line that is redrawn and never
wraps, nothing left of it at the end, the closing table, and the last line that begins with DONE. Knows
nothing of how the line is drawn.
"""
import os
import re
import shlex
import subprocess
import sys
import time
import unicodedata
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, START  # noqa: E402

WINDOWS = {"en": "windows", "zh": "窗口"}
CLOSING = {"en": ("time ", "source ", "rows ", "took "), "zh": ("时间 ", "源端 ", "行数 ", "用时 ")}
ROW = {"en": r"rows +read (\d+) = written (\d+) ", "zh": r"行数 +读取 (\d+) = 写入 (\d+) "}


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Screen:
    """A terminal of tmux with a server of its own."""
    BETWEEN = "==== between ===="

    def __init__(self, columns, command):
        self.tmux = ["tmux", "-u", "-S", str(world.scratch / "tmux"), "-f", "/dev/null"]
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(world.scratch)}
        self.call("new-session", "-d", "-x", str(columns), "-y", "30", command)

    def call(self, *words):
        done = subprocess.run([*self.tmux, *words], env=self.env, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise AssertionError(f"tmux {words}: {done.stderr}")
        return world.searched(done).stdout

    def lines(self):
        """(as shown, wrapped lines joined) of one moment: tmux does both before it reads on."""
        both = self.call("capture-pane", "-p", ";", "display-message", "-p", self.BETWEEN, ";",
                         "capture-pane", "-p", "-J")
        shown, _, joined = both.partition(self.BETWEEN + "\n")
        return shown.splitlines(), joined.splitlines()

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], env=self.env, capture_output=True)


def is_progress(line):
    return " · " in line or "jushuitan-saleout [" in line


def watch(columns, lang, job):
    """(screens with progress on them, the last screen with wrapped lines joined)"""
    env = world.env({"TERM": "screen-256color"})
    line = shlex.join(["env", "-i", *(f"{k}={v}" for k, v in env.items()), harness.TOOL, "backfill", str(job),
                       "--from", START, "--to", END, "--step", "6h", "--restart", "--lang", lang])
    screen = Screen(columns, f"cd {world.scratch}; {line}; echo ended $?; exec sleep 600")
    try:
        drawn, end = [], time.monotonic() + 120
        while time.monotonic() < end:
            plain, joined = screen.lines()
            if any(re.match(r"ended \d+", one) for one in joined):
                return drawn, [one.rstrip() for one in joined if one.strip()]
            if any(is_progress(one) for one in plain):
                drawn.append((plain, joined))
            time.sleep(0.05)
        raise AssertionError(f"no end; the screen shows {plain}")
    finally:
        screen.close()


def slow(job):
    """About four seconds for a week in windows of six hours."""
    harness.small_pages(10)(job)
    job["rateLimit"] = [{"requests": 2, "per": "250ms"}]


class Terminal(unittest.TestCase):
    def test_one_line_that_never_wraps_and_a_closing_table(self):
        for columns in (60, 80, 200):
            for lang in ("en", "zh"):
                with self.subTest(columns=columns, lang=lang):
                    world.fresh()
                    drawn, last = watch(columns, lang, world.job(slow))
                    self.look_at_progress(columns, lang, drawn)
                    self.look_at_the_end(lang, last)

    def look_at_progress(self, columns, lang, drawn):
        self.assertGreater(len(drawn), 10, "the line was hardly ever there")
        seen = set()
        for plain, joined in drawn:
            lines = [line for line in plain if line.strip()]
            progress = [line for line in lines if is_progress(line)]
            self.assertEqual(len(progress), 1, plain)
            # Nothing but that line: no rest of a longer one, no line that it left behind.
            self.assertEqual(lines, progress, plain)
            self.assertEqual([line.rstrip() for line in joined if line.strip()], progress, "a wrapped line")
            self.assertLess(cells(progress[0]), columns)
            self.assertIn(WINDOWS[lang], progress[0])
            seen.add(progress[0])
        self.assertGreater(len(seen), 5, f"it is not redrawn: {seen}")

    def look_at_the_end(self, lang, last):
        self.assertEqual(last[-1], "ended 0", last)
        self.assertTrue(last[-2].startswith("DONE jushuitan-saleout"), last)
        for start in CLOSING[lang]:
            self.assertTrue(any(line.startswith(start) for line in last), (start, last))
        found = [re.match(ROW[lang], line) for line in last]
        read, written = next(map(int, m.groups()) for m in found if m)
        self.assertGreater(read, 0)
        self.assertEqual(read, written)
        self.assertFalse([line for line in last if is_progress(line)], "the line was left behind")


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main(verbosity=1)
