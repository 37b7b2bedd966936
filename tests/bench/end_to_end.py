#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole tool: pages of the imitated ERP into a server, against LOAD DATA of the same rows from a
ready file, each pair one after the other. Then what it costs: own processor time, memory, start-up,
and the time on an API with a limit.

    end_to_end.py [--rows N] [--pairs N] [--mysql FOLDER] [--json FILE] [--only WORD] [--big N]
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import bench
import harness  # noqa: E402  (bench knows where it is)

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=300_000)
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--mysql")
parser.add_argument("--json")
parser.add_argument("--only", default="")
parser.add_argument("--big", type=int, default=0, help="rows of the second memory figure")
options = parser.parse_args()
os.environ["BIG_SERVER"] = "1"

FUNCTIONS = {"remark": "_function CONCAT('{remark}', '/', '{shop_name}')",
             "pay_amount": "_function ROUND({pay_amount} * 1, 4)",
             "created": "_function DATE_FORMAT('{created}', '%Y-%m-%d %H:%i:%s')"}
results = []


def wanted(name):
    return options.only in name


def job_file(world, server, functions=False, change=None):
    def edit(job):
        job["rateLimit"] = [{"requests": 1_000_000, "per": "1s"}]
        job["target"]["connection"] = {"socket": server.socket, "database": "bi",
                                       "username": "root"}
        if functions:
            for item in job["target"]["request"]:
                item["value"] = FUNCTIONS.get(item["field"], item["value"])
        if change:
            change(job)
    return world.job(edit)


