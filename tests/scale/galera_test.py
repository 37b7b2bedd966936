#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Three Galera nodes as the target: nodes killed with -9 in the middle of runs, a node without quorum,
another writer of the same rows, two runners on two nodes, limits of a transaction. Rows must be there
once, whatever happens, and no watermark may stand before rows that are missing. Prints its figures.

    galera_test.py [--all]      twenty kills instead of four
"""
import json
import random
import statistics
import sys
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import galera  # noqa: E402
import harness  # noqa: E402
from harness import NOW, TABLE, plain_insert, small_pages  # noqa: E402

KILLS = 20 if "--all" in sys.argv else 4
STARTS = 6 if "--all" in sys.argv else 2


def short_windows(job):
    job["sync"].update(window="12h", overlap="0s")


def parallel(job):
    short_windows(job)
    job["sync"]["parallel"] = 2


def empty_target():
    world.sql(f"TRUNCATE {TABLE}; DROP TABLE IF EXISTS erp2mysql_job, erp2mysql_window,"
              " erp2mysql_run, erp2mysql_quarantine, erp2mysql_record", "bi")


def count_twice():
    """A table whose key would not hide a row that is stored twice."""
    world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY,"
              " ADD COLUMN rid BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY", "bi")


def all_nodes(sql):
    for node in world.nodes:
        node.sql(sql)


def counter(name):
    return sum(int(node.status(name) or 0) for node in world.nodes)


class Galera(unittest.TestCase):
    def setUp(self):
        world.wait_for_all()
        world.fresh()

    def whole(self):
        self.assertEqual(world.differences(), [])
        self.assertEqual(world.ahead_of_data(), [])

    def test_nodes_die_in_the_middle(self):
        dice = random.Random(5)
        recovered, lost, twice, ahead, again = [], 0, 0, 0, 0
        for style in (plain_insert, parallel):
            world.fresh()
            if style is plain_insert:
                count_twice()
            shape = lambda job: (short_windows(job), style(job))  # noqa: E731
            clean = json.loads(world.run(world.job(world.target(change=shape)), "--now", NOW,
                                         "-o", "json").out)
            rows = [row["id"] for row in world.rows(TABLE, ["id"])]
            distinct = len(set(rows))
            for number, moment in enumerate(galera.moments(clean["seconds"], KILLS // 2, dice)):
                empty_target()
                victim = world.nodes[number % 3]
                witness = world.nodes[(number + 1) % 3]
                order = [(number + i) % 3 for i in range(3)]
                run = world.popen("run", world.job(world.target(*order, change=shape)), "--now", NOW)
                time.sleep(moment)
                victim.kill()
                killed = time.monotonic()
                progress = lambda: witness.sql(  # noqa: E731
                    "SELECT COALESCE(SUM(seq), 0) FROM erp2mysql_window", "bi")
                try:
                    before = progress()
                    waited = galera.until(lambda: progress() != before or run.poll() is not None, 60)
                    if waited is not None and run.poll() is None:
                        recovered.append(time.monotonic() - killed)
                except RuntimeError:
                    pass  # the tables were not there yet
                _, err = run.communicate(timeout=180)
                self.assertIn(run.returncode, (0, 75), err)
                ahead += len(world.ahead_of_data())
                if run.returncode:
                    again += 1
                    done = world.run(world.job(world.target(*order, change=shape)), "--now", NOW)
                    self.assertEqual(done.code, 0, done.err)
                found = [row["id"] for row in world.rows(TABLE, ["id"])]
                lost += distinct - len(set(found))
                twice += len(found) - len(rows)
                world.restart(victim)
        world.wait_for_all()
        self.assertEqual((lost, twice, ahead), (0, 0, 0))
        self.assertTrue(recovered, "no kill hit a run")
        print(f"{KILLS} kills of the node that was written to: {KILLS - again} runs ended by themselves,"
              f" {again} asked to be run again; {lost} rows lost, {twice} twice, {ahead} watermarks"
              f" ahead; next commit on another node after {statistics.median(recovered):.1f} s"
              f" (longest {max(recovered):.1f} s)")

    def test_another_writer_of_the_same_rows(self):
        job = world.job(world.target(0, 1, 2, change=parallel))
        self.assertEqual(world.run(job, "--now", NOW).code, 0)
        conflicts = counter("wsrep_local_cert_failures") + counter("wsrep_local_bf_aborts")
        stop = threading.Event()
        written = [0]

        def disturb():
            while not stop.is_set():
                try:
                    world.nodes[1].sql(f"UPDATE {TABLE} SET remark = UUID() ORDER BY RAND() LIMIT 40",
                                       "bi")
                    written[0] += 1
                except RuntimeError:
                    pass  # the other one wins sometimes

        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            for _ in range(4):
                done = world.run(job, "--now", NOW, "--full")
                self.assertEqual(done.code, 0, done.err)
        finally:
            stop.set()
            thread.join()
        conflicts = counter("wsrep_local_cert_failures") + counter("wsrep_local_bf_aborts") - conflicts
        self.assertGreater(conflicts, 0)
        self.assertEqual(world.run(job, "--now", NOW, "--full").code, 0)
        self.whole()
        print(f"another writer: {written[0]} updates of the same rows elsewhere, {conflicts} conflicts,"
              " nothing lost")

    def test_two_runners_on_two_nodes(self):
        slowly = lambda job: (short_windows(job), small_pages(4)(job))  # noqa: E731
        for _ in range(STARTS):
            empty_target()
            runs = [world.popen("run", world.job(world.target(*order, change=slowly)),
                                "--now", NOW) for order in ((0, 1, 2), (1, 2, 0))]
            said = [run.communicate(timeout=120)[1] for run in runs]
            codes = sorted(run.returncode for run in runs)
            self.assertEqual(codes, [0, 11], said)
            self.whole()
        empty_target()
        first = world.popen("run", world.job(world.target(0, change=slowly)), "--now", NOW)
        harness.wait_until("the first one has begun", lambda: world.done_windows())
        second = world.run(world.job(world.target(1, change=slowly)), "--now", NOW)
        _, err = first.communicate(timeout=120)
        self.assertEqual((first.returncode, second.code), (11, 0), err + second.err)
        self.assertIn("another run took over", err)
        self.whole()
        print(f"two runners on two nodes: {STARTS + 1} times one of them came to its end, the other one"
              " ended with 11")

    def test_a_node_without_quorum(self):
        lonely = world.nodes[0]
        isolate = "SET GLOBAL wsrep_provider_options = 'gmcast.isolate={}'"
        lonely.sql(isolate.format(1))
        try:
            harness.wait_until("the node knows", lambda: lonely.status("wsrep_ready") == "OFF")
            done = world.run(world.job(world.target(0, 1, 2, change=short_windows)), "--now", NOW)
            self.assertEqual(done.code, 0, done.err)
            self.assertIn("takes the place of the server before", done.err)
            self.assertIn("1047", done.err)
            # Nobody else to go to: it waits until the node is back.
            empty_target()
            waiting = world.popen("run", world.job(world.target(0, change=short_windows)),
                                  "--now", NOW)
            time.sleep(1.5)
            self.assertIsNone(waiting.poll())
        finally:
            lonely.sql(isolate.format(0))
        _, err = waiting.communicate(timeout=120)
        self.assertEqual(waiting.returncode, 0, err)
        self.whole()
        # And in the middle of a run.
        empty_target()
        run = world.popen("run", world.job(world.target(0, 1, 2, change=short_windows)), "--now", NOW)
        harness.wait_until("it has begun", lambda: world.done_windows())
        lonely.sql(isolate.format(1))
        try:
            _, err = run.communicate(timeout=120)
        finally:
            lonely.sql(isolate.format(0))
        self.assertEqual(run.returncode, 0, err)
        world.wait_for_all()
        self.whole()
        print("a node without quorum: passed over, waited for, and left in the middle of a run")

    def test_limits_of_a_transaction(self):
        for limit, said in (("wsrep_max_ws_rows = 200", "larger than the cluster allows"),
                            ("wsrep_max_ws_size = 65536", "the window is too big")):
            world.fresh()
            all_nodes(f"SET GLOBAL {limit}")
            try:
                done = world.run(world.job(world.target(0)), "--now", NOW)
                self.assertEqual(done.code, 0, limit + done.err)
                self.whole()
                world.sql(f"TRUNCATE {TABLE}", "bi")
                # A statement that must not run twice makes the whole window one transaction.
                whole = lambda job: (plain_insert(job), job["sync"].update(window="7d"))  # noqa: E731
                done = world.run(world.job(world.target(0, change=whole)), "--now", NOW, "--full")
                self.assertEqual(done.code, 78, limit + done.err)
                self.assertIn(said, done.err)
            finally:
                all_nodes("SET GLOBAL wsrep_max_ws_rows = 0; SET GLOBAL wsrep_max_ws_size = 2147483647")
        print("limits of a transaction: batches keep within them; a window that cannot is refused")

    def test_ways_of_writing(self):
        seconds = {}
        for method in ("auto", "statement", "load"):
            empty_target()
            write = lambda job: job.update(write={"method": method})  # noqa: B023,E731
            done = world.run(world.job(world.target(0, change=write)), "--now", NOW, "-o", "json")
            self.assertEqual(done.code, 0, done.err)
            self.whole()
            seconds[method] = json.loads(done.out)["seconds"]
        # Which would commit in the middle of a load.
        all_nodes("SET GLOBAL wsrep_load_data_splitting = ON")
        try:
            done = world.run(world.job(world.target(0, change=write)), "--now", NOW)
            self.assertEqual(done.code, 78, done.err)
        finally:
            all_nodes("SET GLOBAL wsrep_load_data_splitting = OFF")
        print("ways of writing: " + ", ".join(f"{way} {time} s" for way, time in seconds.items()))

    def test_a_table_without_primary_key(self):
        job = world.job(world.target(0))
        self.assertNotIn("Galera", world.run(job, "--now", NOW).err)
        world.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY", "bi")
        self.assertIn("the table has no primary key, and Galera", world.run(job, "--now", NOW).err)


if __name__ == "__main__":
    galera.require()
    world = galera.ClusterWorld("--orders", "400", "--latency", "10")
    unittest.main(argv=[word for word in sys.argv if word != "--all"])
