# SPDX-License-Identifier: Apache-2.0
"""The same work for somebody else: same mock, same table, same rows, same run. A peer's script gives
`work(task)`, which is called in a process of its own with the interpreter that ERP2MYSQL_PEERS names
(a virtual environment with the peer's packages), else with this one."""
import datetime
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True


class Session:
    """Signed pages of the imitated Jushuitan, as a first script would fetch them."""

    def __init__(self, task, http):
        self.task, self.http = task, http

    def pages(self):
        """Day by day: the platform allows a week at most."""
        day, end = (datetime.datetime.fromisoformat(self.task[name]) for name in ("start", "end"))
        while day < end:
            until = min(day + datetime.timedelta(days=1), end)
            number, more = 1, True
            while more:
                page = self.page(number, str(day), str(until))
                yield page["datas"]
                number, more = number + 1, page["has_next"]
            day = until

    def page(self, number, start, end):
        task = self.task
        business = {"page_index": str(number), "page_size": "50", "start_time": start,
                    "end_time": end, "customer_id": task["known"]["customer_id"]}
        params = {"method": "jushuitan.saleout.list.query", "app_key": task["known"]["app_key"],
                  "target_app_key": task["known"]["target_app_key"], "format": "json", "v": "2.0",
                  "sign_method": "md5",
                  "timestamp": time.strftime("%Y-%m-%d %H:%M:%S",
                                             time.gmtime(time.time() + 8 * 3600))}
        both, secret = {**params, **business}, task["known"]["app_secret"]
        text = secret + "".join(name + both[name] for name in sorted(both)) + secret
        params["sign"] = hashlib.md5(text.encode()).hexdigest().upper()
        answer = self.http.post(task["known"]["base_url"] + "?" + urllib.parse.urlencode(params),
                                data=business, timeout=60)
        found = find(json.loads(answer.text, parse_float=str, parse_int=str), "datas")
        if found is None:
            raise RuntimeError(answer.text[:300])
        return {"datas": found["datas"], "has_next": found.get("has_next") in (True, "true")}


def find(tree, key):
    """The object that has this key, however deep, also inside texts that hold JSON."""
    if isinstance(tree, str) and tree[:1] in "{[":
        tree = json.loads(tree, parse_float=str, parse_int=str)
    if isinstance(tree, dict):
        if key in tree:
            return tree
        for child in tree.values():
            found = find(child, key)
            if found:
                return found
    return None


def rows_of(orders, columns):
    """Rows as tuples in the order of the columns, made by templates such as "{o_id}-{modified}"."""
    parts = [(name, re.findall(r"\{([^{}]+)\}", text), text) for name, text, _ in columns]
    kinds = [kind for _, _, kind in columns]
    for order in orders:
        for line in order["items"] or [{}]:
            flat = {**order, **{"items_" + name: value for name, value in line.items()}}
            sns = (order.get("sns") or [{}])[0]
            flat["sns_sku_id"], flat["sns_sn"] = sns.get("sku_id"), sns.get("sn")
            row = []
            for (_, names, text), kind in zip(parts, kinds):
                if text == "{" + names[0] + "}":
                    value = flat.get(names[0].replace("sns.0.", "sns_"))
                else:
                    value = re.sub(r"\{([^{}]+)\}", lambda m: str(flat.get(m[1], "")), text)
                if isinstance(value, (dict, list)):
                    value = json.dumps(value, ensure_ascii=False)
                if kind == "boolean" and value is not None:
                    value = {"true": 1, "false": 0}.get(str(value).lower(), value)
                row.append(None if value == "" and kind != "string" else value)
            yield tuple(row)


def measure(script, needs, database, rows=100_000, pairs=3):
    """Runs the script's work and the tool alternately; prints both. The peer fills the table of
    that name in `database`."""
    python = os.environ.get("ERP2MYSQL_PEERS", "")
    python = str(Path(python) / "bin/python") if python else sys.executable
    missing = [name for name in needs
               if subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode]
    if missing:
        print(f"{Path(script).stem}: skipped, {' and '.join(missing)} cannot be imported;"
              " ERP2MYSQL_PEERS may name a virtual environment that has them")
        return
    import bench
    import harness
    os.environ["BIG_SERVER"] = "1"
    world = harness.World("--orders", str(int(rows / 2.4)), "--gzip", "off")
    job = world.job(lambda job: job.update(rateLimit=[{"requests": 1000000, "per": "1s"}]))
    items = json.loads(Path(job).read_text())["target"]["request"]
    task = {"known": world.mock.connection("jushuitan-qimen"), "socket": world.socket,
            "table": bench.TABLE, "start": harness.START, "end": harness.NOW,
            "columns": [(item["field"], item["value"], item.get("type", "string"))
                        for item in items]}
    task["known"]["app_key"] = world.app_key
    commands = {"erp2mysql": [harness.TOOL, "run", str(job), "--now", harness.NOW],
                Path(script).stem: [python, script, "--work", json.dumps(task)]}
    figures = {name: [] for name in commands}
    for _ in range(pairs):
        for name, command in commands.items():
            world.sql("DROP DATABASE IF EXISTS peer; CREATE DATABASE peer CHARACTER SET utf8mb4;"
                      f" TRUNCATE {bench.TABLE}; DROP TABLE IF EXISTS erp2mysql_job,"
                      " erp2mysql_window, erp2mysql_run", "bi")
            start = time.monotonic()
            done = bench.measured(command, world)
            filled = "bi" if name == "erp2mysql" else database
            stored = int(world.sql(f"SELECT COUNT(*) FROM {bench.TABLE}", filled))
            figures[name].append((stored / (time.monotonic() - start),
                                  done.cpu / stored * 1e6, done.mib))
    world.close()
    print(f"\n{Path(script).stem}, {stored} rows, medians of {pairs}")
    print(f"  {'':24} {'rows/s':>8} {'CPU s per million':>18} {'peak MiB':>9}")
    for name, values in figures.items():
        speed, cpu, memory = (statistics.median(column) for column in zip(*values))
        print(f"  {name:24} {speed:8.0f} {cpu:18.1f} {memory:9.0f}")


def main(script, needs, work, database="bi"):
    if "--work" in sys.argv:
        work(json.loads(sys.argv[-1]))
    else:
        measure(script, needs, database)
