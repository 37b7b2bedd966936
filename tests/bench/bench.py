# SPDX-License-Identifier: Apache-2.0
"""What the measurements share: a durable private server, the same rows as a file, LOAD DATA as the
reference, pairs of runs, medians, and tables of ratios. It starts everything it measures."""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
sys.dont_write_bytecode = True
BUILD = Path(os.environ.get("ERP2MYSQL_BUILD", ROOT / "build/release"))
os.environ.setdefault("ERP2MYSQL", str(BUILD / "erp2mysql"))
os.environ.setdefault("ERP2MYSQL_MOCK", str(BUILD / "tests/mock/erp2mysql-mock"))
TABLE = "saleout_list_query"


class Server:
    """A private MariaDB, or MySQL where `mysql` names its folder."""

    def __init__(self, mysql=None):
        self.name = "MySQL" if mysql else "MariaDB"
        self.dir = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
        self.socket = str(self.dir / "db/s.sock")
        env = {**os.environ, **({"ERP2MYSQL_TEST_MYSQL": mysql} if mysql else {})}
        self.process = subprocess.Popen(
            ["sh", str(ROOT / "tests/support/private_server.sh"), str(self.dir / "db"), "--big",
             "--guard"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self.pid = int(self.process.stdout.readline())
        self.version = self.sql("SELECT VERSION()").strip()
        self.sql("CREATE DATABASE bi CHARACTER SET utf8mb4")
        self.sql((ROOT / f"configs/demo/{TABLE}.sql").read_text(), "bi")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def sql(self, text, database=""):
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--local-infile=1", "--default-character-set=utf8mb4",
             "-uroot", "-N", "-B", "-r", "-S", self.socket, database], input=text,
            capture_output=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"{done.stderr.strip()}\nin: {text[:300]}")
        return done.stdout

    def empty(self, table=TABLE):
        """An empty table, and a server that has cleaned up after the last run."""
        self.sql(f"TRUNCATE {table}; DROP TABLE IF EXISTS erp2mysql_quarantine, erp2mysql_window,"
                 " erp2mysql_job, erp2mysql_run, erp2mysql_record", "bi")
        self.settle()

    def settle(self):
        for _ in range(100):
            status = self.sql("SHOW ENGINE INNODB STATUS")
            pending = re.search(r"History list length (\d+)", status)
            if not pending or int(pending[1]) < 100:
                return
            time.sleep(0.2)

    def cpu(self):
        """Seconds of processor time that the server has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, file, verb="REPLACE ", table=TABLE):
        """Seconds that LOAD DATA LOCAL takes for this file."""
        start = time.monotonic()
        self.sql(f"LOAD DATA LOCAL INFILE '{file}' {verb}INTO TABLE {table}"
                 " CHARACTER SET utf8mb4", "bi")
        return time.monotonic() - start

    def columns(self, table=TABLE):
        return self.sql("SELECT column_name FROM information_schema.columns WHERE table_schema ="
                        f" 'bi' AND table_name = '{table}' ORDER BY ordinal_position").split()

    def digest(self, table=TABLE):
        """Equal for equal contents."""
        columns = ", ".join(f"`{name}`" for name in self.columns(table))
        return self.sql("SET SESSION group_concat_max_len = 100000; SELECT COUNT(*),"
                        f" BIT_XOR(CRC32(CONCAT_WS('|', {columns}))) FROM {table}", "bi").split()


# A process inherits the peak of the one that started it, so a small one has to start it.
SMALL = """import os, sys
_, status, usage = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))"""


def measured(command, world):
    """A command's output, its processor time in seconds and its own peak memory in MiB."""
    done = subprocess.run([sys.executable, "-S", "-E", "-c", SMALL, *command], env=world.env(), cwd=world.scratch,
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[:2000])
    cpu, kib = done.stderr.split()[-2:]
    return types.SimpleNamespace(out=done.stdout, cpu=float(cpu), mib=int(kib) / 1024)


def dump(server, file, table=TABLE):
    """The table's rows as LOAD DATA reads them; written by the client, since not every server may."""
    with open(file, "wb") as out:
        subprocess.run(["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-uroot",
                        "-N", "-B", "-S", server.socket, "bi", "-e",
                        "SELECT " + ", ".join(f"COALESCE(`{name}`, '\\0NULL')" for name in server.columns(table))
                        + f" FROM {table}"], stdout=out, check=True)
    # The client escapes what separates, and prints our mark of NULL as it is.
    text = Path(file).read_bytes().replace(b"\\0NULL", b"\\N")
    Path(file).write_bytes(text)
    return file


def make_rows(count, path):
    """A file of so many rows as the tool itself makes them of the mock's orders."""
    os.environ["BIG_SERVER"] = "1"
    import harness
    world = harness.World("--orders", str(int(count / 2.4)), "--gzip", "off")
    job = world.job(lambda job: job.update(rateLimit=[{"requests": 1000000, "per": "1s"}]))
    result = world.run(job, "--now", harness.NOW, "--output", "json")
    if result.code:
        raise RuntimeError(result.err)
    path.unlink(missing_ok=True)
    # One row is one line for everybody who reads the file.
    world.sql(f"UPDATE {TABLE} SET " + ", ".join(
        f"{name} = REPLACE(REPLACE({name}, '\\n', ' '), '\\t', ' ')"
        for name in ("buyer_message", "remark")), "bi")
    out = world.dir / "rows"
    out.mkdir(mode=0o777)
    out.chmod(0o777)
    world.sql(f"SELECT * FROM {TABLE} ORDER BY RAND(1) LIMIT {count} INTO OUTFILE '{out}/rows.tsv'"
              " CHARACTER SET utf8mb4", "bi")
    shutil.copy(out / "rows.tsv", path)
    world.close()
    return sum(1 for _ in open(path, "rb"))


def ratio_table(title, rows):
    """rows: (name, [ours], [reference], unit). Higher is better; medians, and the spread."""
    print(f"\n{title}")
    print(f"  {'':44} {'ours':>10} {'reference':>10} {'ratio':>7}  spread")
    out = []
    for name, ours, reference, unit in rows:
        ratios = [a / b for a, b in zip(ours, reference)]
        middle = statistics.median(ratios)
        print(f"  {name:44} {statistics.median(ours):10.0f} {statistics.median(reference):10.0f}"
              f" {middle:7.2f}  {min(ratios):.2f}–{max(ratios):.2f} {unit}", flush=True)
        out.append({"table": title, "name": name, "ours": ours, "reference": reference,
                    "ratio": middle, "unit": unit})
    return out


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {"cores": os.cpu_count(), "cpu": cpu[1] if cpu else "?",
            "system": Path("/etc/debian_version").read_text().strip(),
            "compiler": subprocess.run(["g++", "--version"], capture_output=True,
                                       text=True).stdout.splitlines()[0]}


def save(path, results):
    Path(path).write_text(json.dumps({"machine": machine(), "results": results}, indent=1) + "\n")
