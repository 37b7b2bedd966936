# SPDX-License-Identifier: Apache-2.0
"""One private MariaDB, one imitated ERP and the real binary, for tests that look from outside.

    world = harness.World("--orders", "60") # server and mock run; all ends with this process
    world.fresh()                           # per test: empty database without state, a new mock
    code, out, err = world.run(world.job(), "--now", harness.NOW)

Any platform: world.job(world.connected("kingdee")), world.mock.truth("kingdee", …), and
world.expected(erp_mock.flatten(rows, "detail_list"), config) for what the table should hold.
What the runs of a test print, store and leave is searched for the secrets they were given.
The binaries come from ERP2MYSQL and ERP2MYSQL_MOCK, else from build/ci.
"""
import atexit
import collections
import copy
import decimal
import glob
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import erp_mock
from erp_mock import die_with_parent
from secret_search import SearchedProcess, SecretSearch

ROOT = Path(__file__).resolve().parents[2]
TOOL = os.environ.get("ERP2MYSQL", str(ROOT / "build/ci/erp2mysql"))

# The mock's data lies in the week before; what is touched later lands in the first minutes of it.
START, END, NOW = "2024-01-01 00:00:00", "2024-01-08 00:00:00", "2024-01-08 00:10:00"
TABLE = "saleout_list_query"
# Secrets that look different in every encoding.
APP_SECRET = "qm-S3cret/+'\"\\é4711"
PASSWORD = "p&ss <w0rd>'\"\\ü4712"
OTHER_PASSWORD = "wr&ng'\"\\ß0815"
# Renewed tokens may stand in the one file that keeps them for the next run.
TOKEN_FILE = re.compile(r"/tokens/[0-9a-f]{32}\.json(\.new)?$")

Result = collections.namedtuple("Result", "code out err")


def sql_text(text):
    """A literal of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def files_of(path):
    """This file, or all files below this folder."""
    if path.is_file():
        yield path
    for folder, _, names in os.walk(path):
        yield from (Path(folder) / name for name in names)


def wait_until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s until {what}")
        time.sleep(0.02)


def local_text(moment):
    """Any of our time notations as 'YYYY-MM-DD hh:mm:ss' in +08:00."""
    if moment is None:
        return None
    if isinstance(moment, int):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment / 1000 + 8 * 3600))
    found = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(\+08:?00)?$", moment)
    if not found:
        raise ValueError(f"no time in +08:00: {moment}")
    return f"{found[1]} {found[2]}"


def find_key(tree, key):
    """First value of that key anywhere in parsed JSON."""
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    if isinstance(tree, dict) and key in tree:
        return tree[key]
    for child in children:
        found = find_key(child, key)
        if found is not None:
            return found
    return None


def error_lines(err):
    """The lines of stderr that tell an error: no warnings, no progress, no indented details."""
    quiet = re.compile(r"\s|.*\b(WARNING|INFO|DEBUG)\b|(warning|hint|note)\b|.*: warning: ", re.I)
    return [line for line in err.splitlines() if line and not quiet.match(line)]


def unflatten(name, row):
    """What a `{name}` of the shipped jobs stands for in a row of the mock's truth."""
    known = {"sns.0.sku_id": "sns_sku_id", "sns.0.sn": "sns_sn"}.get(name, name)
    return row[known] if known in row else erp_mock.lookup(row, name)


def as_text(value):
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def expected_cell(item, row):
    """What has to stand in the column of this mapping item; written apart from the tool's code."""
    template = item["value"]
    names = re.findall(r"\{([^{}]+)\}", template)
    if template == "{" + names[0] + "}":
        value = as_text(unflatten(names[0], row))
    else:
        value = re.sub(r"\{([^{}]+)\}", lambda m: as_text(unflatten(m[1], row)) or "", template)
    kind = item.get("type", "string")
    if value is None or (value == "" and kind != "string"):
        return None
    if kind == "boolean":
        return {"true": "1", "false": "0"}[value]
    if kind == "float":
        return decimal.Decimal(value)
    return value


