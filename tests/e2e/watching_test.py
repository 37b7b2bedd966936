#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person or a program sees of a run while it works and when it ends, in both languages, on
terminals of several widths."""
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
import unicodedata
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import END, NOW, START  # noqa: E402


class Screen:
    """The little of a terminal that the tool uses: carriage return, wiping a line, line feed."""

    def __init__(self, columns):
        self.columns = columns
        self.lines, self.column = [""], 0
        self.drawn = []  # every line that was ever complete on the screen before it was wiped

    def feed(self, text):
        for part in re.findall(r"\r|\n|\x1b\[K|\x1b\[[0-9;]*[A-Za-z]|[^\r\n\x1b]+", text):
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.lines.append("")
                self.column = 0
            elif part == "\x1b[K":
                if self.column == 0:
                    if self.lines[-1]:
                        self.drawn.append(self.lines[-1])
                    self.lines[-1] = ""
            elif part.startswith("\x1b"):
                raise AssertionError(f"unexpected escape sequence {part!r}")
            else:
                assert self.column == 0 or self.lines[-1], "text behind wiped text"
                self.lines[-1] += part
                self.column += width(part)


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def in_terminal(columns, *args, env=None, interrupt_after=None):
    """(exit code, screen) of the tool on a terminal of that width."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([harness.TOOL, *map(str, args)], stdin=child, stdout=child,
                               stderr=child, env=world.env(env), cwd=world.scratch,
                               start_new_session=True)
    os.close(child)
    screen, raw, said, end = Screen(columns), b"", b"", time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([parent], [], [], 0.2)[0]:
            try:
                data = os.read(parent, 65536)
            except OSError:  # the other side is closed
                break
            raw += data
            said += data
            try:
                screen.feed(raw.decode())
                raw = b""
            except UnicodeDecodeError:
                pass  # half a character
        if interrupt_after and len(screen.drawn) >= interrupt_after:
            process.send_signal(2)
            interrupt_after = None
    os.close(parent)
    world.look_for_secrets([("the terminal", said)])
    return process.wait(timeout=30), screen


def slow(job):
    """About four seconds for a week in windows of six hours."""
    harness.small_pages(10)(job)
    job["rateLimit"] = [{"requests": 20, "per": "1s"}]


class Terminal(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(slow)
        self.args = ("backfill", self.job, "--from", START, "--to", END, "--step", "6h")

    def test_bar_fits_every_width_in_both_languages(self):
        for columns in (60, 80, 200):
            for lang in ("en", "zh"):
                with self.subTest(columns=columns, lang=lang):
                    code, screen = in_terminal(columns, *self.args, "--restart", "--lang", lang)
                    self.assertEqual(code, 0, screen.lines)
                    self.assertGreater(len(screen.drawn), 3)
                    for line in screen.drawn:
                        self.assertLess(width(line), columns, line)
                    word = "窗口" if lang == "zh" else "windows"
                    self.assertTrue(all(word in line for line in screen.drawn), screen.drawn)
                    if columns == 200:
                        last = screen.drawn[-1]
                        self.assertRegex(last, r"\[#+\.*\]")
                        self.assertIn("20.0 请求/秒" if lang == "zh" else "20.0 requests/s", last)
                    ends = [line for line in screen.lines if line]
                    self.assertTrue(ends[-1].startswith("DONE "), ends)
                    self.assertFalse(any(" · " in line for line in ends), "the bar was left behind")

    def test_interrupted_on_a_terminal(self):
        code, screen = in_terminal(80, *self.args, interrupt_after=4)
        self.assertEqual(code, 130)
        text = "\n".join(screen.lines)
        self.assertRegex(text, r"INTERRUPTED jushuitan-saleout: .* windows done; next: erp2mysql "
                               fr"backfill .*--from '{START}' --to '{END}'")

    def test_log_lines_do_not_mix_with_the_bar(self):
        code, screen = in_terminal(80, *self.args, "--log-level", "info")
        self.assertEqual(code, 0)
        logged = [line for line in screen.lines if " INFO " in line]
        self.assertGreaterEqual(len(logged), 28)
        self.assertFalse([line for line in logged if " · " in line], logged)


class Piped(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.job = world.job(slow)
        self.args = ("backfill", self.job, "--from", START, "--to", END, "--step", "6h")

    def test_auto_is_silent(self):
        self.assertEqual(world.call(*self.args), (0, "", ""))

    def test_json_lines(self):
        result = world.call(*self.args, "--progress", "json", "--lang", "zh", "--output", "json")
        self.assertEqual(result.code, 0)
        told = [json.loads(line) for line in result.err.splitlines()]
        self.assertGreaterEqual(len(told), 2)
        summary = json.loads(result.out)
        last = told[-1]
        self.assertEqual((last["v"], last["type"], last["run_id"]),
                         (1, "progress", summary["run_id"]))
        self.assertEqual(last["windows_done"], summary["windows"]["done"])
        self.assertEqual(last["rows"], summary["rows"]["read"])
        self.assertEqual(last["pages"], summary["pages"])
        self.assertEqual(last["requests"], summary["requests"])
        for before, after in zip(told, told[1:]):
            self.assertLessEqual(before["rows"], after["rows"])

    def test_plain(self):
        result = world.call(*self.args, "--progress", "plain")
        self.assertRegex(result.err.splitlines()[-1],
                         r"^jushuitan-saleout: 28 of 28 windows, \d+ rows, ")

    def test_nothing_new_says_so(self):
        first = world.run(self.job, "--now", NOW, "--output", "text")
        self.assertRegex(first.out.splitlines()[-1],
                         r"^DONE jushuitan-saleout: \d+ rows written, watermark 2024-01-08 00:09:00$")
        later = world.run(self.job, "--now", "2024-02-08 00:10:00", "--output", "text")
        again = world.run(self.job, "--now", "2024-02-08 00:10:00", "--output", "text",
                          env={"LC_ALL": "zh_CN.UTF-8"})
        self.assertEqual((later.code, again.code), (0, 0))
        self.assertEqual(again.out.splitlines()[-1],
                         "DONE jushuitan-saleout：自 2024-02-08 00:09:00 以来没有新行，水位线未变")

    def test_errors_in_both_languages(self):
        world.faults([{"fault": "http500", "times": -1}])
        job = world.job(lambda job: job.update(retry={"maxAttempts": 2, "delay": "1ms"}))
        english = world.run(job, "--now", NOW)
        chinese = world.run(job, "--now", NOW, "--lang", "zh")
        self.assertEqual((english.code, chinese.code), (75, 75))
        self.assertIn("gave up after 2 attempts; the last one: HTTP status 500", english.err)
        self.assertIn("尝试 2 次后放弃；最后一次：HTTP 状态 500", chinese.err)
        self.assertIn("重新读取该窗口的命令：erp2mysql run", chinese.err)
        told = json.loads(world.run(job, "--now", NOW, "--lang", "zh", "-o", "json").out)
        self.assertTrue(told["error"]["message"].startswith("gave up after 2 attempts"), told)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main(verbosity=1)
