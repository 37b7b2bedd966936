#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`check` tries everything and writes nothing; `explain` tells everything and asks nobody; `preview`
shows the same in both widths."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import erp_mock  # noqa: E402
import harness  # noqa: E402
from harness import NOW, OTHER_PASSWORD  # noqa: E402

FOR_EVER = -1


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Check(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def check(self, code, job=None, env=None, **steps):
        """Runs `check`; every named step must have that status."""
        result = world.call("check", job or world.job(), "--now", NOW, "-o", "json", env=env)
        told = json.loads(result.out)
        found = {step["name"]: step["status"] for step in told["steps"]}
        for name, status in steps.items():
            self.assertEqual(found[name.replace("_", " ")], status, told)
        self.assertEqual((result.code, told["exit_code"], told["ok"]), (code, code, code == 0), told)
        for step in told["steps"]:
            self.assertEqual(step["status"] == "failed", step["exit_code"] != 0)
        return told

    def test_all_is_well_and_nothing_is_written(self):
        self.check(0, first_page="ok", mapping="ok", mysql="ok", table="ok", state="ok")
        self.assertEqual(world.job_row(), {})
        self.assertFalse(world.table_exists("erp2mysql_run"))
        self.assertEqual(world.sql(f"SELECT COUNT(*) FROM bi.{harness.TABLE}").strip(), "0")
        self.assertEqual(world.stats()["requests"], 1)

    def test_the_text_has_one_line_per_step(self):
        result = world.call("check", world.job(), "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual([line.split("  ")[0] for line in result.out.splitlines()
                          if not line.startswith("warning")], ["ok"] * 7)
        chinese = world.call("check", world.job(), "--now", NOW, "--lang", "zh").out
        self.assertIn("正常", chinese)
        self.assertIn("第一页", chinese)

    def test_a_wrong_signature(self):
        self.check(77, env={"JST_APP_SECRET": OTHER_PASSWORD}, first_page="failed", mapping="skipped",
                   mysql="ok", table="ok", state="ok")

    def test_a_refusal(self):
        world.faults([{"fault": "isv", "times": FOR_EVER}])
        self.check(69, first_page="failed", table="ok")

    def test_nonsense(self):
        world.faults([{"fault": "missing_list", "times": FOR_EVER}])
        self.check(76, first_page="failed", table="ok")

    def test_nobody_there(self):
        self.check(75, env={"JST_BASE_URL": "http://127.0.0.1:1/router/qm",
                            "MYSQL_SOCKET": "/nonexistent/s.sock"},
                   first_page="failed", mapping="skipped", mysql="failed", table="skipped", rights="skipped",
                   state="skipped")

    def test_the_first_failure_decides(self):
        self.check(77, env={"JST_APP_SECRET": OTHER_PASSWORD, "MYSQL_SOCKET": "/nonexistent/s.sock"},
                   first_page="failed", mysql="failed")

    def test_a_wrong_password(self):
        self.check(77, env={"MYSQL_PASSWORD": OTHER_PASSWORD}, first_page="ok", mysql="failed")

    def as_user(self, grants):
        """The environment of an account that has these rights only."""
        world.sql(f"CREATE OR REPLACE USER few@localhost IDENTIFIED BY {harness.sql_text(harness.PASSWORD)};"
                  + "".join(f"GRANT {grant} TO few@localhost;" for grant in grants))
        return {"MYSQL_USER": "few"}

    def test_rights_are_proved_without_writing(self):
        table, state = f"bi.{harness.TABLE}", "SELECT, INSERT, UPDATE, DELETE ON bi.*"
        for grants, code, rights, of_state in (
                (["SELECT ON bi.*"], 77, "failed", "warning"),
                ([f"SELECT, INSERT, DELETE ON {table}"], 0, "ok", "warning"),
                ([state, "CREATE ON bi.*"], 0, "ok", "ok")):
            with self.subTest(grants=grants):
                self.check(code, env=self.as_user(grants), rights=rights, state=of_state)
        self.assertFalse(world.table_exists("erp2mysql_run"))
        self.assertEqual(world.run(world.job(), "--now", "2024-01-02").code, 0)
        self.check(77, env=self.as_user(["SELECT ON bi.*", f"INSERT, DELETE ON {table}"]),
                   rights="ok", state="failed")
        self.check(0, env=self.as_user([state]), rights="ok", state="ok")

    def test_a_missing_table(self):
        world.sql(f"DROP TABLE bi.{harness.TABLE}")
        told = self.check(78, first_page="ok", mysql="ok", table="failed", state="ok")
        self.assertIn(harness.TABLE, json.dumps(told))

    def test_a_row_that_does_not_fit(self):
        def change(job):
            job["target"]["request"][4]["type"] = "datetime"  # o_id
        self.check(65, world.job(change), first_page="ok", mapping="failed", table="failed")

    def test_a_broken_job(self):
        result = world.call("check", world.job(lambda job: job["source"].pop("api")))
        self.assertEqual((result.code, result.out), (78, ""))
        self.assertEqual(world.stats()["requests"], 0)

    def test_a_platform_with_sessions(self):
        def change(job):
            job["source"]["connection"] = {"auth": "password", **world.mock.connection("kingdee")}
        path = world.job(change, config="kingdee-order-status.json")
        told = json.loads(world.call("check", path, "--now", NOW, "-o", "json").out)
        found = {step["name"]: step["status"] for step in told["steps"]}
        self.assertEqual((found["sign-in"], found["first page"]), ("ok", "ok"), told)
        def wrong(job):
            change(job)
            job["source"]["connection"]["password"] = OTHER_PASSWORD
        result = world.call("check", world.job(wrong, config="kingdee-order-status.json"), "-o", "json")
        found = {step["name"]: step["status"] for step in json.loads(result.out)["steps"]}
        self.assertEqual((result.code, found["sign-in"], found["first page"]), (77, "failed", "skipped"))


