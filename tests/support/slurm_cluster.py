# SPDX-License-Identifier: Apache-2.0
"""A Slurm cluster on this machine: one controller, some nodes, all of it in one private folder. It knows nothing
of what its tasks do."""
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from erp_mock import die_with_parent

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo", "scancel")
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL")


def missing():
    """Programs of Slurm that are not there."""
    return [name for name in PROGRAMS if not shutil.which(name, path=path())]


def path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"


def free_ports(count):
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [holder.getsockname()[1] for holder in holders]
    for holder in holders:
        holder.close()
    return ports


class Cluster:
    def __init__(self, folder, nodes):
        self.folder, self.daemons = Path(folder), []
        self.conf = self.folder / "slurm.conf"
        self.nodes = [f"n{i}" for i in range(1, nodes + 1)]
        for name in ("state", "spool"):
            (self.folder / name).mkdir(parents=True)
        self.conf.write_text(self.settings(free_ports(nodes + 1)))
        self.env = {**os.environ, "SLURM_CONF": str(self.conf), "PATH": path()}
        self.start("slurmctld", "-D", "-f", self.conf)
        for node in self.nodes:
            self.start("slurmd", "-D", "-N", node, "-f", self.conf)
        self.wait_until("all nodes are idle", lambda: self.idle() == nodes)

    def settings(self, ports):
        host, here = socket.gethostname().split(".")[0], self.folder
        lines = {
            "ClusterName": "private", "SlurmctldHost": f"{host}(127.0.0.1)", "SlurmctldPort": ports[0],
            "SlurmUser": getpass.getuser(), "SlurmdUser": getpass.getuser(), "AuthType": "auth/none",
            "CredType": "cred/none", "StateSaveLocation": here / "state", "SlurmdSpoolDir": here / "spool/%n",
            "SlurmctldPidFile": here / "ctld.pid", "SlurmdPidFile": here / "%n.pid",
            "ProctrackType": "proctrack/pgid", "TaskPlugin": "task/none", "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_CPU", "SchedulerType": "sched/builtin",
            "SlurmdParameters": "config_overrides", "JobAcctGatherType": "jobacct_gather/none",
            "AccountingStorageType": "accounting_storage/none", "MpiDefault": "none", "SwitchType": "switch/none",
            "ReturnToService": 2, "MinJobAge": 3600}
        nodes = "".join(f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 State=UNKNOWN\n"
                        for node, port in zip(self.nodes, ports[1:]))
        return ("".join(f"{key}={value}\n" for key, value in lines.items()) + nodes +
                f"PartitionName=all Nodes={','.join(self.nodes)} Default=YES MaxTime=INFINITE State=UP\n")

    def start(self, program, *args):
        log = (self.folder / f"{program}-{len(self.daemons)}.log").open("w")
        self.daemons.append(subprocess.Popen([shutil.which(program, path=path()), *map(str, args)], env=self.env,
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             preexec_fn=die_with_parent))

    def call(self, *words, env=None):
        done = subprocess.run([str(word) for word in words], env={**self.env, **(env or {})}, cwd=self.folder,
                              capture_output=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def wait_until(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                logs = "\n".join(file.read_text()[-1500:] for file in sorted(self.folder.glob("*.log")))
                raise TimeoutError(f"waited {seconds} s until {what}\n{logs}")
            time.sleep(0.2)

    def idle(self):
        try:
            return sum(int(line) for line in self.call("sinfo", "-h", "-t", "idle", "-o", "%D").split())
        except RuntimeError:
            return 0

    def submit(self, script, *args, tasks, env):
        """The array's id."""
        out = self.call("sbatch", "--parsable", "--export=ALL", f"--array=0-{tasks - 1}", script, *args, env=env)
        return out.strip().split(";")[0]

    def tasks(self, array):
        """{index: {"state", "exit", "node"}}; several tasks that wait are one entry."""
        out = {}
        for line in self.call("scontrol", "-o", "show", "job", array).splitlines():
            words = dict(word.partition("=")[::2] for word in line.split() if "=" in word)
            out[words.get("ArrayTaskId")] = {"state": words["JobState"], "exit": words["ExitCode"],
                                             "node": words.get("NodeList")}
        return out

    def ended(self, array):
        return all(task["state"] in ENDED for task in self.tasks(array).values())

    def close(self):
        """Ends tasks and daemons, and whatever of ours they left."""
        try:
            self.call("scancel", "--full", "--signal=KILL", "--state=RUNNING")
            self.call("scancel", "--me")
            time.sleep(1)
        except RuntimeError:
            pass
        for daemon in self.daemons:
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        mine = f"SLURM_CONF={self.conf}".encode()
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if int(environ.parent.name) != os.getpid() and mine in environ.read_bytes().split(b"\0"):
                    os.kill(int(environ.parent.name), signal.SIGKILL)
            except OSError:
                pass  # ended meanwhile
