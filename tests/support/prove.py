#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The long forms of the tests behind docs/reliability.md, and their figures as one table.

    prove.py [--write] [PART…]      exits 1 when a part fails or could do nothing

Parts that were not run keep their rows. Some need a build of their own, which is made first and not timed.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ERP2MYSQL_BUILD", ROOT / "build/release"))
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- table of figures: begin -->", "<!-- table of figures: end -->"


def script(name, *flags):
    return [sys.executable, str(ROOT / f"tests/e2e/{name}_test.py"), *flags]


def support(name, *flags):
    return [sys.executable, str(ROOT / f"tests/support/{name}.py"), *flags]


def package(name, *flags):
    return [sys.executable, str(ROOT / f"tests/package/{name}_test.py"), str(BUILD), *flags]


def suite(preset):
    """The tests under a sanitizer. Left out: what compares times or sizes, which a sanitizer changes, what looks
    at the program as a file, and the clusters, which have their own pace."""
    return ["ctest", "--test-dir", str(ROOT / "build" / preset), "--no-tests=error", "--parallel", "2",
            "--label-exclude", "^(slow|scale)$",
            "--exclude-regex", "e2e.(rate|hostile_size|memory|soak|server_crash|kill_point)|package|lint"]


def binary(name, filter_):
    return [str(BUILD / f"tests/{name}_test"), "--gtest_filter=" + filter_]


# name: (what is promised, command, pattern of the line that tells the figure)
PARTS = {
    "kill-points": ("kill -9 at every message of a run, at every second or third of other kinds: nothing lost, nothing "
                    "twice",
                    script("kill_point"), r"^(\d+ kills.*)$"),
    "kill-random": ("200 random kill -9 of a parallel backfill: nothing lost, nothing twice",
                    script("backfill", "--figures", "Backfill.test_killed_in_parallel"), r"^(\d+ kills.*)$"),
    "wire": ("the link to the server breaks in every phase and at any byte, the link to the ERP at any byte",
             script("wire_faults", "--all"), r"^(\d+ .*: 0 rows lost, 0 twice.*)$"),
    "server-crash": ("the server is killed 40 times: nothing lost, nothing twice",
                     script("server_crash", "--all"), r"^(\d+ deaths.*)$"),
    "galera": ("nodes of a cluster die, lose their quorum and conflict: nothing lost, nothing twice",
               [sys.executable, str(ROOT / "tests/scale/galera_test.py"), "--all"], r"^\.?(\d+ kills.*)$"),
    "full-disk": ("the server's disk is full", script("full_disk"), r"^(the server .*)$"),
    "errors": ("every error number has its class, and none is sure about a commit",
               binary("mysql", "Classify.*:MakeError.*:SqlError.*"), r"^(\d+ numbers.*)$"),
    "errors-live": ("errors that a real server makes end as documented",
                    binary("store", "Faults.*"), r"PASSED  \] (\d+ tests)"),
    "quarantine": ("table + quarantine = input, under faults and random bad rows, all statement kinds",
                   binary("store", "*Balance.*:*InDoubt.*"), r"PASSED  \] (\d+ tests)"),
    "erp-faults": ("every fault of the ERP on every platform: complete, or said so and repaired by the next run",
                   script("platform_faults", "--all"), r"^(\d+ faults.*)$"),
    "sizes": ("answers without measure are refused in little memory", script("hostile_size"),
              r"^(\d+ answers.*)$"),
    "secrets": ("no secret in any output, file or table", script("secrets"), r"^(.*no secret)$"),
    "secrets-suite": ("the same after every run of the tool in the end-to-end tests", support("searched", str(BUILD)),
                      r"^(\d+ scripts.*)$"),
    "tls": ("what demands encryption never goes on without", script("tls"), r"^(\d+ connections.*)$"),
    "tls-mysql": ("the same with both client libraries, on MySQL 9",
                  ["bash", str(ROOT / "tests/support/other_client.sh"), "tls"], r"^(\d+ connections.*)$"),
    "https": ("an ERP that cannot prove who it is gets no request", script("https"), r"^(\d+ servers.*)$"),
    "drift": ("no row missed while the source changes", binary("run", "Drift*.*:*Drift*.*"),
              r"^(\d+ kinds.*)$"),
    "injection": ("texts that would be code elsewhere are stored as they came", script("injection"),
                  r"^(\d+ texts.*)$"),
    "allocation": ("each allocation of the core may fail", [str(BUILD / "tests/allocation_test")],
                   r"^(\d+ allocations.*)$"),
    "memory": ("a run with too little memory says so, and nothing is half written",
               script("memory", "--all"), r"^(\d+ limits.*)$"),
    "local-files": ("no room for log, summary, metrics, tokens: the rows are safe, and it is said",
                    script("local_files"), r"^(log, .*)$"),
    "soak": ("weeks of cron with churn, faults and kills", script("soak", "--seconds", "540"),
             r"^(\d+ weeks.*)$"),
    "mutation": ("the suite notices bugs that are put in on purpose", support("mutation", "build/seeded"),
                 r"^(\d+ of \d+ seeded.*)$"),
    "fuzz": ("any bytes as job, answer, statement, expression, sample",
             support("fuzz", "build/fuzz", "--seconds", "110"), r"^(\w+: [\d,]+ runs.*)$"),
    "asan": ("no error of memory, no undefined behaviour in the suite", suite("asan"),
             r"^(.*tests passed.*)$"),
    "tsan": ("no race in the suite", suite("tsan"), r"^(.*tests passed.*)$"),
    "valgrind": ("the release build makes no error of memory", support("valgrind"),
                 r"^(\d+ commands.*)$"),
    "hardening": ("the binary has what compilers and linkers offer against exploits", package("hardening"),
                  r"^yes +(.*)$"),
    "sbom": ("the bill of materials names all foreign code", package("sbom", "--schema"), r"^sbom: (.*)$"),
    "reproducible": ("the same sources give the same program",
                     ["sh", str(ROOT / "tests/package/reproducible.sh"), str(BUILD)], r"^(two builds.*):"),
    "slurm": ("tasks of an array die and a node is drained: each window once, within the limit",
              [sys.executable, str(ROOT / "tests/scale/slurm_test.py"), "--figures"], r"^\.?(\d+ (?:tasks|workers).*)$"),
    "interrupts": ("a script that is interrupted leaves nothing behind", script("interrupt"), r"^(\d+ signals.*)$"),
}


