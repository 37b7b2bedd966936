#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the command line says of itself: help with examples, completion that loads, a clean man page."""
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tool  # noqa: E402


def commands():
    """Every command line prefix that help knows: ["run"], ["quarantine", "list"], …"""
    def below(words):
        out = tool.call(*words, "--help").out
        listed = out.partition("Subcommands:\n")[2].partition("\n\n")[0]
        for name in re.findall(r"^  ([a-z-]+)", listed, re.M):
            yield [*words, name]
            yield from below([*words, name])
    return list(below([]))


class Help(unittest.TestCase):
    def test_every_command_shows_an_example_that_parses(self):
        found = commands()
        self.assertGreater(len(found), 20)
        for words in found:
            with self.subTest(command=words):
                help_text = tool.call(*words, "--help")
                self.assertEqual(help_text.code, 0)
                example = re.search(r"Example:\n  erp2mysql (.*)", help_text.out)
                self.assertTrue(example, help_text.out)
                self.assertEqual(example[1].split()[:len(words)], words)
                arguments = re.split(r" [|>] ", example[1])[0]
                with tempfile.TemporaryDirectory() as folder:
                    run = subprocess.run(["sh", "-c", f'"$0" {arguments}', tool.TOOL], cwd=folder,
                                         stdin=subprocess.DEVNULL, capture_output=True)
                self.assertNotEqual(run.returncode, 64, run.stderr)

    def test_unknown_words_get_the_nearest(self):
        for args, near in ((["explian", "x"], '"explain"'), (["init", "jushuitan-qiman"], "jushuitan-qimen"),
                           (["completion", "fish"], "zsh"), (["preview", "j", "--rosw", "3"], '"--rows"')):
            with self.subTest(args=args):
                result = tool.call(*args)
                self.assertEqual((result.code, result.out), (64, ""))
                self.assertIn(near, result.err)

    def test_manual_is_not_among_the_commands(self):
        self.assertNotIn("manual", tool.call("--help").out)

    def test_man_page(self):
        page = tool.call("manual", "man").out
        for words in commands():
            self.assertIn(f".SS {' '.join(words)}\n", page)
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"], input=page,
                                  capture_output=True, encoding="utf-8")
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_chinese_pages(self):
        page, text = tool.call("manual", "man", "--lang", "zh").out, tool.call("platforms", "--lang", "zh").out
        for words in commands():
            self.assertIn(f".SS {' '.join(words)}\n", page)
        for part in (".SH 名称", ".SH 退出码", "任务文件；必填"):
            self.assertIn(part, page)
        for part in ("连接 ", "限流 ", "每 1s 5 次，每 1m 100 次", "从最后一页到第一页读取"):
            self.assertIn(part, text)
        self.assertNotIn("label:", page + text)

    def complete(self, *words):
        """What bash offers for the last word."""
        script = tool.call("completion", "bash").out + (
            f'COMP_WORDS=(erp2mysql {" ".join(repr(word) for word in words)})\n'
            f"COMP_CWORD={len(words)}\n_erp2mysql\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n")
        done = subprocess.run(["bash", "-u", "-c", script], capture_output=True, encoding="utf-8")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completion(self):
        self.assertEqual(self.complete("exp"), ["explain"])
        self.assertIn("run", self.complete(""))
        self.assertEqual(self.complete("quarantine", "re"), ["replay"])
        self.assertEqual(self.complete("run", "job.json", "--max"), ["--max-runtime"])
        self.assertEqual(self.complete("run", "job.json", "--output", ""), ["text", "json"])
        self.assertEqual(self.complete("init", "jush"), ["jushuitan-qimen", "jushuitan"])
        self.assertEqual(self.complete("quarantine", "list", "j", "--state", "d"), ["done"])

    def test_zsh_completion_parses(self):
        script = tool.call("completion", "zsh").out
        self.assertTrue(script.startswith("#compdef erp2mysql\n"))
        if shutil.which("zsh"):
            done = subprocess.run(["zsh", "-n"], input=script, capture_output=True, encoding="utf-8")
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_platforms(self):
        import json
        text = tool.call("platforms").out
        listed = json.loads(tool.call("platforms", "-o", "json").out)
        self.assertEqual([entry["platform"] for entry in listed], list(tool.PLATFORMS))
        for entry in listed:
            self.assertIn(f"{entry['platform']}: {entry['summary']}\n", text)
            self.assertTrue(any(key["required"] for key in entry["connection"]))
            self.assertTrue(any(key["secret"] for key in entry["connection"]))
            self.assertGreaterEqual(entry["page_size"]["most"], entry["page_size"]["default"])


if __name__ == "__main__":
    unittest.main()
