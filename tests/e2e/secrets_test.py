#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No secret leaves: every command at the loudest log level, with good and with wrong credentials,
through faults and bad rows; then every output, log, summary, file and database table is searched
for every secret in every encoding that it might travel in. A search that could not find one is
checked as well. What a crash leaves has no core file among it, where other programs leave one."""
import json
import os
import resource
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
import secret_search  # noqa: E402
from harness import APP_SECRET, NOW, OTHER_PASSWORD, PASSWORD, START, TABLE, edit  # noqa: E402


# Per platform: a shipped job, and the API where the job's own is another one's.
PLATFORMS = {"jikeyun": ("jikeyun-channels.json", None), "xiaobangbang": ("xiaobangbang-products.json", None),
             "wangdiantong": ("wangdiantong-refunds.json", "aftersales.refund.Refund.search"),
             "wangdiantong-qimen": ("wangdiantong-refunds.json", None),
             "jushuitan": ("jushuitan-direct.json", None), "kingdee": ("kingdee-order-status.json", None)}


class Secrets(unittest.TestCase):
    def expect(self, code, *args, env=None):
        """A command that does not do what it is for would have nothing to give away."""
        ended = self.run_loud(*args, env=env)
        said = (world.scratch / f"out{self.commands}").read_text()
        self.assertEqual(ended, code, f"{args}\n{said[-2000:]}")

    def run_loud(self, *args, env=None):
        """Output goes to a file among those that are searched."""
        type(self).commands += 1
        with open(world.scratch / f"out{self.commands}", "wb") as out:
            return subprocess.run([harness.TOOL, *map(str, args), "--log-level", "debug"],
                                  stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                  cwd=world.scratch, env=world.env(env), timeout=120).returncode

    commands = 0

    def setUp(self):
        world.fresh()

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.commands} commands, {world.search.size / 1e6:.1f} MB in {world.search.lines} lines, files and"
              " tables searched: no secret")

    def search(self):
        world.look_for_secrets(world.left())

    def test_the_search_finds(self):
        for secret in world.secrets:
            for form in secret_search.encodings(secret):
                with self.assertRaises(AssertionError, msg=form):
                    secret_search.SecretSearch().look("place", b"x" + form + b"y", {secret})
        place = world.scratch / "place"
        place.write_text("x" + PASSWORD + "y")
        with self.assertRaises(AssertionError):
            self.search()
        place.unlink()
        literal = harness.sql_text("user:" + PASSWORD)
        for schema in ("bi", "elsewhere"):
            world.sql(f"CREATE DATABASE IF NOT EXISTS {schema};"
                      f"CREATE TABLE {schema}.leak SELECT TO_BASE64({literal}) AS header")
            with self.assertRaises(AssertionError, msg=schema):
                self.search()
            world.sql(f"DROP TABLE {schema}.leak")
        world.sql("DROP DATABASE elsewhere")
        world.secrets.add("unknown-4713")
        with self.assertRaises(AssertionError):
            world.call("eval", "'unknown-4713'")
        world.secrets.remove("unknown-4713")

    def test_every_command(self):
        bad = world.job(edit(quality={"maxBadRows": 1000}))
        world.sql(f"ALTER TABLE {TABLE} MODIFY status VARCHAR(4)", "bi")
        log = world.scratch / "log"
        self.expect(0, "validate", bad)
        self.expect(0, "preview", bad, "--now", NOW)
        self.expect(3, "run", bad, "--now", NOW, "--log-file", log, "--summary",
                    world.scratch / "summary")
        self.expect(0, "run", bad, "--now", NOW, "--log-format", "json")
        self.expect(3, "backfill", bad, "--from", START, "--to", NOW)
        for command in (("status",), ("quarantine", "list"), ("quarantine", "show"), ("ddl",),
                        ("state", "show"), ("explain",), ("check",)):
            self.expect(0, *command, bad)
        self.assertGreater(log.stat().st_size, 0)
        self.assertGreater(int(world.sql("SELECT COUNT(*) FROM erp2mysql_quarantine", "bi")), 0)
        self.search()

    def test_what_goes_wrong(self):
        job = world.job()
        for env in ({"JST_APP_SECRET": OTHER_PASSWORD}, {"MYSQL_PASSWORD": OTHER_PASSWORD},
                    {"MYSQL_SOCKET": "/tmp/nowhere/" + "x" * 20}, {"JST_BASE_URL": "http://127.0.0.1:1"},
                    {"JST_BASE_URL": f"http://user:{PASSWORD}@127.0.0.1:1/"}):
            self.assertNotEqual(self.run_loud("run", job, "--now", NOW, env=env), 0)
        for fault in ("html", "http500", "reset", "truncated_json", "error_response", "unknown_code"):
            world.faults([{"fault": fault, "times": -1}])
            self.assertIn(self.run_loud("run", job, "--now", NOW), (69, 75, 76), fault)
            world.faults([])
        literal = world.job(lambda job: job["source"]["connection"].update(app_secret=APP_SECRET,
                                                                          spelt_wrong=PASSWORD))
        self.assertEqual(self.run_loud("validate", literal), 78)
        self.search()

    def test_every_platform(self):
        orders = world.mock.truth("kingdee", api="SAL_SaleOrder", fields="FBillNo")
        numbers = {f"('{row['FBillNo']}')" for row in orders}
        world.sql(f"INSERT INTO mt_so_head (SO_NUMBER) VALUES {','.join(numbers)}", "bi")
        for platform, (config, api) in PLATFORMS.items():
            def change(job):
                world.connected(platform)(job)  # noqa: B023
                job["name"] = platform  # noqa: B023
                if api:  # noqa: B023
                    job["source"]["api"] = api  # noqa: B023
                    job["source"]["request"][1]["value"] = "0"
            job = world.job(change, config=config)
            summary = world.scratch / f"{platform}.json"
            self.expect(0, "run", job, "--now", NOW, "--summary", summary)
            self.assertGreater(json.loads(summary.read_text())["rows"]["read"], 0, platform)
            self.expect(0, "explain", job, "--now", NOW)
            self.expect(0, "preview", job, "--now", NOW)
            self.search()

    def leaves_core(self, command, ready):
        """Whether the kernel says that it made a core file of this, killed once it is ready."""
        def unlimited():
            harness.die_with_parent()
            most = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        process = subprocess.Popen([str(word) for word in command], cwd=world.scratch, env=world.env(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, preexec_fn=unlimited)
        harness.wait_until("it is at work", ready)
        os.kill(process.pid, signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, -signal.SIGABRT)
        return os.WCOREDUMP(status)

    def test_a_crash_leaves_no_core(self):
        world.faults([{"fault": "slow", "ms": 30000, "times": -1}])
        asked = harness.find_key(world.stats(), "requests")
        left = self.leaves_core([harness.TOOL, "run", world.job(), "--now", NOW],
                                lambda: harness.find_key(world.stats(), "requests") != asked)
        self.assertFalse(left, "a core file, and the secrets are in it")
        self.search()
        others = self.leaves_core(["sleep", "60"], lambda: True)
        for core in world.scratch.glob("core*"):
            core.unlink()  # of a program that was handed the secrets in its environment
        if not others:
            self.skipTest("no program leaves a core file on this host: nothing was tested")


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
