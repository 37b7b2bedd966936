#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One job for several accounts: each has its own watermark, books and lock, a bad one never stops the
others, and every command knows what to do with all of them or asks for one. Uses the shipped example."""
import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402

NAMES = ["hangzhou", "ningbo", "suzhou"]
CUSTOMER = "100001"
SHOPS = {"JST_CUSTOMER_HZ": CUSTOMER, "JST_CUSTOMER_NB": CUSTOMER, "JST_CUSTOMER_SZ": CUSTOMER}


def listed(*accounts, **more):
    """A change for World.job: these accounts."""
    def change(job):
        job["accounts"] = list(accounts)
        for key, value in more.items():
            job[key].update(value)
    return change


def account(name, **connection):
    return {"name": name, "connection": {"customer_id": CUSTOMER, **connection},
            "variables": {"region": "浙江"}}


class Accounts(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def job(self, change=None, name=None):
        return world.job(change, name, config="jushuitan-shops.json")

    def call(self, *args, env=None):
        return world.call(*args, env={**SHOPS, **(env or {})})

    def counts(self):
        out = world.sql("SELECT account, COUNT(*), MIN(region) FROM shop_saleout GROUP BY account", "bi")
        return {line.split("\t")[0]: tuple(line.split("\t")[1:]) for line in out.splitlines()}

    def orders(self):
        return str(len({row["io_id"] for row in world.truth()}))

    def test_the_shipped_job_reads_every_account(self):
        done = self.call("run", self.job(), "--now", NOW, "-o", "json", "--summary", "s.json")
        self.assertEqual(done.code, 0, done.err)
        all_of_it = json.loads(done.out)
        self.assertEqual(json.loads((world.scratch / "s.json").read_text()), all_of_it)
        self.assertEqual([one["account"] for one in all_of_it["accounts"]], NAMES)
        for one in all_of_it["accounts"]:
            self.assertEqual((one["exit_code"], one["result"]["job"], one["result"]["status"]),
                             (0, f"jushuitan-shops@{one['account']}", "done"))
            self.assertEqual(world.watermark(f"jushuitan-shops@{one['account']}"),
                             harness.local_text(one["result"]["watermark"]["after"]))
        many = self.orders()
        self.assertEqual(self.counts(), {"hangzhou": (many, "浙江"), "ningbo": (many, "浙江"),
                                         "suzhou": (many, "江苏")})
        self.assertEqual(world.job_row("jushuitan-shops"), {})
        # Again: silent, and nothing new.
        quiet = self.call("run", self.job(), "--now", NOW)
        self.assertEqual((quiet.code, quiet.out, quiet.err), (0, "", ""))

    def test_a_bad_account_never_stops_the_rest(self):
        cases = {
            "no secret": ({"app_secret": "${env:NOBODY_SET_THIS}"}, 78, "NOBODY_SET_THIS is not set"),
            "a refused one": ({"app_secret": "wrong"}, 77, "[bad] erp2mysql:"),
            "nobody there": ({"base_url": "http://127.0.0.1:1/router/qm"}, 75, "[bad] erp2mysql:"),
        }
        for title, (connection, code, said) in cases.items():
            with self.subTest(title):
                world.sql("DELETE FROM shop_saleout", "bi")
                job = self.job(listed(account("one"), account("bad", **connection), account("two")),
                               name=f"shops-{code}.json")
                done = self.call("run", job, "--now", NOW, "--full", "-o", "json")
                self.assertEqual(done.code, code, done.err)
                codes = [one["exit_code"] for one in json.loads(done.out)["accounts"]]
                self.assertEqual(codes, [0, code, 0])
                self.assertIn(said, done.err)
                self.assertEqual(set(self.counts()), {"one", "two"})

    def test_one_account_alone(self):
        job = self.job()
        done = self.call("run", job, "--account", "ningbo", "--now", NOW, "-o", "json")
        self.assertEqual((done.code, json.loads(done.out)["job"]), (0, "jushuitan-shops@ningbo"))
        self.assertEqual(set(self.counts()), {"ningbo"})
        wrong = self.call("run", job, "--account", "ningpo", "--now", NOW)
        self.assertEqual(wrong.code, 78)
        self.assertIn('did you mean "ningbo"?', wrong.err)

    def test_a_file_of_accounts(self):
        job = self.job(lambda job: job.update(accounts="shops/all.json"))
        place = job.parent / "shops" / "all.json"
        place.parent.mkdir()
        place.write_text(json.dumps([account("a"), account("乙店")], ensure_ascii=False))
        self.assertEqual(self.call("run", job, "--now", NOW).code, 0)
        self.assertEqual(set(self.counts()), {"a", "乙店"})
        place.write_text('[{"name": "a", "conection": {}}]')
        bad = self.call("validate", job)
        self.assertEqual(bad.code, 78)
        self.assertIn('shops/all.json:1:16 /0/conection: unknown key; did you mean "connection"?',
                      bad.err)
        place.unlink()
        self.assertIn("shops/all.json: cannot be opened", self.call("validate", job).err)

    def test_validate_tells_the_problems_of_all_accounts_in_one_pass(self):
        job = self.job(listed(account("one", app_secret="${env:FIRST}"), account("two"),
                              account("three", nonsense="1"), {"name": "four", "connection": {}}))
        bad = self.call("validate", job)
        self.assertEqual(bad.code, 78)
        for said in ("FIRST is not set", "/accounts/2/connection/nonsense: unknown key",
                     '/accounts/3/connection: the key "customer_id" is missing'):
            self.assertEqual(bad.err.count(said), 1, bad.err)
        self.assertIn("@two: ok", bad.out)

    def test_lists_that_cannot_be_meant(self):
        cases = {
            "empty": ([], "expected at least one account"),
            "twice": ([account("a"), account("A")], 'the account "A" stands there twice'),
            "slash": ([account("a/b")], '"/" must not stand in a name'),
            "at": ([account("a@b")], '"@" must not stand in a name'),
            "blank": ([account(" ")], '" " must not stand in a name'),
            "no name": ([{"connection": {}}], 'the key "name" is missing'),
            "no connection": ([{"name": "a"}], 'the key "connection" is missing'),
            "long": ([account("x" * 60)], "has more than 64 characters"),
            "number": ([account(7)], "expected a text, found the number 7"),
            "text": (["a"], "expected an object"),
            "object": ({"a": {}}, "expected a list of objects or a file"),
            "its name": ([{**account("a"), "variables": {"ACCOUNT": "b"}}], "ACCOUNT is always"),
            "a list": ([{**account("a"), "variables": {"x": []}}], "expected a text"),
            "missing": ([account("a", app_key=None, app_secret=None)], None),
        }
        for title, (accounts, said) in cases.items():
            with self.subTest(title):
                job = self.job(lambda job: job.update(accounts=accounts))  # noqa: B023
                for command in ("validate", "run"):
                    done = self.call(command, job)
                    if said is None:
                        self.assertEqual(self.call("validate", job).code, 0, done.err)
                        break
                    self.assertEqual(done.code, 78, done.out + done.err)
                    self.assertIn(said, done.err)
        job = self.job(lambda job: job["source"]["connection"].pop("app_key"))
        self.assertEqual(self.call("validate", job).err.count('the key "app_key" is missing'), 3)

    def test_every_command_knows_accounts(self):
        job = self.job()
        self.assertEqual(self.call("run", job, "--now", NOW).code, 0)
        status = json.loads(self.call("status", job, "-o", "json").out)
        self.assertEqual([one["job"] for one in status], [f"jushuitan-shops@{name}" for name in NAMES])
        shown = self.call("state", "show", job)
        for name in NAMES:
            self.assertIn(f"== {name}\njushuitan-shops@{name}  watermark 2024-01-08 00:09:00",
                          shown.out)
        for words in (("state", "set", job, "2024-01-02"), ("state", "reset", job),
                      ("quarantine", "show", job), ("quarantine", "drop", job, "--all")):
            done = self.call(*words)
            self.assertEqual(done.code, 64, words)
            self.assertIn("name one of them with --account", done.err)
        moved = self.call("state", "set", job, "2024-01-02", "--account", "suzhou", "--yes")
        self.assertEqual(moved.code, 0, moved.err)
        self.assertEqual(world.watermark("jushuitan-shops@suzhou"), "2024-01-02 00:00:00")
        self.assertEqual(world.watermark("jushuitan-shops@ningbo"), "2024-01-08 00:09:00")
        for words in (("preview", job), ("explain", job), ("ddl", job)):
            done = self.call(*words, "--now", NOW)
            self.assertEqual(done.code, 0, done.err)
            self.assertIn("this is account hangzhou, the first of 3", done.err)
        told = self.call("explain", job, "--account", "suzhou", "--now", NOW)
        for line in ("jushuitan-shops@suzhou", "/accounts/2/connection/customer_id",
                     "/source/connection/app_key"):
            self.assertIn(line, told.out)
        for words in (("check", job), ("quarantine", "list", job), ("quarantine", "replay", job, "--all")):
            self.assertEqual(self.call(*words).code, 0, words)
        past = ("--from", "2024-01-02", "--to", "2024-01-04")
        back = self.call("backfill", job, *past, "--now", NOW, "--metrics-file", "erp.prom", "-o", "text")
        self.assertEqual(back.code, 0, back.err)
        for name in NAMES:
            self.assertIn(f"{name}: done", back.out)
            self.assertIn(f'job="jushuitan-shops@{name}"',
                          (world.scratch / f"erp@{name}.prom").read_text())
        same = self.call("reconcile", job, *past, "--now", NOW)
        self.assertEqual(same.code, 0, same.out + same.err)
        gone = self.call("reconcile", job, *past, "--now", NOW, "--delete-gone", "--yes")
        self.assertEqual(gone.code, 64)
        self.assertIn("rows of the other accounts", gone.err)
        page = self.call("report", job, "-o", "page.html")
        self.assertEqual(page.code, 0, page.err)
        self.assertIn("jushuitan-shops@suzhou", (world.scratch / "page.html").read_text())
        plain = self.call("run", world.job(), "--account", "x")
        self.assertIn("the job has no accounts", plain.err)

    def test_some_at_a_time_and_stopped_together(self):
        world.fresh("--orders", "60", "--latency", "300")
        job = self.job(listed(*(account(f"s{i}") for i in range(4)),
                              sync={"window": "6h", "parallelAccounts": 2}))
        run = world.popen("run", job, "--now", NOW, "-o", "json", env=SHOPS)
        harness.wait_until("two have begun", lambda: world.table_exists("erp2mysql_window") and int(
            world.sql("SELECT COUNT(DISTINCT job) FROM erp2mysql_window", "bi")) == 2)
        time.sleep(0.3)
        os.kill(run.pid, signal.SIGTERM)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 143, err)
        started = {one["account"]: (one["started"], one["exit_code"])
                   for one in json.loads(out)["accounts"]}
        self.assertEqual(started, {"s0": (True, 143), "s1": (True, 143), "s2": (False, 0),
                                   "s3": (False, 0)})
        self.assertEqual(world.sql("SELECT COUNT(*) FROM information_schema.processlist"
                                   " WHERE user = 'etl'").strip(), "0")
        # One that is read already holds its own lock, and no other.
        self.assertEqual(self.call("run", job, "--now", NOW, "--parallel-accounts", "4").code, 0)
        self.assertEqual(set(self.counts()), {"s0", "s1", "s2", "s3"})

    def test_little_time_is_shared(self):
        world.fresh("--orders", "60", "--latency", "200")
        job = self.job(listed(*(account(f"s{i}") for i in range(3)), sync={"window": "6h"}))
        done = self.call("run", job, "--now", NOW, "--max-runtime", "1s", "-o", "json")
        self.assertEqual(done.code, 75, done.err)
        for _ in range(40):
            done = self.call("run", job, "--now", NOW, "--max-runtime", "5s", "-o", "json")
            if done.code == 0:
                break
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(len(self.counts()), 3)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
