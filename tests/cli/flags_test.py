#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every flag of every command is used by some test, and the few that no other test needs are tried here.

Knows docs/cli.md, which the binary prints, and the text of the tests; not what a flag should do elsewhere.
"""
import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "support")]
import cli_reference  # noqa: E402
import tool  # noqa: E402

REFERENCE = cli_reference.Reference((tool.ROOT / "docs/cli.md").read_text(encoding="utf-8"))


class Flags(unittest.TestCase):
    def test_each_is_used_by_a_test(self):
        tests = "".join(path.read_text(encoding="utf-8", errors="replace") for path in
                        (tool.ROOT / "tests").rglob("*") if path.suffix in (".py", ".cpp", ".sh"))
        flags = {flag for command in REFERENCE.commands.values() for flag in command.flags}
        self.assertGreater(len(flags), 40)
        unused = [flag for flag in sorted(flags) if not re.search(rf"(?<![\w-]){flag}(?![\w-])", tests)]
        self.assertEqual(unused, [])
        print(f"flags: {len(REFERENCE.commands)} commands with {len(flags)} different flags, all used by tests")

    def test_connections_from_a_file_of_another_place(self):
        with tempfile.TemporaryDirectory() as folder:
            job = json.loads((tool.ROOT / "configs/minimal.json").read_text())
            known = {"erp": job["source"]["connection"], "db": job["target"]["connection"]}
            job["source"]["connection"], job["target"]["connection"] = "erp", "db"
            job.pop("$schema")
            (Path(folder) / "job.json").write_text(json.dumps(job))
            (Path(folder) / "elsewhere").mkdir()
            (Path(folder) / "elsewhere/known.json").write_text(json.dumps(known))
            env = tool.secrets_of(["JST_BASE_URL", "JST_APP_KEY", "JST_APP_SECRET", "MYSQL_SOCKET", "MYSQL_USER",
                                   "MYSQL_PASSWORD"])
            self.assertEqual(tool.call("validate", "job.json", cwd=folder, env=env).code, 78)
            found = tool.call("validate", "job.json", "--connections", "elsewhere/known.json", cwd=folder, env=env)
            self.assertEqual((found.code, found.err), (0, ""))

    def test_eval_takes_a_row(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "row.json").write_text('{"price": "0.10", "qty": 3}')
            found = tool.call("eval", "{price}*{qty}", "--row", "row.json", cwd=folder)
            self.assertEqual((found.code, found.out), (0, "0.30\n"))

    def test_import_by_the_long_name(self):
        fixtures = tool.ROOT / "tests/cli/fixtures"
        with tempfile.TemporaryDirectory() as folder:
            tool.call("import", fixtures / "kingdee.source.json", fixtures / "kingdee.target.json",
                      "--job-file", "out.json", cwd=folder)
            self.assertIn("source", json.loads((Path(folder) / "out.json").read_text()))


if __name__ == "__main__":
    unittest.main()
