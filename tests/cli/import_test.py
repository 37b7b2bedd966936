#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`import`: metadata as exported and as printed, whole and damaged; nothing is lost without a word."""
import html
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tool  # noqa: E402

FIXTURES = Path(__file__).resolve().parent / "fixtures"
CONFIGS = ("jikeyun-channels", "xiaobangbang-products", "wangdiantong-refunds", "jushuitan-saleout",
           "jushuitan-direct", "kingdee-order-status")
# As articles printed them, cut here and there → what is to be said of that; "" when nothing is missing
PRINTED = {"jikeyun": "main_sql", "xiaobangbang": "", "wangdiantong": "batchexecute needs a list of columns",
           "jushuitan": "1 request items for 6\\d columns", "kingdee": "no FormId",
           "kingdee-export": "no columns", "foreign-api": "batchSave", "foreign-target": "/source/platform"}


def metadata(name):
    """Source and target of a shipped job as QEasy would export them."""
    job = json.loads((tool.ROOT / f"configs/{name}.json").read_text())
    sides = [{key: value for key, value in job[side].items() if key not in ("platform", "connection")}
             for side in ("source", "target")]
    return job["source"]["platform"], [json.dumps(side, ensure_ascii=False, indent=1) for side in sides]


def curly(text):
    """Typographic quotes in place of plain ones, opened and closed in turn."""
    out, inside = [], False
    for at, char in enumerate(text):
        if char == '"' and text[at - 1] != "\\":
            char, inside = "”" if inside else "“", not inside
        out.append(char)
    return "".join(out)


def outside_texts(text, change):
    """Changes what stands outside of the quotes."""
    out, inside, piece = [], False, ""
    for at, char in enumerate(text):
        if char == '"' and text[at - 1] != "\\":
            out.append(piece if inside else change(piece))
            out.append(char)
            piece, inside = "", not inside
        else:
            piece += char
    return "".join([*out, change(piece)])