def run(world, job, *args, tool=None):
    """Wall time and own processor time of one command, and what it printed."""
    start = time.monotonic()
    process = subprocess.Popen([tool or harness.TOOL, *map(str, args)] if not job else
                               [tool or harness.TOOL, "run", str(job), "--now", harness.NOW,
                                "--output", "json", *map(str, args)],
                               env=world.env(), cwd=world.scratch, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    out = process.stdout.read()
    err = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(err)
    return {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime,
            "out": out}


def load_in_parallel(server, files):
    start = time.monotonic()
    loads = [threading.Thread(target=server.load, args=(file,)) for file in files]
    for load in loads:
        load.start()
    for load in loads:
        load.join()
    return time.monotonic() - start


def halves(file, folder):
    lines = Path(file).read_bytes().splitlines(keepends=True)
    out = []
    for number in range(2):
        part = folder / f"half{number}.tsv"
        part.write_bytes(b"".join(lines[number::2]))
        out.append(part)
    return out


def throughput(world, server, count):
    """The table of rows per second; the file is what the first run left in the table."""
    server.empty()
    run(world, job_file(world, server))
    file = bench.dump(server, server.dir / "rows.tsv")
    digest = server.digest()
    cases = [("REPLACE into an empty table", [], False),
             ("REPLACE over the same rows", [], True),
             ("two windows at a time, 2 × LOAD", ["--parallel", "2"], False)]
    if options.mysql:
        cases.append(("REPLACE, write.method statement", [], False))
    rows = []
    for name, flags, again in cases:
        if not wanted(name):
            continue
        two = "--parallel" in flags
        files = halves(file, server.dir) if two else [file]
        ours, reference = [], []
        for _ in range(options.pairs):
            server.empty()
            if again:
                server.load(file)
                server.settle()
            reference.append(count / load_in_parallel(server, files))
            if again:
                server.settle()
                server.sql("DROP TABLE IF EXISTS erp2mysql_job, erp2mysql_window, erp2mysql_run,"
                           " erp2mysql_quarantine, erp2mysql_record", "bi")
            else:
                server.empty()
            before = server.cpu()
            statement = lambda job: job.update(write={"method": "statement"})  # noqa: E731
            done = run(world, job_file(world, server, change=statement if "statement" in name
                                       else None), *flags)
            server_cpu = server.cpu() - before
            if server.digest() != digest:
                raise RuntimeError(f"{name}: the table differs")
            ours.append(count / done["wall"])
            print(f"{name}: {ours[-1]:.0f} against {reference[-1]:.0f} rows/s, own processor time"
                  f" {done['cpu'] / count * 1e6:.1f}, the server's {server_cpu / count * 1e6:.1f} s per million",
                  file=sys.stderr, flush=True)
        rows.append((name, ours, reference, "rows/s"))
    results.extend(bench.ratio_table(
        f"{server.name} {server.version}: {count} rows of 67 columns from the API into the table,"
        " against LOAD DATA LOCAL of a ready file", rows))
    load_beside_reading(world, server, file, count)


def load_beside_reading(world, server, file, count):
    """What reading takes from a server that shares the cores: LOAD DATA alone, and with one dry run of the same rows
    at the same time. The ratio is what no client could exceed that reads and writes on this machine."""
    name = "LOAD DATA itself while a dry run reads the rows"
    if not wanted(name):
        return
    job = job_file(world, server)
    alone, beside = [], []
    for _ in range(options.pairs):
        server.empty()
        alone.append(count / server.load(file))
        server.empty()
        reading = threading.Thread(target=run, args=(world, job, "--dry-run"))
        reading.start()
        beside.append(count / server.load(file))
        reading.join()
    results.extend(bench.ratio_table("The share of the machine", [(name, beside, alone, "rows/s")]))


def costs(world, server, count):
    print("\nProcessor time, seconds per million rows (HTTP, JSON, mapping, writing)")
    figures = {"plain": [], "three _function columns": []}
    theirs = []
    for name, ours in figures.items():
        for _ in range(options.pairs):
            server.empty()
            before = server.cpu()
            ours.append(run(world, job_file(world, server, functions=name != "plain"))["cpu"] / count * 1e6)
            theirs.append((server.cpu() - before) / count * 1e6)
    figures["the server's, for comparison"] = theirs
    for name, values in figures.items():
        print(f"  {name:32} {statistics.median(values):6.1f}   {min(values):.1f}–{max(values):.1f}")
        results.append({"table": "processor time", "name": name, "values": values})


def peak(world, job):
    """Rows read, and the peak memory of the run in MiB."""
    done = bench.measured([harness.TOOL, "run", str(job), "--now", harness.NOW, "--output", "json"], world)
    return json.loads(done.out)["rows"]["read"], done.mib


def memory(orders):
    """All orders are of one week: more of them make windows as much bigger, unless those are made shorter."""
    print("\nPeak memory, MiB")
    small = 40_000
    for count, minutes in [(small, 1440), *((one, length) for one in orders
                                            for length in (1440 * small // one, 1440))]:
        world = harness.World("--orders", str(count), "--gzip", "off")
        server = bench.Server(options.mysql)
        window = {"window": f"{minutes}m"}
        rows, mib = peak(world, job_file(world, server, change=lambda job: job["sync"].update(window)))
        print(f"  {rows:9} rows, windows of {minutes:4} minutes {mib:7.1f}", flush=True)
        results.append({"table": "memory", "rows": rows, "minutes": minutes, "mib": mib})
        world.close()
        server.close()


def start_up(world, server):
    print("\nStart-up, milliseconds, median of 21")
    job = job_file(world, server)
    run(world, job)
    url = f"http://127.0.0.1:{world.port}/_mock/stats"
    client = ["mariadb", "--no-defaults", "-uroot", "-S", server.socket, "-e", "SELECT 1"]

    def both():
        start = time.monotonic()
        subprocess.run(["curl", "-s", "-o", "/dev/null", url], check=True)
        subprocess.run(client, check=True, capture_output=True)
        return time.monotonic() - start

    cases = {"--version": lambda: run(world, None, "--version")["wall"],
             "validate": lambda: run(world, None, "validate", job)["wall"],
             "run with nothing new": lambda: run(world, job)["wall"],
             "curl once, then the mysql client once": both}
    for name, call in cases.items():
        values = [1000 * call() for _ in range(21)]
        print(f"  {name:40} {statistics.median(values):7.1f}")
        results.append({"table": "start-up", "name": name, "ms": values})


def limited(server):
    """Against requests ÷ limit. The first second's worth may leave at once, so a little less is possible; the
    latency of one window at a time leaves room for twice the limit."""
    print("\nAn API with a limit of 20 requests a second and 20 ms of latency, against requests ÷ limit")
    world = harness.World("--orders", "30000", "--latency", "20")
    for lanes in (1, 2, 4):
        server.empty()
        job = job_file(world, server, change=lambda job: job.update(
            rateLimit=[{"requests": 20, "per": "1s"}]))
        done = run(world, job, "--parallel", lanes)
        told = json.loads(done["out"])
        ideal = told["requests"] / 20
        print(f"  {lanes} windows at a time: {done['wall']:6.1f} s for {told['requests']} requests,"
              f" {ideal:.1f} s by the limit: {done['wall'] / ideal:.3f}", flush=True)
        results.append({"table": "limited", "lanes": lanes, "ratio": done["wall"] / ideal})
        world.fresh()
    world.close()


def main():
    world = harness.World("--orders", str(int(options.rows / 2.4)), "--gzip", "off")
    server = bench.Server(options.mysql)
    try:
        first = run(world, job_file(world, server))
        count = int(server.sql(f"SELECT COUNT(*) FROM {bench.TABLE}", "bi"))
        read = json.loads(first["out"])["rows"]["read"]
        print(f"{count} rows, {read} read (borders of windows come twice)")
        throughput(world, server, count)
        if wanted("costs"):
            costs(world, server, count)
        if wanted("start-up"):
            start_up(world, server)
        if wanted("limited"):
            limited(server)
    finally:
        world.close()
        server.close()
    if wanted("memory"):
        memory([int(options.big / 2.4)] if options.big else [])
    if options.json:
        bench.save(options.json, results)


main()
