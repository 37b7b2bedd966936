# SPDX-License-Identifier: Apache-2.0
"""A private Galera cluster of three nodes on this machine, and a World whose target it is.

    galera.require()                        # ends the test with 77 and a word when it is not there
    world = galera.ClusterWorld("--orders", "60")
    world.nodes[0].kill(); world.nodes[0].start()
    world.fresh(); world.run(world.job(world.target()), …)

Every node has its own ports and folder; all end with this process. It knows no job.
"""
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import harness
from erp_mock import die_with_parent

LIBRARY = "/usr/lib/galera/libgalera_smm.so"
# A dead node is left out after two seconds instead of five: more kills fit into the time.
EVICTION = "evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT8S;"


def require():
    if not Path(LIBRARY).exists():
        print("skipped: there is no Galera library (Debian package galera-4)")
        sys.exit(77)


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Node:
    def __init__(self, number, folder, ports, command):
        self.number, self.folder, self.process = number, folder, None
        self.port, self.group_port, self.transfer_port = ports
        self.socket = str(folder / "s.sock")
        self.log = folder / "err.log"
        self.command = command

    def arguments(self):
        return [
            *self.command, f"--datadir={self.folder / 'data'}", f"--tmpdir={self.folder}",
            f"--socket={self.socket}", f"--pid-file={self.folder / 'pid'}",
            f"--log-error={self.log}", "--bind-address=127.0.0.1", f"--port={self.port}",
            "--skip-name-resolve", "--wsrep-on=ON", f"--wsrep-provider={LIBRARY}",
            "--wsrep-cluster-name=erp2mysql-test", f"--wsrep-node-name=n{self.number}",
            f"--wsrep-node-address=127.0.0.1:{self.group_port}", "--wsrep-sst-method=handshake",
            "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--wsrep-slave-threads=2",
            "--local-infile=ON",
            "--wsrep-provider-options=" + EVICTION + "gcache.size=64M;pc.recovery=no;"
            f"gmcast.listen_addr=tcp://127.0.0.1:{self.group_port};"
            f"ist.recv_addr=127.0.0.1:{self.transfer_port}"]

    def spawn(self, *more, stderr=subprocess.DEVNULL):
        env = {**os.environ, "PATH": f"{Path(__file__).parent}:{os.environ.get('PATH', '')}:/usr/sbin"}
        return subprocess.Popen([*self.arguments(), *more], stdin=subprocess.DEVNULL, env=env,
                                stdout=subprocess.DEVNULL, stderr=stderr,
                                preexec_fn=die_with_parent)

    def position(self):
        """Where the data of a node that died stands."""
        said = self.spawn("--wsrep-recover", "--wsrep-cluster-address=gcomm://", stderr=subprocess.PIPE).communicate(timeout=60)[1]
        text = self.log.read_text(errors="replace") + said.decode(errors="replace")
        return re.findall(r"Recovered position: (\S+)", text)[-1]

    def start(self, peers=(), died=True):
        """Without peers it is the first of the cluster."""
        more = ["--wsrep-cluster-address=gcomm://" +
                ",".join(f"127.0.0.1:{peer.group_port}" for peer in peers)]
        if died:
            position = self.position()
            if position.startswith("00000000-"):
                raise RuntimeError(f"node {self.number} does not know where it stands")
            more.append(f"--wsrep-start-position={position}")
        self.log.write_text("")
        self.process = self.spawn(*more)
        harness.wait_until(f"node {self.number} is ready", self.ready, 90)

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"node {self.number} ended:\n{self.log.read_text()[-3000:]}")
        return self.status("wsrep_ready") == "ON" and self.status(
            "wsrep_local_state_comment") == "Synced"

    def lives(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def sql(self, query, database=None):
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-uroot", "-N", "-B",
             "-r", "-S", self.socket, *([database] if database else [])],
            input=query, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"{done.stderr.strip()}\nin: {query[:500]}")
        return done.stdout

    def status(self, name):
        try:
            return self.sql(f"SHOW STATUS LIKE '{name}'").split("\t")[-1].strip()
        except RuntimeError:
            return ""