# name → (damage, part of what is reported)
DAMAGE = {
    "curly quotes": (curly, "curly quotes"),
    "escaped underscores": (lambda t: t.replace("_", "\\_"), "escaped underscores"),
    "full-width": (lambda t: outside_texts(t, lambda p: p.replace(":", "：").replace(",", "，")),
                   "full-width punctuation"),
    "entities": (lambda t: html.escape(t, quote=True), "HTML entities"),
    "entities in texts": (lambda t: html.escape(t, quote=False), None),
    "lost pipes": (lambda t: t.replace("|datetime", " datetime"), None),
    "broken braces": (lambda t: t.replace("{{", "{\n{"), None),
    "trailing commas": (lambda t: outside_texts(t, lambda p: p.replace("}", ",}")), "a comma too many"),
    "comments": (lambda t: t.replace("{", "{ // see below\n", 1), "comments"),
    "prose and fence": (lambda t: f"配置如下\n```json\n{t}\n```\n以上。", "text before"),
    "cut end": (lambda t: t.rstrip().rstrip("}").rstrip(), "the text ends early"),
    "no-break blanks": (lambda t: outside_texts(t, lambda p: p.replace(" ", "\u00a0")), "odd blanks"),
    "byte order mark": (lambda t: "\ufeff" + t, None),
}


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = Path(self.folder.name)

    def convert(self, source, target, *args):
        (self.dir / "s.json").write_text(source)
        (self.dir / "t.json").write_text(target)
        return tool.call("import", "s.json", "t.json", *args, cwd=self.dir)

    def test_complete_metadata_gives_complete_jobs(self):
        for name in CONFIGS:
            with self.subTest(name=name):
                platform, texts = metadata(name)
                result = self.convert(*texts, "--name", name)
                self.assertEqual(result.code, 0, result.err)
                self.assertNotIn("repaired", result.err)
                self.assertNotIn("not taken over", result.err)
                job = json.loads(result.out)
                self.assertEqual(job["source"]["platform"], platform)
                for side, text in zip(("source", "target"), texts):
                    for key, value in json.loads(text).items():
                        self.assertEqual(job[side][key], value, (side, key))

    def test_printed_metadata_says_what_is_missing(self):
        for name, missing in PRINTED.items():
            with self.subTest(name=name):
                texts = [(FIXTURES / f"{name}.{side}.json").read_text() for side in ("source", "target")]
                result = self.convert(*texts)
                self.assertEqual(result.code, 78 if missing else 0, result.err)
                self.assertRegex(result.err, missing or "^added")
                for side, text in zip(("source", "target"), texts):
                    for key, value in json.loads(text).items():
                        self.assertEqual(json.loads(result.out)[side][key], value, (side, key))

    def test_damage_changes_nothing(self):
        for name in CONFIGS:
            texts = metadata(name)[1]
            clean = self.convert(*texts, "--name", name)
            for damage, (harm, told) in DAMAGE.items():
                with self.subTest(name=name, damage=damage):
                    harmed = [harm(text) for text in texts]
                    result = self.convert(*harmed, "--name", name)
                    self.assertEqual(result.code, clean.code, result.err)
                    self.assertEqual(json.loads(result.out), json.loads(clean.out))
                    if told:
                        self.assertIn(told, result.err)

    def test_all_damage_at_once(self):
        for name in CONFIGS:
            texts = metadata(name)[1]
            clean = self.convert(*texts, "--name", name)
            harmed = texts
            for damage in ("escaped underscores", "lost pipes", "full-width", "entities in texts",
                           "curly quotes", "prose and fence"):
                harmed = [DAMAGE[damage][0](text) for text in harmed]
            result = self.convert(*harmed, "--name", name)
            self.assertEqual(json.loads(result.out), json.loads(clean.out), name)

    def test_what_is_not_ours_is_named(self):
        target = metadata("jikeyun-channels")[1][1]
        result = self.convert((FIXTURES / "remedy.source.json").read_text(), target)
        self.assertEqual(result.code, 78)
        for piece in ("formatResponse", "format in the value", "--platform"):
            self.assertIn(piece, result.err)
        self.assertNotIn("formatResponse", result.out)
        self.assertIn("takeOverRequest", result.out)

    def test_both_sides_may_stand_in_one_file(self):
        source, target = map(json.loads, metadata("jikeyun-channels")[1])
        both = json.dumps({"source": source, "target": target})
        result = self.convert(both, both)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(json.loads(result.out)["target"]["api"], target["api"])

    def test_the_job_goes_into_a_file_that_is_not_there(self):
        texts = metadata("jikeyun-channels")[1]
        result = self.convert(*texts, "-o", "job.json")
        self.assertEqual((result.code, result.out), (0, ""))
        job = (self.dir / "job.json").read_text()
        self.assertEqual(json.loads(job)["name"], "job")
        names = [value[6:-1] for value in json.loads(job)["source"]["connection"].values()]
        env = tool.secrets_of([*names, "MYSQL_HOST", "MYSQL_USER", "MYSQL_PASSWORD"])
        self.assertEqual(tool.call("validate", self.dir / "job.json", env=env).code, 0)
        self.assertEqual(self.convert(*texts, "-o", "job.json").code, 64)
        self.assertEqual(self.convert(*texts, "-o", "job.json", "--force").code, 0)

    def test_what_cannot_be_read(self):
        source, target = metadata("jikeyun-channels")[1]
        self.assertEqual(tool.call("import", "/nonexistent/s", "/nonexistent/t").code, 74)
        self.assertEqual(tool.call("import", self.dir, self.dir).code, 74)
        for text in ("", "no metadata at all", "[" * 5000):
            result = self.convert(text, target)
            self.assertEqual((result.code, result.out), (78, ""), result.err)
            self.assertIn("s.json", result.err)
        (self.dir / "s.json").write_bytes(source.encode("gb18030"))
        result = tool.call("import", "s.json", "t.json", cwd=self.dir)
        self.assertEqual(result.code, 78)
        self.assertIn("iconv", result.err)


if __name__ == "__main__":
    unittest.main()