class Explain(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def test_who_is_told_and_what_is_unusual(self):
        def change(job):
            job["uuid"] = "a-b-c"
            job["quality"] = {"minRows": 5, "dropBelow": 0.5, "maxLag": "2h", "failOn": ["minRows"],
                              "nullShare": [{"field": "shop_id", "max": 0.01}]}
            job["alerts"] = [{"type": "dingtalk", "url": "https://robot.example/send?access_token=hidden-4711",
                              "secret": "hidden-4712", "on": ["failure"], "repeat": "1h"}]
        path = world.job(change)
        told = {one["key"]: one["value"] for one in self.explain(path)["settings"]}
        for key, value in {"uuid": "a-b-c", "quality.minRows": "5", "quality.dropBelow": "0.5", "quality.dropRuns": "4",
                           "quality.maxLag": "2h", "quality.nullShare[0]": "shop_id at most 0.01",
                           "quality.failOn": "minRows",
                           "alerts[0]": "dingtalk on failure; again after 1h"}.items():
            self.assertEqual(told[key], value)
        text = world.call("explain", path, "--now", NOW).out
        self.assertIn("A run that learned that these are too big", text)
        self.assertNotIn("hidden-471", text)

    def test_chinese(self):
        job = world.job()
        for words, parts in ((["explain"], ("默认值", "水位线", "窗口：")), (["preview", "--rows", "1"], ("请求 ", "应答 ", "原始记录 "))):
            out = world.call(words[0], job, *words[1:], "--now", NOW, "--lang", "zh").out
            for part in parts:
                self.assertIn(part, out)
        self.assertIn("水位线      尚无", world.call("status", job, "--lang", "zh").out)

    def explain(self, job, *args, env=None):
        result = world.call("explain", job, "--now", NOW, "-o", "json", *args,
                            env={"MYSQL_SOCKET": "/nonexistent", **(env or {})})
        self.assertEqual(result.code, 0, result.err)
        return json.loads(result.out)

    def test_no_network_and_no_server(self):
        self.explain(world.job(), env={"JST_BASE_URL": "http://127.0.0.1:1/router/qm"})
        self.assertEqual(world.stats()["requests"], 0)

    def test_every_value_has_its_origin(self):
        told = self.explain(world.job(), "--parallel", "3", "--var", "shop=7")
        found = {one["key"]: (one["value"], one["from"]) for one in told["settings"]}
        self.assertEqual(found["name"], ("jushuitan-saleout", "job file /name"))
        self.assertEqual(found["sync.overlap"], ("10m", "job file /sync/overlap"))
        self.assertEqual(found["sync.parallel"], ("3", "flag --parallel"))
        self.assertEqual(found["{{shop}}"], ("7", "flag --var"))
        self.assertEqual(found["longest window"], ("7d", "default of jushuitan-qimen"))
        self.assertEqual(found["retry.maxAttempts"], ("5", "job file /retry/maxAttempts"))
        self.assertEqual(found["write.onNoMatch"], ("quarantine", "default"))
        self.assertEqual(found["page size"], ("50 (at most 100)", "job file /source/request/1/value"))
        self.assertEqual(found["source.connection.app_secret"],
                         ("***", "job file /source/connection/app_secret, ${env:JST_APP_SECRET}"))
        self.assertEqual(found["source.connection.base_url"],
                         (f"http://127.0.0.1:{world.port}/router/qm",
                          "job file /source/connection/base_url, ${env:JST_BASE_URL}"))
        for key, (_, origin) in found.items():
            self.assertTrue(origin, key)

    def test_named_connections(self):
        def change(job):
            self.named = job["source"]["connection"]
            job["source"]["connection"] = "mine"
        path = world.job(change)
        (path.parent / "connections.json").write_text(json.dumps({"mine": self.named}))
        found = {one["key"]: one["from"] for one in self.explain(path)["settings"]}
        self.assertEqual(found["source.connection.app_key"], "connections.json, mine")

    def test_windows(self):
        job = world.job()
        told = self.explain(job)["windows"]
        self.assertEqual((told["count"], len(told["first"])), (8, 8))
        self.assertIn("first run", told["why"])
        told = self.explain(job, "--from", "2024-01-01", "--to", "2024-02-01")["windows"]
        self.assertEqual((told["count"], len(told["first"])), (31, 10))
        self.assertEqual(told["first"][0]["from"], "2024-01-01T00:00:00+08:00")
        text = world.call("explain", job, "--now", NOW, "--from", "2024-01-01", "--to", "2024-02-01").out
        self.assertIn("… and 21 more, the last one up to 2024-02-01 00:00:00", text)

    def test_the_request_is_the_one_that_leaves(self):
        for platform, config in (("jushuitan-qimen", "jushuitan-saleout.json"),
                                 ("kingdee", "kingdee-order-status.json"),
                                 ("jikeyun", "jikeyun-channels.json")):
            with self.subTest(platform=platform):
                path = world.job(world.connected(platform), config=config)
                told = self.explain(path)
                self.assertTrue(told["request"]["url"].startswith(world.mock.base_url(platform)), told)
                if platform != "kingdee":
                    self.assertIn("***", told["request"]["signed"])
                self.assertEqual(told["sign_in"] is not None, platform == "kingdee")
                self.assertTrue(told["request"]["arguments"])
                self.assertRegex(told["sql"][0], "(?i)^(REPLACE|INSERT|update)")
                self.assertTrue(told["write"] and told["paging"] and told["rate_key"])


class Preview(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def on_terminal(self, columns):
        """What a terminal of that width shows; the tool must end with 0."""
        own, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        process = subprocess.Popen(
            [harness.TOOL, "preview", str(world.job()), "--now", NOW, "--rows", "3"], env=world.env(),
            stdin=subprocess.DEVNULL, stdout=other, stderr=subprocess.DEVNULL)
        os.close(other)
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
        world.look_for_secrets([("the terminal", said)])
        self.assertEqual(process.wait(60), 0)
        return said.decode().replace("\r\n", "\n")

    def test_wide_terminals_see_both_sides(self):
        for columns in (110, 200):
            text = self.on_terminal(columns)
            for word in ("REQUEST", "SQL", "RECORD", "ROW", "receiver_city"):
                self.assertIn(word, text)
            half = (columns - 3) // 2
            rows = [line for line in text.splitlines() if " │ " in line or line.endswith(" │")]
            self.assertGreater(len(rows), 60)
            self.assertTrue(any(re.search("[一-鿿]", line.split("│")[0]) for line in rows))
            for line in rows:
                self.assertEqual(cells(line.split("│")[0]), half + 1, line)
                self.assertLessEqual(cells(line), columns, line)

    def test_narrow_ones_and_files_see_one_below_the_other(self):
        text = self.on_terminal(80)
        self.assertNotIn("│", text)
        for word in ("request ", "answer ", "raw ", "row ", "sql "):
            self.assertRegex(text, f"(?m)^{word}")

    def test_json(self):
        result = world.call("preview", world.job(), "--now", NOW, "--rows", "2", "-o", "json")
        self.assertEqual(result.code, 0, result.err)
        told = json.loads(result.out)
        self.assertEqual(len(told["rows"]), 2)
        record = erp_mock.parse(told["rows"][0]["record"])
        self.assertEqual(told["rows"][0]["mapped"]["io_id"], str(record["io_id"]))
        self.assertTrue(told["request"]["signed"] and told["sql"][0].startswith("REPLACE"))


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