class World:
    mock = None  # erp_mock.Mock of the running mock

    def __init__(self, *mock_flags, database_dir=None):
        self.dir = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
        self.database_dir = Path(database_dir or self.dir) / "db"
        self.processes = []
        self.mock_process = None
        self.server = None
        self.scratch = None
        self.counter = 0
        self.search = SecretSearch()
        self.secrets = {APP_SECRET, PASSWORD, OTHER_PASSWORD}  # tests add what they hand to the tool
        self.issued = set()  # tokens and sessions that a mock gave away
        self.also_searched = [self.database_dir / "err.log"]
        atexit.register(self.close_at_exit)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # unittest takes any other exception for one test's failure and goes on
            signal.signal(number, signal.default_int_handler)
        self.mock_flags = mock_flags
        self.start_server()
        self.fresh()

    # -- processes ------------------------------------------------------------------------------

    def start_server(self):
        # With --guard the server ends when our end of its input closes, whatever ends us.
        self.socket = str(self.database_dir / "s.sock")
        self.server = subprocess.Popen(
            ["sh", str(ROOT / "tests/support/private_server.sh"), str(self.database_dir), "--guard",
             *(["--big"] if os.environ.get("BIG_SERVER") else [])],  # for measurements
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        pid = self.server.stdout.readline().strip()
        if not pid:
            raise RuntimeError("the private server did not start")
        self.server_pid = int(pid)
        self.server_command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        self.sql(f"CREATE USER etl@localhost IDENTIFIED BY {sql_text(PASSWORD)}")

    def server_lives(self):
        try:
            return Path(f"/proc/{self.server_pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def restart_server(self):
        """Starts a server that died again, on the same data."""
        log = self.database_dir / "err.log"
        self.look_for_secrets([(str(log), log.read_bytes())])
        log.write_text("")
        process = subprocess.Popen(self.server_command, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   preexec_fn=die_with_parent)
        self.processes.append(process)
        self.server_pid = process.pid
        wait_until("the server is back", lambda: "ready for connections" in log.read_text())

    def start_mock(self, *flags):
        """Starts the imitated ERP, in place of the one before."""
        if self.mock:
            self.learn_secrets()
            self.mock.close()
        settings = {**erp_mock.own_settings(self.app_key), "app-secret": APP_SECRET}
        self.mock = erp_mock.Mock.start(*flags, settings=settings)
        self.mock_process, self.port = self.mock.process, self.mock.port

    def stop(self):
        for process in [*self.processes, self.mock_process]:
            if process and process.poll() is None:
                process.kill()
                process.wait()
        if self.server and self.server.poll() is None:
            self.server.stdin.close()
            self.server.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def close(self):
        """Raises when a secret was left."""
        atexit.unregister(self.close_at_exit)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second one must not stop the cleaning up
        try:
            self.look_for_secrets(self.left())
        except (RuntimeError, OSError) as error:  # a test may have taken the server or its disk away
            self.not_searched(error)
        finally:
            self.stop()
            print(f"searched for secrets: {self.search.places} outputs, files and tables,"
                  f" {self.search.size} bytes in {self.search.lines} lines", flush=True)

    def close_at_exit(self):
        try:
            self.close()
        except AssertionError as error:
            print(f"FAILED: {error}", flush=True)
            os._exit(1)  # at exit an exception would not change the code

    # -- secrets --------------------------------------------------------------------------------

    def learn_secrets(self):
        if not self.mock:
            return
        self.secrets.update(self.mock.secrets())
        try:
            self.issued.update(self.mock.stats()["issued"])
        except OSError:
            self.not_searched("the mock is gone, and with it the list of tokens it issued")

    def look_for_secrets(self, places):
        """Raises when one of these pairs of name and bytes holds a secret in any encoding."""
        self.learn_secrets()
        for name, data in places:
            self.search.look(name, data, self.secrets if TOKEN_FILE.search(name)
                             else self.secrets | self.issued)

    def searched(self, done):
        """The same completed process, after what it printed was searched."""
        self.look_for_secrets([(f"the output of {done.args}", text) for text in (done.stdout, done.stderr)])
        return done

    def also_search(self, path):
        """A folder or file outside of the scratch folder that the tool or a server writes to."""
        self.also_searched.append(Path(path))

    def not_searched(self, why):
        print(f"not all searched for secrets in {Path(sys.argv[0]).stem}: {why}", flush=True)

    def left(self):
        """What the tool may have written since fresh(): (name, bytes)."""
        if not self.scratch:
            return
        roots = [self.scratch, *self.also_searched]
        for file in itertools.chain(map(Path, glob.glob(f"/tmp/erp2mysql-{os.geteuid()}/*")), *map(files_of, roots)):
            try:
                if file.is_file() and file.stat().st_mtime >= self.since:
                    yield str(file), file.read_bytes()
            except (FileNotFoundError, PermissionError):  # limits are shared with others, and come and go
                pass
        if not self.server_lives():
            return self.not_searched("the server is gone, and the tables with it")
        tables = self.cells(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN"
            " ('mysql', 'sys', 'information_schema', 'performance_schema')", 2)
        mark = f"-- {os.urandom(8).hex()} "  # one client for all of them: starting it takes longer than the rest
        query = "".join("SELECT '{}'; SELECT * FROM `{}`.`{}`;\n".format(
            mark, schema.replace("`", "``"), table.replace("`", "``")) for schema, table in tables)
        parts = self.raw_sql(query).split(f"{mark}\n".encode())[1:]
        yield from zip((f"table {schema}.{table}" for schema, table in tables), parts)

    # -- the tool -------------------------------------------------------------------------------

    def env(self, changes=None):
        """The environment of the tool: little, so that the host cannot matter. None removes."""
        env = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.scratch), "TMPDIR": str(self.scratch),
            "XDG_RUNTIME_DIR": str(self.scratch), "XDG_STATE_HOME": str(self.scratch),
            "XDG_CACHE_HOME": str(self.scratch),
            "TZ": "America/New_York", "LC_ALL": "C",
            "JST_BASE_URL": f"http://127.0.0.1:{self.port}/router/qm",
            "JST_APP_KEY": self.app_key, "JST_APP_SECRET": APP_SECRET,
            "MYSQL_SOCKET": self.socket, "MYSQL_USER": "etl", "MYSQL_PASSWORD": PASSWORD,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                     "LD_LIBRARY_PATH", "ERP2MYSQL_SEEDED_BUG"):
            if name in os.environ:
                env[name] = os.environ[name]
        for name, value in (changes or {}).items():
            env.pop(name, None)
            if value is not None:
                env[name] = str(value)
        return env

    def popen(self, *args, env=None):
        process = SearchedProcess(
            self.look_for_secrets, [TOOL, *map(str, args)], cwd=self.scratch, env=self.env(env),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", preexec_fn=die_with_parent)
        self.processes.append(process)
        return process

    def call(self, *args, env=None, timeout=240):
        """Any command line; returns (code, out, err). A crash of the tool is an error here."""
        process = self.popen(*args, env=env)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"no end after {timeout} s: {args}\n{err[-4000:]}") from None
        if process.returncode < 0:
            raise AssertionError(f"killed by signal {-process.returncode}: {args}\n{err[-4000:]}")
        return Result(process.returncode, out, err)

    def run(self, job, *args, env=None):
        return self.call("run", job, *args, env=env)

    def job(self, change=None, name=None, config="jushuitan-saleout.json", fast=True):
        """Path of a copy of a shipped job. `change(job)` edits it; `fast` spares the pauses."""
        job = json.loads((ROOT / "configs" / config).read_text())
        if fast:
            job["rateLimit"] = [{"requests": 1000, "per": "1s"}]
            job["retry"] = {"maxAttempts": 5, "delay": "10ms", "maxDelay": "50ms"}
        if change:
            change(job)
        self.counter += 1
        path = self.dir / "jobs" / str(self.counter) / (name or config)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(job, ensure_ascii=False, indent=1))
        return path

    # -- the database ---------------------------------------------------------------------------

    def raw_sql(self, query, database=None):
        """Runs statements as root; returns the raw output without column names, as bytes."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-uroot", "-N", "-B",
             "-r", "-S", self.socket, *([database] if database else [])],
            input=query.encode(), capture_output=True)
        if done.returncode:
            raise RuntimeError(f"{done.stderr.decode(errors='replace').strip()}\nin: {query[:500]}")
        return done.stdout

    def sql(self, query, database=None):
        """The same, as text."""
        return self.raw_sql(query, database).decode()

    def rows(self, table, columns=None, where="TRUE"):
        """Rows as dicts of text; NULL is None. Every byte of a cell arrives as it is."""
        if columns is None:
            columns = [name for (name,) in self.cells(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'bi'"
                f" AND table_name = '{table}' ORDER BY ordinal_position", 1)]
        names = ", ".join(f"`{column}`" for column in columns)
        found = self.cells(f"SELECT {names} FROM `{table}` WHERE {where}", len(columns))
        return [dict(zip(columns, cells)) for cells in found]

    def cells(self, query, width):
        """Cells of a query as lists of text, carried as hex so that nothing can be mistaken."""
        names = [f"c{i}" for i in range(width)]
        hexed = ", ".join(f"HEX(CONVERT(CAST({name} AS CHAR) USING utf8mb4))" for name in names)
        out = self.sql(f"WITH t ({', '.join(names)}) AS ({query}) SELECT JSON_ARRAY({hexed}) FROM t",
                       "bi")
        return [[None if cell is None else bytes.fromhex(cell).decode() for cell in json.loads(line)]
                for line in out.splitlines()]

    def table_exists(self, name):
        return self.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'bi'"
                        f" AND table_name = '{name}'").strip() == "1"

    def fresh(self, *mock_flags):
        """An empty target without state, and a new mock (other flags than the usual ones if given).

        Calls are budgeted per app key and host: a key of its own keeps every test unhurried.
        """
        self.look_for_secrets(self.left())
        self.counter += 1
        self.app_key = f"{os.getpid():07d}{self.counter:03d}"
        self.scratch = Path(tempfile.mkdtemp(dir=self.dir))
        self.since = int(time.time())
        self.sql("DROP DATABASE IF EXISTS bi; CREATE DATABASE bi CHARACTER SET utf8mb4;"
                 " GRANT ALL ON bi.* TO etl@localhost")
        for script in sorted((ROOT / "configs/demo").glob("*.sql")):
            self.sql(script.read_text(), "bi")
        self.start_mock(*(mock_flags or self.mock_flags))

    def job_row(self, job="jushuitan-saleout"):
        """What the state says of the job; an empty dict when it says nothing."""
        if not self.table_exists("erp2mysql_job"):
            return {}
        return next(iter(self.rows("erp2mysql_job", where=f"job = '{job}'")), {})

    def watermark(self, job="jushuitan-saleout"):
        """Local text of the watermark, None when there is none."""
        moment = self.job_row(job).get("watermark")
        return None if moment is None else local_text(int(moment))

    def done_windows(self):
        """[(from, to)] of all windows that the state calls done, as local text."""
        if not self.table_exists("erp2mysql_window"):
            return []
        return [(local_text(int(row["from_ms"])), local_text(int(row["to_ms"])))
                for row in self.rows("erp2mysql_window", where="status = 'done'")]

    # -- the imitated ERP: Jushuitan behind Qimen; world.mock serves every platform ---------------

    def connected(self, platform, **more):
        """A change for job(): its source is this platform of the mock."""
        def change(job):
            job["source"]["platform"] = platform
            job["source"]["connection"] = self.mock.connection(platform, **more)
        return change

    def faults(self, plan):
        self.mock.faults(plan)

    def stats(self):
        return self.mock.stats()

    def touch(self, io_id):
        self.mock.touch("jushuitan-qimen", io_id)

    def truth(self, start=START, end=NOW):
        """The rows that a perfect sync holds; number tokens stay text."""
        return self.mock.truth("jushuitan-qimen", start=start, end=end)

    # -- comparisons ----------------------------------------------------------------------------

    def expected(self, truth, config="jushuitan-saleout.json"):
        """{id: {column: cell}} that the shipped job makes of these rows."""
        items = json.loads((ROOT / "configs" / config).read_text())["target"]["request"]
        rows = [{item["field"]: expected_cell(item, row) for item in items} for row in truth]
        return {row[items[0]["field"]]: row for row in rows}

    def actual(self, table=TABLE, config="jushuitan-saleout.json"):
        items = json.loads((ROOT / "configs" / config).read_text())["target"]["request"]
        kinds = {item["field"]: item.get("type", "string") for item in items}
        rows = self.rows(table, list(kinds))
        for row in rows:
            for column, kind in kinds.items():
                if kind == "float" and row[column] is not None:
                    row[column] = decimal.Decimal(row[column])
        return {row[items[0]["field"]]: row for row in rows}

    def differences(self, start=START, end=NOW, extra_is_fine=False):
        """Texts that say where table and truth differ; at most a few."""
        wanted, found = self.expected(self.truth(start, end)), self.actual()
        said = []
        missing, extra = wanted.keys() - found.keys(), found.keys() - wanted.keys()
        if missing:
            said.append(f"{len(missing)} of {len(wanted)} rows are missing: {sorted(missing)[:3]}")
        if extra and not extra_is_fine:
            said.append(f"{len(extra)} rows too many: {sorted(extra)[:3]}")
        for key in sorted(wanted.keys() & found.keys()):
            for column, cell in wanted[key].items():
                if found[key][column] != cell:
                    said.append(f"{key} {column}: {found[key][column]!r} instead of {cell!r}")
        if not wanted:
            said.append("the truth is empty: nothing was tested")
        return said[:10]

    def ahead_of_data(self, since=START):
        """Rows that the state claims to hold but the table does not: must always be none. The mock may know
        nothing of what was before `since`."""
        key = "id"
        found = {row[key] for row in self.rows(TABLE, [key])} if self.table_exists(TABLE) else set()
        said = []
        for start, end in self.done_windows():
            if end <= since:
                continue
            missing = self.expected(self.truth(start, end)).keys() - found
            if missing:
                said.append(f"window {start} .. {end} is done, {len(missing)} rows are missing")
        watermark = self.watermark()
        if watermark and watermark > since:
            missing = self.expected(self.truth(since, watermark)).keys() - found
            if missing:
                said.append(f"watermark {watermark}, {len(missing)} rows before it are missing")
        return said


def small_pages(size):
    """A change for World.job: so many records a page, so that a run asks more often."""
    def change(job):
        job["source"]["pagination"]["pageSize"] = size
        job["source"]["request"][1]["value"] = str(size)
    return change


def plain_insert(job):
    """A change for World.job: a statement that stores a row twice when it is sent twice."""
    for item in job["target"]["otherRequest"]:
        if item["field"] == "main_sql":
            item["value"] = item["value"].replace("REPLACE", "INSERT")


def edit(**sections):
    """A change for World.job: edit(sync={"window": "7d"}) updates sections key by key."""
    def change(job):
        for section, values in copy.deepcopy(sections).items():
            if isinstance(values, dict):
                job.setdefault(section, {}).update(values)
            else:
                job[section] = values
    return change
