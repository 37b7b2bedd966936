#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wire between tool and server, and between tool and ERP, breaks at exact places: in every
phase of a transaction up to the lost answer to its COMMIT, in the first, a middle and the last of
several in a window, on the first connection and on the one after it, at any byte, with a closed,
reset or silent link. The run goes on by itself, and every row is there once: the table has no key
that would hide a second one.

    wire_faults_test.py [--all]     every place instead of a sample; prints a line per kind of place
"""
import collections
import concurrent.futures
import itertools
import json
import queue
import random
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, TABLE, plain_insert, small_pages  # noqa: E402

PROXY = str(Path(harness.TOOL).parent / "tests/erp2mysql-proxy")
ALL = "--all" in sys.argv
LANES = 3  # most of the time a run waits
MARK = "wire-mark"  # stands in every row once, so the n-th of them is in the statement with row n
PHASES = ("START TRANSACTION", "SAVEPOINT erp2mysql_rows", "erp2mysql_window", "COMMIT")
ACTIONS = ("close", "reset", "stall", "close-after", "reset-after", "stall-after")
LOST = ("close-after", "reset-after", "stall-after")
NOTHING_LOST = "0 rows lost, 0 twice, state 0 times ahead of the rows"


def limit(rows):
    def change(job):
        for item in job["target"]["otherRequest"]:
            if item["field"] == "limit":
                item["value"] = str(rows)
    return change


# How a job cuts its windows: its changes and the flags of the ERP.
KINDS = {
    "one statement a window": ([plain_insert], []),
    "statements in one transaction": ([plain_insert, limit(10)], []),
    # An answer that takes long makes the writer commit what it has.
    "transactions": ([limit(10), small_pages(10)], ["--latency", "280"]),
}


class Proxy:
    def __init__(self, world, to, *faults):
        self.file = world.dir / "proxy"
        for file in (self.file, Path(f"{self.file}.struck"), Path(f"{self.file}.lost")):
            file.unlink(missing_ok=True)
        words = [word for fault in faults for word in ("--fault", fault)]
        self.process = subprocess.Popen([PROXY, "--to", to, "--port-file", str(self.file), *words],
                                        preexec_fn=harness.die_with_parent)
        harness.wait_until("the proxy listens", self.file.exists)
        self.port = int(self.file.read_text())

    def count(self, what):
        file = Path(f"{self.file}.{what}")
        return len(file.read_text().split()) if file.exists() else 0

    def close(self):
        self.process.kill()
        self.process.wait()


class WireFaults(unittest.TestCase):
    def prepare(self, kind):
        """Empty worlds for this kind of job; what a run without faults sends, in order."""
        self.changes, flags = KINDS[kind]
        for world in worlds:
            world.fresh(*world.mock_flags, *flags)
            world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY", "bi")
        world = worlds[0]
        world.sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log;"
                  " SET GLOBAL general_log = ON")
        clean = world.run(world.job(self.change()), "--now", NOW)
        world.sql("SET GLOBAL general_log = OFF")
        self.assertEqual(clean.code, 0, clean.err)
        counts = world.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM {TABLE}", "bi").split()
        self.expected, self.distinct = map(int, counts)
        self.assertGreater(self.distinct, 100)
        return world.sql("SELECT REPLACE(argument, '\\n', ' ') FROM mysql.general_log WHERE"
                         " user_host LIKE 'etl%' AND command_type = 'Query'").splitlines()

    def change(self, proxy=None):
        def change(job):
            for one in self.changes:
                one(job)
            job["sync"].update(window="4d", overlap="0s")
            for item in job["target"]["request"]:
                if item["field"] == "node":
                    item["value"] = MARK
            if proxy:
                job["target"]["connection"] = {
                    "host": "127.0.0.1", "port": proxy.port, "database": "bi", "username": "etl",
                    "password": harness.PASSWORD, "ssl_mode": "disabled", "read_timeout": 1,
                    "connect_timeout": 1}
        return change

    def run_through(self, world, faults, to_erp=False):
        """One run from an empty table; how many faults struck."""
        world.sql("DELETE FROM " + TABLE + "; DROP TABLE IF EXISTS erp2mysql_job,"
                  " erp2mysql_window, erp2mysql_run, erp2mysql_quarantine, erp2mysql_record", "bi")
        proxy = Proxy(world, f"127.0.0.1:{world.port}" if to_erp else world.socket, *faults)
        env = {"JST_BASE_URL": f"http://127.0.0.1:{proxy.port}/router/qm"} if to_erp else {}
        job = world.job(self.change(None if to_erp else proxy))
        done = world.run(job, "--now", NOW, "--output", "json", "--log-level", "debug", "--log-file",
                         world.scratch / "log", env=env)
        struck, lost = proxy.count("struck"), proxy.count("lost")
        proxy.close()
        self.assertEqual(done.code, 0, f"{faults}: {done.err}")
        self.assertEqual(json.loads(done.out)["rows"]["written"], self.expected, faults)
        found = world.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM {TABLE}", "bi").split()
        self.assertEqual(found, [str(self.expected), str(self.distinct)], faults)
        self.assertEqual(world.ahead_of_data(), [], faults)
        if struck == len(faults):
            self.assertEqual(lost, sum(fault.endswith("-after") for fault in faults), faults)
        return struck

    def each(self, cells, *, to_erp=False):
        """How many faults struck in each of these runs, some of which go on beside each other."""
        free = queue.Queue()
        for world in worlds:
            free.put(world)

        def one(faults):
            world = free.get()
            try:
                return self.run_through(world, faults, to_erp)
            finally:
                free.put(world)
        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            return list(pool.map(one, cells))

    def all_strike(self, what, cells):
        """Runs them; where the pace of the ERP decides, a busy machine may miss a place once."""
        cells = list(dict.fromkeys(map(tuple, cells)))
        missed = [cell for cell, struck in zip(cells, self.each(cells)) if struck < len(cell)]
        again = self.each(missed)
        self.assertEqual([c for c, struck in zip(missed, again) if struck < len(c)], [], what)
        count = sum(map(len, cells))
        print(f"{count} faults in {what}: {NOTHING_LOST}", flush=True)

    @staticmethod
    def places(statements, text, end=None):
        """The numbers of this text in what is sent, up to the n-th statement."""
        return range(1, 1 + sum(line.count(text) for line in statements[:end]))

    def transactions(self, statements):
        """Per window the numbers of the COMMITs of its rows, and its statements with rows."""
        commits, batches, ends = [[]], [0], 0
        mine = last = False
        for line in statements:
            mine = mine or "SET seq = seq + 1" in line
            batches[-1] += line.startswith("SAVEPOINT")
            last = mine and (last or "SET status = 'done'" in line)
            ends += line.count("COMMIT")
            if not line.startswith("COMMIT") or not mine:
                continue
            commits[-1].append(ends)
            if last:
                commits.append([])
                batches.append(0)
            mine = last = False
        self.assertEqual((commits.pop(), batches.pop()), ([], 0))
        return commits, batches

    @staticmethod
    def some(places):
        """The first, a middle and the last one; with --all every one."""
        places = list(places)
        return places if ALL else [places[0], places[len(places) // 2], places[-1]]

    def test_every_phase_of_a_transaction(self):
        statements = self.prepare("one statement a window")
        numbers = {phase: self.places(statements, phase) for phase in PHASES}
        cells = [[f"1:up:{phase}/{nth}:{action}"] for phase in PHASES
                 for action in (ACTIONS if ALL or phase == "COMMIT" else
                                ("close", "reset-after", "stall"))
                 for nth in (numbers[phase] if ALL else (1, len(numbers[phase])))]
        self.all_strike(f"{len(PHASES)} phases", cells)

    def test_each_transaction_of_a_window(self):
        for _ in range(3):  # a busy machine may miss the pace
            commits, _ = self.transactions(self.prepare("transactions"))
            if min(map(len, commits)) >= 3:
                break
        self.assertGreaterEqual(min(map(len, commits)), 3, "transactions a window")
        self.assertEqual(len(commits), 2)
        last = range(1, 1 + len(sum(commits, [])))
        cells = [[f"1:up:COMMIT/{nth}:{action}"] for window, sample in zip(commits, (LOST, ("stall",)))
                 for nth in self.some(window) for action in (ACTIONS if ALL else sample)]
        cells += [[f"1:up:SET seq = seq + 1/{nth}:{action}"] for nth in self.some(last)
                  for action in (ACTIONS if ALL else ("stall-after",))]
        cells += [[f"1:up:{MARK}/{row}:{action}"] for row in self.some(range(1, self.expected, 20))
                  for action in (ACTIONS if ALL else ("reset", "close-after"))]
        self.all_strike(f"windows of {' and '.join(str(len(w)) for w in commits)} transactions", cells)

    def test_each_statement_of_a_transaction(self):
        statements = self.prepare("statements in one transaction")
        commits, batches = self.transactions(statements)
        self.assertEqual([len(window) for window in commits], [1, 1])
        self.assertGreaterEqual(min(batches), 3, "statements with rows a window")
        actions = ACTIONS if ALL else ("reset", "close-after", "stall-after")
        cells = [[f"1:up:{MARK}/{row}:{action}"] for action in actions
                 for row in self.some([*range(1, self.expected, 10), self.expected])]
        cells += [[f"1:up:SAVEPOINT erp2mysql_rows/{nth}:{action}"] for action in actions[-1:]
                  for nth in self.some(range(1, 1 + sum(batches)))]
        cells += [[f"1:up:COMMIT/{nth}:{action}"] for nth in sum(commits, []) for action in LOST]
        # The first one is only explained.
        cells += [[f"1:up:INTO `{TABLE}`/{nth}:{action}"] for nth in (1, 2) for action in actions]
        self.all_strike(f"transactions of {' and '.join(map(str, batches))} statements", cells)

    def test_the_connection_after_the_broken_one(self):
        commits, _ = self.transactions(self.prepare("statements in one transaction"))
        connect = [f"{way}:{at}:{action}" for way, at in
                   (("down", 0), ("down", 40), ("up", 0), ("up", 40))
                   for action in (("close", "reset", "stall") if ALL else ("close",))]
        connect += [f"up:etl/1:{action}" for action in LOST]
        again = [f"up:{text}/1:{action}" for text in
                 ("@@hostname", "Uptime", "KILL ", "GET_LOCK", "START TRANSACTION",
                  "SET seq = seq + 1", "SAVEPOINT", MARK, "COMMIT")
                 for action in (ACTIONS if ALL else ("reset",))]
        cells = [[f"1:{fault}"] for fault in [*connect, *(f"up:GET_LOCK/1:{a}" for a in LOST)]]
        # Rows go a second time only where the first attempt did not take effect.
        for place, first in itertools.product(connect + again, LOST if ALL else ("stall-after",)):
            text = MARK if MARK in place or "SAVEPOINT" in place else "COMMIT"
            nth = 1 if text == MARK else commits[0][0]
            cells.append([f"1:up:{text}/{nth}:{first}", f"2:{place}"])
        self.all_strike("connections and those after them", cells)

    def test_any_byte_to_the_server(self):
        self.prepare("one statement a window")
        dice = random.Random(5)
        cells = []
        for _ in range(150 if ALL else 10):
            way, at = dice.choice(("up", "down")), dice.choice((300, 2_000, 20_000, 200_000))
            place = dice.randrange(at)
            cells.append([f"1:{way}:{place}:{dice.choice(('close', 'reset', 'stall'))}"])
        count = sum(self.each(cells))
        print(f"{count} links cut at a byte: {NOTHING_LOST}", flush=True)
        self.assertGreater(count, 3)

    def test_any_byte_of_the_erp(self):
        self.prepare("one statement a window")
        dice = random.Random(6)
        cells = []
        for _ in range(60 if ALL else 6):
            place = dice.randrange(dice.choice((300, 5_000, 60_000)))
            cells.append([f"1:down:{place}:{dice.choice(('close', 'reset'))}"])
        count = sum(self.each(cells, to_erp=True))
        print(f"{count} answers of the ERP cut at a byte: {NOTHING_LOST}", flush=True)
        self.assertGreater(count, 2)

    def test_a_fault_that_would_never_strike_is_refused(self):
        for faults in (["1:up:10:close", "1:up:COMMIT/1:close"], ["*:up:10:close", "2:up:20:close"],
                       ["1:up:10:close-after"]):
            words = [word for fault in faults for word in ("--fault", fault)]
            done = subprocess.run([PROXY, "--to", "/nowhere", "--port-file", "/dev/null", *words],
                                  capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, 64, faults)


if __name__ == "__main__":
    worlds = [harness.World("--orders", "60") for _ in range(LANES)]
    for lane, own in enumerate(worlds):
        own.counter = 300 * lane  # for keys of their own
    unittest.main(argv=[word for word in sys.argv if word != "--all"])
