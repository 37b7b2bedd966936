#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The model of docs/scaling.md beside what was measured: one backfill by 1, 2 and 4 workers, on a peer
that is slow, one with a limit, and one that is neither. Then what the model says of sizes that do not
fit on one machine.

    scaling.py [--orders N] [--paper] [--json FILE]      --paper: the table of sizes alone
"""
import argparse
import json
import sys
import time

import bench
import harness  # noqa: E402  (bench knows where it is)
from scaling_model import Costs, Window, bounds, time_to_finish

FROM, TO, STEP = "2024-01-01", "2024-01-08", "6h"
PAGE = 50

parser = argparse.ArgumentParser()
parser.add_argument("--orders", type=int, default=20_000)
parser.add_argument("--paper", action="store_true")
parser.add_argument("--json")
options = parser.parse_args()


def edit(limit, socket):
    def change(job):
        job["rateLimit"] = [{"requests": limit or 1_000_000, "per": "1s"}]
        job["target"]["connection"] = {"socket": socket, "database": "bi", "username": "root"}
    return change


def backfill(world, job, workers):
    """Seconds, and what the workers told."""
    flags = ["--from", FROM, "--to", TO, "--step", STEP, "--now", harness.NOW, "--output", "json"]
    start = time.monotonic()
    running = [world.popen("backfill", job, *flags,
                           *(["--shard", f"{i + 1}/{workers}"] if workers > 1 else []))
               for i in range(workers)]
    told = []
    for process in running:
        out, err = process.communicate()
        if process.returncode:
            raise RuntimeError(err)
        told.append(json.loads(out))
    return time.monotonic() - start, told


def total(told, *path):
    value = 0
    for one in told:
        for name in path:
            one = one[name]
        value += one
    return value


def settled(server):
    server.empty()
    server.sql("DROP TABLE IF EXISTS erp2mysql_job, erp2mysql_window, erp2mysql_run,"
               " erp2mysql_quarantine, erp2mysql_record, erp2mysql_limit", "bi")


def measure():
    """(name, workers, limit, latency, seconds, windows) of every point."""
    server = bench.Server()
    points = []
    try:
        for name, limit, latency in (("a slow peer", 0, 100), ("a limit of 20/s", 20, 100),
                                     ("a fast peer", 0, 0)):
            world = harness.World("--orders", str(options.orders if not limit else
                                                  options.orders // 4),
                                  "--latency", str(latency), "--gzip", "off")
            try:
                for workers in (1, 2, 4):
                    settled(server)
                    seconds, told = backfill(world, world.job(edit(limit, server.socket)), workers)
                    work = (total(told, "windows", "done"), total(told, "requests"),
                            total(told, "rows", "read"))
                    print(f"{name}, {workers} workers: {seconds:.1f} s for {work[1]} requests,"
                          f" {work[2]} rows", file=sys.stderr, flush=True)
                    points.append((name, workers, limit, latency / 1000, seconds, work))
                    world.fresh()
            finally:
                world.close()
    finally:
        server.close()
    return points


def calibrated(points):
    """Costs from the runs of one worker; what four reach together is the server's."""
    by = {(name, workers): (seconds, work) for name, workers, _, _, seconds, work in points}
    seconds, (windows, requests, rows) = by["a fast peer", 1]
    most = max(by["a fast peer", n][1][2] / by["a fast peer", n][0] for n in (1, 2, 4))
    slow, (slow_windows, slow_requests, _) = by["a slow peer", 1]
    start, window = 0.1, 0.015
    request = max(0.0005, (slow - start - slow_windows * window) / slow_requests - 0.1)
    alone = rows / max(0.1, seconds - start - windows * window)
    return Costs(start, window, request, 0, alone, max(most, alone))


def split(work):
    """Windows as alike as whole requests allow."""
    windows, requests, rows = work
    share = [requests // windows + (i < requests % windows) for i in range(windows)]
    return [Window(0, max(1, one), rows // windows) for one in share]


def check(points):
    costs = calibrated(points)
    print(f"\nCosts: {costs}")
    print(f"  {'':18} {'workers':>7} {'measured':>9} {'model':>8} {'error':>7}")
    out = []
    for name, workers, limit, latency, seconds, work in points:
        said = time_to_finish(split(work), workers, limit,
                              Costs(**{**costs.__dict__, "latency": latency}))
        error = 100 * (said - seconds) / seconds
        print(f"  {name:18} {workers:7} {seconds:7.1f} s {said:6.1f} s {error:+6.0f} %", flush=True)
        out.append({"name": name, "workers": workers, "measured": seconds, "model": said})
    return out


def paper():
    """Sizes that nobody simulates: rows of so many years, 125 rows a page, 5 requests a second and
    account, 200 ms of latency, windows of a day. A lane reads one window: workers × their --parallel."""
    costs = Costs(0.1, 0.015, 0.002, 0.2, 20_000, 60_000)
    print("\n  accounts        rows    lanes  limit of the ERP   latency  connections    server"
          "  first bottleneck")
    for accounts, rows, days in ((1, 3e6, 1095), (40, 110e6, 1095), (1000, 10e9, 1095)):
        for lanes in (1, 8, 40, 400):
            windows = accounts * days
            requests = rows / 125 + 2 * windows
            need = bounds(accounts, requests, rows, windows, min(lanes, windows), 5, costs)
            worst = max(need, key=need.get)
            hours = [f"{value / 3600:9.1f} h" for value in need.values()]
            print(f"  {accounts:8} {rows:11.0f} {lanes:8}    {'  '.join(hours)}  {worst}")


if not options.paper:
    results = check(measure())
    if options.json:
        bench.save(options.json, results)
paper()
