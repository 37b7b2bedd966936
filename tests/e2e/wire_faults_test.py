#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wire between tool and server, and between tool and ERP, breaks at exact places: in every
phase of a transaction up to and after its COMMIT, at any byte, with a closed, reset or silent link.
The run goes on by itself, and every row is there once: the table has no key that would hide a
second one.

    wire_faults_test.py [--all]     every place instead of a sample; prints a line per phase
"""
import collections
import json
import random
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, TABLE, plain_insert  # noqa: E402

PROXY = str(Path(harness.TOOL).parent / "tests/erp2mysql-proxy")
ALL = "--all" in sys.argv
PHASES = ("START TRANSACTION", "SAVEPOINT erp2mysql_rows", "erp2mysql_window", "COMMIT")
ACTIONS = ("close", "reset", "stall", "close-after", "reset-after", "stall-after")


class Proxy:
    def __init__(self, to, *faults):
        self.file = world.dir / "proxy"
        for file in (self.file, Path(f"{self.file}.struck")):
            file.unlink(missing_ok=True)
        words = [word for fault in faults for word in ("--fault", fault)]
        self.process = subprocess.Popen([PROXY, "--to", to, "--port-file", str(self.file), *words],
                                        preexec_fn=harness.die_with_parent)
        harness.wait_until("the proxy listens", self.file.exists)
        self.port = int(self.file.read_text())

    def struck(self):
        return Path(f"{self.file}.struck").exists()

    def close(self):
        self.process.kill()
        self.process.wait()


class WireFaults(unittest.TestCase):
    def run_through(self, name, server_faults=(), erp_faults=()):
        """One run from an empty table; whether the fault struck."""
        world.sql("DELETE FROM " + TABLE + "; DROP TABLE IF EXISTS erp2mysql_job,"
                  " erp2mysql_window, erp2mysql_run, erp2mysql_quarantine, erp2mysql_record", "bi")
        server = Proxy(world.socket, *server_faults) if not erp_faults else None
        erp = Proxy(f"127.0.0.1:{world.port}", *erp_faults) if erp_faults else None

        def change(job):
            plain_insert(job)
            job["sync"]["window"] = "4d"
            job["sync"]["overlap"] = "0s"
            if server:
                job["target"]["connection"] = {
                    "host": "127.0.0.1", "port": server.port, "database": "bi", "username": "etl",
                    "password": harness.PASSWORD, "ssl_mode": "disabled", "read_timeout": 1}
        env = {"JST_BASE_URL": f"http://127.0.0.1:{erp.port}/router/qm"} if erp else {}
        done = world.run(world.job(change), "--now", NOW, "--output", "json", "--log-level", "debug",
                         "--log-file", world.scratch / "log", env=env)
        proxy = server or erp
        struck = proxy.struck()
        proxy.close()
        self.assertEqual(done.code, 0, f"{name}: {done.err}")
        self.assertEqual(json.loads(done.out)["rows"]["written"], self.expected, name)
        found = world.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM {TABLE}", "bi").split()
        self.assertEqual(found, [str(self.expected), str(self.distinct)], name)
        if not erp:
            self.assertEqual(world.ahead_of_data(), [], name)
        return struck

    def setUp(self):
        world.fresh()
        world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY", "bi")
        clean = world.run(world.job(lambda job: (plain_insert(job), job["sync"].update(
            window="4d", overlap="0s"))), "--now", NOW)
        self.assertEqual(clean.code, 0, clean.err)
        counts = world.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM {TABLE}", "bi").split()
        self.expected, self.distinct = map(int, counts)
        self.assertGreater(self.distinct, 100)

    def test_every_phase_of_a_transaction(self):
        struck = collections.Counter()
        for phase in PHASES:
            for action in ACTIONS:
                for nth in range(1, 100):
                    name = f"{phase} {nth} {action}"
                    if not self.run_through(name, [f"1:up:{phase}/{nth}:{action}"]):
                        break
                    struck[phase] += 1
                    if not ALL and nth == 2:
                        break
        print(f"{sum(struck.values())} faults in {len(struck)} phases: 0 rows lost, 0 twice, state"
              " 0 times ahead of the rows;", dict(struck))
        self.assertGreaterEqual(sum(struck.values()), 2 * len(PHASES) * len(ACTIONS) - 12)

    def test_any_byte_to_the_server(self):
        dice = random.Random(5)
        count = 0
        for _ in range(150 if ALL else 10):
            way, at = dice.choice(("up", "down")), dice.choice((300, 2_000, 20_000, 200_000))
            place = dice.randrange(at)
            action = dice.choice(("close", "reset", "stall"))
            count += self.run_through(f"{way} {place} {action}", [f"1:{way}:{place}:{action}"])
        print(f"{count} links cut at a byte: 0 rows lost, 0 twice, state 0 times ahead of the rows")
        self.assertGreater(count, 3)

    def test_any_byte_of_the_erp(self):
        dice = random.Random(6)
        count = 0
        for _ in range(60 if ALL else 6):
            place = dice.randrange(dice.choice((300, 5_000, 60_000)))
            action = dice.choice(("close", "reset"))
            count += self.run_through(f"erp {place} {action}", (), [f"1:down:{place}:{action}"])
        print(f"{count} answers of the ERP cut at a byte: 0 rows lost, 0 twice")
        self.assertGreater(count, 2)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main(argv=[word for word in sys.argv if word != "--all"])
