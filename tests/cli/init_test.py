#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`init` writes what `validate` takes and the schema knows, asks on a terminal only, replaces nothing."""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tool  # noqa: E402


class Init(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = Path(self.folder.name)

    def init(self, *args):
        return tool.call("init", *args, cwd=self.dir)

    def env(self, *folders):
        text = (self.dir.joinpath(*folders) / ".env.example").read_text()
        return tool.secrets_of(re.findall(r"^([A-Z_0-9]+)=$", text, re.M))

    def test_every_platform_gives_a_valid_job(self):
        for platform in tool.PLATFORMS:
            with self.subTest(platform=platform):
                made = self.init(platform, f"{platform}/start.json")
                self.assertEqual(made.code, 0, made.err)
                self.assertEqual(made.out.split(), [f"{platform}/{name}" for name in
                                 ("start.json", "start.sql", ".env.example", "job.schema.json")])
                path = self.dir / platform / "start.json"
                env = self.env(platform)
                result = tool.call("validate", path, env=env)
                self.assertEqual((result.code, result.err), (0, ""))
                job = json.loads(path.read_text())
                self.assertEqual(job["source"]["platform"], platform)
                schema = json.loads((path.parent / job["$schema"]).read_text())
                jsonschema.Draft202012Validator(schema).validate(job)
                self.assertGreater(path.read_text().count('"//'), 5)
                explained = tool.call("explain", path, env=env)
                self.assertEqual(explained.code, 0, explained.err)
                for name, value in env.items():
                    if "SECRET" in name or "TOKEN" in name or "PASSWORD" in name:
                        self.assertNotIn(value, explained.out)
                ddl = (self.dir / platform / "start.sql").read_text()
                for item in job["target"]["request"]:
                    self.assertIn(f"`{item['field']}`", ddl)
                key = job["target"]["request"][0]["field"]
                self.assertIn(f"PRIMARY KEY (`{key}`)", ddl)

    def test_without_the_environment_the_job_says_what_is_missing(self):
        self.init("jikeyun")
        result = tool.call("validate", self.dir / "jikeyun.json")
        self.assertEqual(result.code, 78)
        self.assertIn("JIKEYUN_APPSECRET", result.err)

    def test_flags_find_their_place(self):
        made = self.init("kingdee", "a", "--name", "订单", "--table", "so", "--database", "dw",
                         "--api", "BillQuery")
        self.assertEqual(made.code, 0, made.err)
        job = json.loads((self.dir / "a.json").read_text())
        self.assertEqual((job["name"], job["source"]["api"]), ("订单", "BillQuery"))
        self.assertEqual(job["target"]["connection"]["database"], "dw")
        self.assertIn("REPLACE INTO so (", job["target"]["otherRequest"][0]["value"])
        self.assertIn("CREATE TABLE `dw`.`so`", (self.dir / "a.sql").read_text())

    def test_nothing_is_replaced(self):
        self.init("jikeyun", "a.json")
        before = (self.dir / "a.json").read_text()
        (self.dir / "a.sql").write_text("mine")
        refused = self.init("jushuitan", "a.json")
        self.assertEqual(refused.code, 64)
        self.assertIn("a.json and a.sql exist", refused.err)
        self.assertEqual((self.dir / "a.json").read_text(), before)
        self.assertEqual((self.dir / "a.sql").read_text(), "mine")
        self.assertEqual(self.init("jushuitan", "a.json", "--force").code, 0)
        self.assertNotEqual((self.dir / "a.json").read_text(), before)

    def test_a_second_job_adds_its_variables(self):
        self.init("jikeyun")
        with open(self.dir / ".env.example", "a") as file:
            file.write("OWN=1\n")
        self.init("kingdee")
        text = (self.dir / ".env.example").read_text()
        self.assertIn("OWN=1\n", text)
        for name in ("JIKEYUN_APPKEY", "KINGDEE_PASSWORD", "MYSQL_USER"):
            self.assertEqual(text.count(f"\n{name}="), 1)

    def test_without_a_terminal_nobody_is_asked(self):
        result = self.init()
        self.assertEqual(result.code, 64)
        self.assertIn("jushuitan-qimen", result.err)
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_on_a_terminal_it_asks(self):
        own, other = pty.openpty()
        process = subprocess.Popen([tool.TOOL, "init"], cwd=self.dir, stdin=other, stdout=other,
                                   stderr=other, env={"PATH": "/usr/bin:/bin"})
        os.close(other)
        os.write(own, "jikeyun\n\ndw\nchannels\n".encode())
        said = b""
        while True:
            try:
                piece = os.read(own, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(own)
        self.assertEqual(process.wait(60), 0, said.decode())
        job = json.loads((self.dir / "jikeyun.json").read_text())
        self.assertEqual(job["target"]["connection"]["database"], "dw")
        self.assertIn("REPLACE INTO channels (", job["target"]["otherRequest"][0]["value"])


if __name__ == "__main__":
    unittest.main()