PRESETS = {"mutation": "seeded", "fuzz": "fuzz", "asan": "asan", "tsan": "tsan"}


def prepare(preset):
    targets = ["--target", *(f"{one}_fuzz" for one in ("ddl", "expr", "job", "page", "sql"))]
    for step in (["cmake", "--preset", preset, "-Wno-dev"],
                 ["cmake", "--build", "--preset", preset, *(targets if preset == "fuzz" else [])]):
        subprocess.run(step, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def verdict(done, told):
    """A part that did nothing has shown nothing."""
    if done.returncode:
        return "FAILS"
    if not told or told[0].startswith("0 ") or re.search(r"^SKIPPED\b|^0% tests passed", done.stdout, re.M):
        return "SKIPPED"
    return "holds"


def run(name):
    promise, command, pattern = PARTS[name]
    if name in PRESETS:
        prepare(PRESETS[name])
    env = {**os.environ, "ERP2MYSQL": str(BUILD / "erp2mysql"),
           "ERP2MYSQL_MOCK": str(BUILD / "tests/mock/erp2mysql-mock"),
           "ERP2MYSQL_KILL_POINT": str(BUILD / "tests/libkill_point.so"),
           **({"ERP2MYSQL_SANITIZED": "1"} if name in ("asan", "tsan") else {}),
           "TSAN_OPTIONS": f"suppressions={ROOT / 'tests/support/tsan.supp'}"}
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT)
    told = [match[0] if isinstance(match, tuple) else match
            for match in re.findall(pattern, done.stdout + done.stderr, re.M)]
    row = (name, promise, "; ".join(told) or "no figure", f"{time.monotonic() - start:.0f} s",
           verdict(done, told))
    print(" · ".join(row), flush=True)
    if row[-1] != "holds":
        print((done.stdout + done.stderr)[-3000:])
    return row


def write(rows):
    before, rest = PAGE.read_text().split(BEGIN)
    table, after = rest.split(END)
    lines = {name: [line for line in table.splitlines() if line.startswith(f"| {name} |")]
             for name in PARTS}
    for row in rows:
        lines[row[0]] = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"]
    lines = ["| part | promise | figure | took | verdict |", "|---|---|---|---|---|",
             *(line for name in PARTS for line in lines[name])]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def main():
    words = [word for word in sys.argv[1:] if word != "--write"]
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        sys.exit(f"prove: no part {unknown[0]}; there are {', '.join(PARTS)}")
    rows = [run(name) for name in words or PARTS]
    if "--write" in sys.argv:
        write(rows)
    sys.exit(any(row[-1] != "holds" for row in rows))


main()
