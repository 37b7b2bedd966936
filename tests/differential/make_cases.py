#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/expr/functions.cases: the example of every function, and the same with each of its
literals replaced by NULL, a wrong type, Chinese and edges. A live MySQL answers; the engine is only
asked for the list of functions. Rows in which they differ are printed and left out. With FILE, a
table of expressions written by hand, only the answers in it are renewed.

    make_cases.py SOCKET [FILE]
"""
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import expressions_test  # noqa: E402
import live  # noqa: E402

OUT = expressions_test.ROOT / "tests/expr/functions.cases"
HEAD = """# expression <tab> the answer of MySQL 9.7 to SELECT; backslash, tab, line ends escaped.
# Clock 2024-03-05 15:08:09.123456, zone +08:00, default modes. Written by make_cases.py.
"""
UNSURE = {"RAND", "UUID", "RANDOM_BYTES", "SYSDATE", "WEIGHT_STRING", "COMPRESS", "UUID_TO_BIN"}
LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'|\b\d+(?:\.\d+)?(?:e\d+)?\b")
TEXT_SWAPS = ["NULL", "''", "'中文测试'", "'12abc'", "0", "-1.5", "DATE'2024-02-29'"]
NUMBER_SWAPS = ["NULL", "0", "-3", "2.5", "1e0", "'7x'", "'中'", "99999999999999999999"]


def examples():
    page = expressions_test.subprocess.run([expressions_test.TOOL, "functions"], check=True,
                                           stdout=expressions_test.subprocess.PIPE).stdout.decode()
    family = ""
    for line in page.split("\n"):
        if line.startswith("### "):
            family = line[4:]
        if line.startswith("| `"):
            cells = re.split(r"(?<!\\)\|", line)
            name = re.match(r"[A-Z_0-9]+", cells[1].strip(" `")).group()
            if name not in UNSURE:
                yield family, cells[3].strip()[1:-1].replace("\\|", "|")


def variants(example):
    yield example
    for match in LITERAL.finditer(example):
        for other in TEXT_SWAPS if match.group()[0] == "'" else NUMBER_SWAPS:
            yield example[:match.start()] + other + example[match.end():]


def written_by_hand(file):
    family = ""
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            family = line[2:]
        elif line:
            yield family, line.split("\t")[0]


def main():
    server = live.Live(sys.argv[1], "erp2mysql_expr")
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    wanted_rows = written_by_hand(file) if file else (
        (family, one) for family, example in examples() for one in variants(example))
    rows, seen = [], set()
    for family, expression in wanted_rows:
        if expression not in seen:
            seen.add(expression)
            rows.append((family, expression, server.query("SELECT " + expression)))
    answers = expressions_test.engine([row[1] for row in rows])
    out, last = "" if file else HEAD, None
    for (family, expression, wanted), got in zip(rows, answers):
        if "\ufffd" in wanted:
            continue
        if wanted != got:
            print(f"differs: {expression}\n    server {wanted}\n    engine {got}")
            continue
        out += ("" if family == last else f"# {family}\n") + f"{expression}\t{wanted}\n"
        last = family
    (file or OUT).write_text(out, encoding="utf-8")


if __name__ == "__main__":
    main()
