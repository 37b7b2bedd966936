#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The writer alone: rows of a file into the server, against LOAD DATA of that file, and UPDATEs by
key against single prepared ones in one transaction.

    writer.py [--rows N] [--pairs N] [--mysql FOLDER] [--json FILE] [--only WORD]
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bench

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=300_000)
parser.add_argument("--updates", type=int, default=100_000)
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--mysql")
parser.add_argument("--json")
parser.add_argument("--only", default="")
options = parser.parse_args()

scratch = Path(tempfile.mkdtemp(prefix="e2m", dir="/tmp"))
server = bench.Server(options.mysql)
proxy = None
WRITER = str(bench.BUILD / "tests/writer_bench")


def through_proxy(delay_us):
    """Arguments that lead to the server with this delay each way."""
    global proxy
    file = scratch / "port"
    file.unlink(missing_ok=True)
    proxy = subprocess.Popen([str(bench.BUILD / "tests/erp2mysql-proxy"), "--to", server.socket,
                              "--port-file", str(file), "--delay-us", str(delay_us)])
    while not file.exists():
        pass
    return ["--port", file.read_text().strip()]


def write(file, sql, *flags, where=None):
    where = where or ["--socket", server.socket]
    done = subprocess.run([WRITER, str(file), sql, *where, *flags], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def spoiled(file, every):
    """A copy whose every n-th row has a status that is too long."""
    out = scratch / f"bad{every}.tsv"
    at = server.columns().index("status")
    with open(file, "rb") as rows, open(out, "wb") as to:
        for number, line in enumerate(rows):
            if number % every == every // 2:
                cells = line.split(b"\t")
                cells[at] = b"x" * 40
                line = b"\t".join(cells)
            to.write(line)
    return out


def wanted(name):
    return options.only in name


def statement(kind):
    names = ", ".join(f"`{name}`" for name in server.columns())
    sql = f"{kind.split()[0]} INTO {bench.TABLE} ({names}) VALUES"
    if kind == "INSERT … ON DUPLICATE KEY":
        sql += " ON DUPLICATE KEY UPDATE " + ", ".join(
            f"`{name}` = VALUES(`{name}`)" for name in server.columns()[1:])
    return sql


def inserts(file, count):
    cases = []
    for kind in ("REPLACE", "INSERT", "INSERT … ON DUPLICATE KEY"):
        for every in (0, 10_000, 100):
            bad = f", 1 bad row in {every}" if every else ""
            cases.append((f"{kind}{bad}", kind, every, ["statements"], None))
    cases.append(("REPLACE over itself", "REPLACE", 0, ["statements"], "again"))
    cases.append(("REPLACE, 1 ms of round trip", "REPLACE", 0, ["statements"], "far"))
    cases.append(("REPLACE, no bulk arrays", "REPLACE", 0, ["prepared"], None))
    for every in (0, 10_000, 100):
        bad = f", 1 bad row in {every}" if every else ""
        cases.append((f"REPLACE, loaded{bad}", "REPLACE", every, ["load"], None))
    out = []
    for name, kind, every, method, how in cases:
        if not wanted(name):
            continue
        source = spoiled(file, every) if every else file
        ours, reference = [], []
        for _ in range(options.pairs):
            server.empty()
            if how == "again":
                server.load(file)
                server.settle()
            reference.append(count / server.load(file))
            if how != "again":
                server.empty()
            where = through_proxy(500) if how == "far" else None
            done = write(source, statement(kind), "--method", *method, where=where)
            if how == "far":
                proxy.kill()
            assert done["bad"] == (sum(1 for i in range(count) if i % every == every // 2)
                                   if every else 0), done
            ours.append(count / done["seconds"])
            print(f"{name}: {ours[-1]:.0f} against {reference[-1]:.0f} rows/s, own processor time"
                  f" {done['cpu'] / count * 1e6:.1f} s per million", file=sys.stderr)
        out.append((name, ours, reference, "rows/s"))
    return bench.ratio_table(f"{server.name} {server.version}: {count} rows × {len(server.columns())}"
                             " columns, one connection, against LOAD DATA LOCAL", out)


def updates(file, count):
    """Every row gets a new remark and amount, found by its key."""
    part = scratch / "updates.tsv"
    names = server.columns()
    key = names.index("id")
    with open(file, "rb") as rows, open(part, "wb") as to:
        for number, line in zip(range(count), rows):
            cells = line.rstrip(b"\n").split(b"\t")
            to.write(b"new remark %d\t%d.25\t%s\n" % (number, number, cells[key]))
    sql = f"UPDATE {bench.TABLE} SET remark = ?, pay_amount = ? WHERE id = ?"
    out = []
    for name, delay in (("UPDATE by key", 0), ("UPDATE by key, 1 ms of round trip", 500)):
        if not wanted(name):
            continue
        ours, reference = [], []
        for _ in range(options.pairs if delay == 0 else 1):
            for single in (True, False):
                server.empty()
                server.load(file)
                server.settle()
                where = through_proxy(delay) if delay else None
                done = write(part, sql, *(["--single"] if single else []), where=where)
                if delay:
                    proxy.kill()
                (reference if single else ours).append(done["rows"] / done["seconds"])
        out.append((name, ours, reference, "rows/s"))
    return bench.ratio_table(f"{server.name} {server.version}: {count} rows changed, against single"
                             " prepared UPDATEs of the client library in one transaction", out)


try:
    rows_file = scratch / "rows.tsv"
    rows = bench.make_rows(options.rows, rows_file)
    results = inserts(rows_file, rows) + updates(rows_file, min(options.updates, rows))
    if options.json:
        bench.save(options.json, results)
finally:
    if proxy:
        proxy.kill()
    server.close()
    subprocess.run(["rm", "-rf", str(scratch)])
