#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Common mistakes and what the tool answers to each, word by word, in both languages.

    mistakes_test.py [--write]    --write: the present answers become the expected ones
"""
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tool  # noqa: E402

GOLDEN = Path(__file__).resolve().parent / "golden"
ENV = tool.secrets_of(["JST_BASE_URL", "JST_APP_KEY", "JST_APP_SECRET", "MYSQL_SOCKET", "MYSQL_USER",
                       "MYSQL_PASSWORD"])


def put(*path, value):
    def change(job):
        for key in path[:-1]:
            job = job.setdefault(key, {}) if isinstance(job, dict) else job[key]
        job[path[-1]] = value
    return change


def drop(*path):
    def change(job):
        for key in path[:-1]:
            job = job[key]
        del job[path[-1]]
    return change


def rename(old, new, *path):
    def change(job):
        for key in path:
            job = job[key]
        job[new] = job.pop(old)
    return change


# title → a change of configs/minimal.json, or a command line
MISTAKES = {
    "unknown command": ["rum", "job.json"],
    "unknown flag": ["run", "job.json", "--frm", "2024-01-01"],
    "no job": ["run"],
    "half a stretch": ["run", "job.json", "--from", "2024-01-01"],
    "stretch backwards": ["run", "job.json", "--from", "2024-01-02", "--to", "2024-01-01"],
    "no time": ["run", "job.json", "--now", "yesterday"],
    "unknown platform": ["init", "jushuitan-qiman"],
    "no such file": ["validate", "jobs/none.json"],
    "misspelt platform": put("source", "platform", value="jushuitan-qiman"),
    "misspelt key": rename("api", "apii", "source"),
    "swapped letters": rename("request", "reqeust", "target"),
    "misspelt connection key": rename("app_key", "app_kye", "source", "connection"),
    "secret not set": put("source", "connection", "app_secret", value="${env:JST_SECRET}"),
    "secret file missing": put("target", "connection", "password", value="${file:/nonexistent/password}"),
    "unknown kind of secret": put("target", "connection", "password", value="${vault:password}"),
    "literal secret": put("target", "connection", "password", value="plain-text-4711"),
    "no database": drop("target", "connection", "database"),
    "page size too big": put("source", "pagination", value={"pageSize": 500}),
    "duration without unit": put("sync", "window", value="1"),
    "unknown unit": put("sync", "window", value="1 fortnight"),
    "unknown type": put("target", "request", 0, "type", value="integer?"),
    "column without item": put("target", "otherRequest", 0, "value", value="REPLACE INTO saleout (io_id, so_id,"
                               " status, modified, pay_amount, shop_name) VALUES"),
    "item for another column": put("target", "request", 1, "field", value="shop_name"),
    "no batch statement": put("target", "otherRequest", 0, "value", value="DELETE FROM saleout"),
    "only one bound": drop("source", "request", 1),
    "bounds that never cover": put("source", "request", 1, "value", value="{{LAST_SYNC_TIME|datetime}}"),
    "misspelt variable": put("source", "request", 0, "value", value="{{LAST_SYNC_TIM|datetime}}"),
    "unknown function": put("target", "request", 1, "value", value="_function CONCATT('{so_id}', 1)"),
    "broken expression": put("target", "request", 1, "value", value="_function IF('{so_id}'='', 1"),
    "refused construct": put("source", "formatResponse", value=[{"old": "a", "new": "b", "format": "date"}]),
    "rule for no column": put("quality", value={"rules": [{"field": "statuss", "required": True}]}),
    "address without scheme": put("source", "connection", "base_url", value="erp.example/router"),
}


def answer(mistake, language, folder):
    path = Path(folder) / "job.json"
    if isinstance(mistake, list):
        path.write_text((tool.ROOT / "configs/minimal.json").read_text())
        args = mistake
    else:
        job = json.loads((tool.ROOT / "configs/minimal.json").read_text())
        mistake(job)
        path.write_text(json.dumps(job, ensure_ascii=False, indent=2))
        args = ["validate", "job.json"]
    result = tool.call(*args, "--lang", language, env=ENV, cwd=folder)
    return f"exit {result.code}\n{result.out}{result.err}"


def answers(language):
    out = ""
    for title, mistake in MISTAKES.items():
        with tempfile.TemporaryDirectory() as folder:
            out += f"== {title}\n{answer(mistake, language, folder)}\n"
    return out


class Mistakes(unittest.TestCase):
    maxDiff = None

    def test_answers(self):
        for language in ("en", "zh"):
            with self.subTest(language=language):
                expected = (GOLDEN / f"mistakes.{language}.txt").read_text(encoding="utf-8")
                self.assertEqual(answers(language), expected,
                                 "if the new answers are better: mistakes_test.py --write")


if __name__ == "__main__":
    if "--write" in sys.argv:
        for each in ("en", "zh"):
            (GOLDEN / f"mistakes.{each}.txt").write_text(answers(each), encoding="utf-8")
    else:
        unittest.main()
