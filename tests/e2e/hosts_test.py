#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several servers as the target, over TCP: a dead one, a silent one and a read-only one make way, and a
way to the server that breaks in the middle of a run is replaced by the next one."""
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, small_pages  # noqa: E402


class Way:
    """A port that leads to a Unix socket, until it is closed."""

    def __init__(self, path):
        self.path, self.pairs = path, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.path)
            except OSError:
                return
            self.pairs += [client, server]
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=pair, daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        for end in (self.listener, *self.pairs):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Hosts(unittest.TestCase):
    def setUp(self):
        world.fresh()
        self.good = Way(world.socket)
        self.addCleanup(self.good.close)

    def job(self, *ports, change=None):
        def target(job):
            connection = job["target"]["connection"]
            del connection["socket"]
            connection.update(hosts=[f"127.0.0.1:{port}" for port in ports], connect_timeout=1)
            job["sync"].update(window="12h")
            if change:
                change(job)
        return world.job(target)

    def test_servers_that_cannot_be_used_make_way(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        dead = free_port()
        begin = time.monotonic()
        done = world.run(self.job(dead, silent.getsockname()[1], self.good.port), "--now", NOW)
        self.assertEqual(done.code, 0, done.err)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(done.err.count("takes the place of the server before"), 1, done.err)
        self.assertIn(f"127.0.0.1:{dead}: MySQL error 2002", done.err.replace("2003", "2002"))
        self.assertEqual(world.differences(), [])
        nobody = world.run(self.job(dead, free_port()), "--now", NOW)
        self.assertEqual(nobody.code, 75)
        self.assertIn("none of the servers can be used", nobody.err)

    def test_a_read_only_server_makes_way(self):
        folder = world.dir / "replica"
        with subprocess.Popen(
                ["sh", str(harness.ROOT / "tests/support/private_server.sh"), str(folder), "--guard",
                 "--read-only"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            self.assertTrue(other.stdout.readline().strip())
            world.also_search(folder / "err.log")
            subprocess.run(["mariadb", "--no-defaults", "-uroot", "-S", str(folder / "s.sock")],
                           input="CREATE DATABASE bi; CREATE USER etl@localhost IDENTIFIED BY "
                           f"{harness.sql_text(harness.PASSWORD)}; GRANT ALL ON bi.* TO etl@localhost", text=True,
                           check=True)
            replica = Way(str(folder / "s.sock"))
            self.addCleanup(replica.close)
            done = world.run(self.job(replica.port, self.good.port), "--now", NOW)
            self.assertEqual(done.code, 0, done.err)
            self.assertIn(f"127.0.0.1:{replica.port}: MySQL error 1290 (HY000): the server is read-only",
                          done.err)
            self.assertEqual(world.differences(), [])
            alone = world.run(self.job(replica.port), "--now", NOW, "--no-preflight")
            self.assertEqual(alone.code, 75, alone.err)
            # A login that is refused is a mistake, and not passed over.
            wrong = world.call("run", self.job(replica.port, self.good.port), "--now", NOW,
                               env={"MYSQL_PASSWORD": harness.OTHER_PASSWORD})
            self.assertEqual(wrong.code, 77, wrong.err)
            other.stdin.close()

    def test_the_way_breaks_in_the_middle(self):
        for parallel in (1, 3):
            world.fresh()
            first = Way(world.socket)
            self.addCleanup(first.close)
            job = self.job(first.port, self.good.port,
                           change=lambda job: (small_pages(10)(job),
                                               job["sync"].update(parallel=parallel)))  # noqa: B023
            run = world.popen("run", job, "--now", NOW)
            harness.wait_until("some windows are done", lambda: len(world.done_windows()) > 2)
            first.close()
            _, err = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 0, err)
            self.assertIn(f"127.0.0.1:{self.good.port} takes the place", err)
            self.assertEqual(world.differences(), [])
            self.assertEqual(world.ahead_of_data(), [])
        print("hosts: dead, silent, read-only and broken ways, nothing lost")


if __name__ == "__main__":
    world = harness.World("--orders", "120", "--latency", "15")
    unittest.main()