class ClusterWorld(harness.World):
    nodes = ()

    @property
    def socket(self):
        """Of any node that takes part; what it is set to before there are nodes counts until then."""
        for node in self.nodes:
            if node.lives() and node.status("wsrep_ready") == "ON":
                return node.socket
        return self.seed_socket

    @socket.setter
    def socket(self, path):
        self.seed_socket = path

    def start_server(self):
        super().start_server()  # made and filled once, then copied
        self.sql(f"CREATE USER etl@'127.0.0.1' IDENTIFIED BY {harness.sql_text(harness.PASSWORD)}")
        self.sql("SET GLOBAL innodb_fast_shutdown = 1; SHUTDOWN")
        harness.wait_until("the first server has ended", lambda: not self.server_lives())
        own = ("--datadir", "--tmpdir", "--socket", "--pid-file", "--log-error", "--skip-networking")
        command = [word for word in self.server_command if not word.startswith(own)]
        ports = free_ports(9)
        folders = [self.dir / f"n{number}" for number in range(3)]
        nodes = [Node(number, folder, ports[3 * number:3 * number + 3], command)
                 for number, folder in enumerate(folders)]
        # The others begin as copies of the first, position in the cluster included.
        first = nodes[0]
        shutil.copytree(self.database_dir / "data", first.folder / "data")
        first.start(died=False)
        first.stop()
        for folder in folders[1:]:
            shutil.copytree(first.folder / "data", folder / "data")
        first.start(died=False)
        for node in nodes[1:]:
            node.start([first], died=False)
        self.nodes = nodes
        for node in nodes:
            self.also_search(node.log)

    def raw_sql(self, query, database=None):
        # Rows and state are read one after the other: neither may come from before a commit elsewhere.
        return super().raw_sql(("SET SESSION wsrep_sync_wait = 1;" if self.nodes else "") + query, database)

    def server_lives(self):
        return any(node.lives() for node in self.nodes) if self.nodes else super().server_lives()

    def stop(self):
        for node in self.nodes:
            if node.lives():
                node.kill()
        super().stop()

    def restart(self, node):
        """A node that died, on its data; on a copy of another one's where it died in the middle of a
        change of tables and does not know where it stands."""
        others = [peer for peer in self.nodes if peer is not node]
        try:
            return node.start(others)
        except RuntimeError:
            pass
        donor = others[0]
        donor.stop()
        shutil.rmtree(node.folder / "data")
        shutil.copytree(donor.folder / "data", node.folder / "data")
        donor.start(others[1:], died=False)
        node.start(others, died=False)

    def fresh(self, *mock_flags):
        super().fresh(*mock_flags)
        self.sql("GRANT ALL ON bi.* TO etl@'127.0.0.1'")

    def target(self, *order, change=None):
        """A change for job(): its target is this cluster, nodes tried in this order."""
        order = order or range(3)
        hosts = [f"127.0.0.1:{self.nodes[number].port}" for number in order]

        def apply(job):
            connection = job["target"]["connection"]
            connection.pop("socket", None)
            connection.update(hosts=hosts, connect_timeout=2)
            if change:
                change(job)
        return apply

    def wait_for_all(self):
        for node in self.nodes:
            harness.wait_until(f"node {node.number} is ready", node.ready, 60)


def fetch(node, query, database="bi"):
    """Cells of the first row."""
    return node.sql(query, database).split("\n")[0].split("\t")


def moments(seconds, count, dice):
    """Instants spread over a run that takes so long, one at random in each part."""
    part = seconds / count
    return [part * (i + dice.random()) for i in range(count)]


def until(condition, seconds, step=0.02):
    """Seconds until it held; None when it did not."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if condition():
            return time.monotonic() - begin
        time.sleep(step)
    return None
