#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cases and generated expressions, answered by the engine and by a live server, compared as text.

    expressions_test.py [--socket PATH] [--count N] [--seed N] [--list N]

Without a socket a private MariaDB is started. Disagreements are counted and the shortest listed;
more of them than the limit of that server (see LIMITS) is a failure.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import generate  # noqa: E402
import live  # noqa: E402

TOOL = os.environ.get("ERP2MYSQL", str(ROOT / "build/ci/erp2mysql"))
NOW = "2024-03-05 15:08:09.123456"
# Shares that may differ. MariaDB differs by design, see docs/functions.md; the cases of functions
# and of mixed types were chosen at the edges, where it differs most.
LIMITS = {
    "MySQL": {"oracle": 0.001, "functions": 0.001, "mixed": 0.001, "generated": 0.0015},
    "MariaDB": {"oracle": 0.10, "functions": 0.17, "mixed": 0.50, "generated": 0.10},
}


def cases(name):
    for line in (ROOT / "tests/expr" / f"{name}.cases").read_text(encoding="utf-8").split("\n"):
        if "\t" in line and not line.startswith("# "):
            yield line.split("\t")[0]


def engine(expressions):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(expressions) + "\n")
        file.flush()
        done = subprocess.run([TOOL, "eval", "--batch", file.name, "--now", NOW], check=True,
                              stdout=subprocess.PIPE)
    return done.stdout.decode("utf-8", "replace").split("\n")[:-1]


def private_server(folder):
    server = subprocess.Popen(["sh", str(ROOT / "tests/support/private_server.sh"), folder, "--guard"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    server.stdout.readline()
    return server


def compare(name, expressions, server, limit, show):
    got = engine(expressions)
    assert len(got) == len(expressions), f"{len(expressions)} expressions, {len(got)} answers"
    wanted = [server.query("SELECT " + e) for e in expressions]
    off = [(e, w, g) for e, w, g in zip(expressions, wanted, got) if w != g]
    print(f"{name}: {len(expressions) - len(off)} of {len(expressions)} agree")
    for expression, want, answer in sorted(off, key=lambda row: len(row[0]))[:show]:
        print(f"  {expression}\n    server {want}\n    engine {answer}")
    return len(off) <= limit * len(expressions)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--socket", default=os.environ.get("ERP2MYSQL_LIVE_SOCKET"))
    arguments.add_argument("--count", type=int, default=20000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--list", type=int, default=15)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="erp2mysql-diff-") as folder:
        guard = None if options.socket else private_server(folder + "/server")
        server = live.Live(options.socket or folder + "/server/s.sock", "erp2mysql_expr")
        version = server.query("SELECT VERSION()")
        kind = "MariaDB" if "MariaDB" in version else "MySQL"
        print(f"server {version}, seed {options.seed}")
        limits = LIMITS[kind]
        fine = True
        for name in sorted(file.stem for file in (ROOT / "tests/expr").glob("*.cases")):
            fine = compare(name, list(cases(name)), server, limits[name], options.list) and fine
        generated = generate.expressions(options.count, options.seed)
        fine = compare("generated", generated, server, limits["generated"], options.list) and fine
        if guard:
            guard.stdin.close()
            guard.wait()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
