#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a compiler does not: which floor may include which, file sizes, heads of files,
what stands in the top folder. Prints FILE:LINE: reason for every finding; exits 1 if there is one.

    tree.py [ROOT]
"""
import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

# Who may include whom. An arrow points down only; floors beside each other never meet.
FLOORS = {
    "cli": {"run", "plan", "source", "map", "store", "job", "expr", "http", "mysql", "data", "base"},
    "run": {"plan", "source", "map", "store", "job", "http", "mysql", "expr", "data", "base"},
    "plan": {"job", "data", "base"},
    "source": {"http", "job", "data", "base"},
    "map": {"expr", "job", "data", "base"},
    "store": {"mysql", "job", "data", "base"},
    "job": {"data", "base"},
    "expr": {"data", "base"},
    "http": {"data", "base"},
    "mysql": {"data", "base"},
    "data": {"base"},
    "base": set(),
}
MAIN = "src/main.cpp"  # may include whatever it likes

# Outside libraries: how their headers begin, and the floors that may name them.
LIBRARIES = [
    ("CLI11", r"CLI/", {"cli"}),
    ("libcurl", r"curl/", {"http"}),
    ("the MySQL client", r"(mysql/|mariadb/|mysql\.h|errmsg\.h|mysqld_error\.h)", {"mysql"}),
    ("simdjson", r"simdjson", {"data"}),
    ("nlohmann/json", r"nlohmann/", {"expr", "job", "run", "cli"}),
    ("spdlog", r"spdlog/", {"base"}),
    ("gmpxx", r"gmp(xx)?\.h", {"expr"}),
    ("ICU", r"unicode/", {"expr"}),
    ("zlib", r"zlib\.h", {"expr"}),
    ("date", r"date/", {"base"}),
    ("OpenSSL", r"openssl/", {"base", "expr", "http", "job"}),
    ("fmt", r"fmt/", set(FLOORS)),
    ("cpp-httplib", r"httplib\.h", set()),  # the mock only
]
POSIX = re.compile(
    r"(sys|netinet|arpa|linux|net)/|"
    r"(dirent|dlfcn|errno|fcntl|grp|limits|netdb|poll|pthread|pwd|sched|signal|spawn|stdlib|string|"
    r"malloc|strings|syslog|termios|time|unistd)\.h$")

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "src", "include", "configs", "tests", "docs",
             "README.md", "LICENSE"}
NOT_OURS = {"build"}  # made by builds, never committed
CPP = {".cpp", ".hpp"}
TEXT = CPP | {".py", ".sh", ".cmake", ".json", ".md", ".sql", ".txt", ".yml"}
MAX_LINES = 400
SPDX = "SPDX-License-Identifier: Apache-2.0"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def floor_of(path):
    """Folder below src/ or include/erp2mysql/; None when the file belongs to no floor."""
    parts = path.parts
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("include", "erp2mysql") and len(parts) > 3:
        return parts[2]
    return None


def check_own_include(floor, name):
    target = name.split("/")[1]
    if target not in FLOORS:
        return f'"{name}": there is no floor "{target}"'
    if target == floor or target in FLOORS[floor]:
        return None
    below = " ".join(sorted(FLOORS[floor])) or "nothing"
    return f'{floor} must not include {target} ("{name}"); below {floor}: {below}'


def check_outside_include(floor, name):
    for library, pattern, floors in LIBRARIES:
        if re.match(pattern, name):
            if floor in floors:
                return None
            where = ", ".join(sorted(floors)) or "tests/mock"
            return f"{library} (<{name}>) belongs to {where} only, not to {floor}"
    if POSIX.match(name) or ("/" not in name and "." not in name):
        return None
    return f"<{name}>: unknown library; give it a floor in tests/lint/tree.py"


def check_include(path, bracket, name):
    """The reason why this include is wrong, or None."""
    if path.parts[0] == "tests":
        if name.startswith("httplib") and path.parts[:2] != ("tests", "mock"):
            return f"cpp-httplib (<{name}>) belongs to tests/mock only"
        return None
    if path.as_posix() == MAIN:
        return None
    floor = floor_of(path)
    if floor not in FLOORS:
        return "this file belongs to no floor of tests/lint/tree.py"
    if ".." in name.split("/"):
        return f'"{name}": no way up; write "erp2mysql/…"'
    if name.startswith("erp2mysql/"):
        return check_own_include(floor, name)
    if bracket == "<":
        return check_outside_include(floor, name)
    outside = check_outside_include(floor, name)
    if outside and "belongs to" in outside:  # quotes do not hide a library
        return outside
    return None


def check_head(path, lines):
    """First lines: licence, and for a header a comment that says why it exists."""
    if path.suffix in CPP:
        if not lines or lines[0] != f"// {SPDX}":
            yield 1, f'the first line must be "// {SPDX}"'
        elif path.parts[0] == "include" and (len(lines) < 2 or not lines[1].startswith("//")):
            yield 2, "a header starts with a comment: why it exists, what it refuses to know"
    elif path.suffix in {".py", ".sh", ".sql", ".cmake"} or path.name == "CMakeLists.txt":
        if not any(SPDX in line for line in lines[:2]):
            yield 1, f'"{SPDX}" is missing in the first two lines'


def check_file(root, path):
    """Yields (line, reason)."""
    try:
        text = (root / path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        yield 1, f"not UTF-8: {error.reason} at byte {error.start}"
        return
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    yield from check_head(path, lines)
    ours = path.parts[0] in ("src", "include")
    if ours and len(lines) > MAX_LINES:
        yield MAX_LINES + 1, f"{len(lines)} lines; at most {MAX_LINES} fit a reader's head"
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "blanks at the end"
        if ours and (word := UNFINISHED.search(line)):
            yield number, f"{word.group()}: finish it or leave it out"
        if path.suffix in CPP and (found := INCLUDE.match(line)):
            reason = check_include(path, *found.groups())
            if reason:
                yield number, reason


def check_tree(root):
    """All findings as (path, line, reason)."""
    root = Path(root)
    for name in sorted(os.listdir(root)):
        if name not in TOP_LEVEL | NOT_OURS and not name.startswith("."):
            yield Path(name), 1, "not one of the entries that the top folder may have"
    for top in sorted(TOP_LEVEL):
        if (root / top).is_file():
            files = [root / top]
        else:
            files = sorted(p for p in (root / top).rglob("*") if p.is_file())
        for file in files:
            path = file.relative_to(root)
            # Fixtures are recordings: whatever is in them is meant.
            if "fixtures" in path.parts or "__pycache__" in path.parts:
                continue
            if path.suffix not in TEXT:
                continue
            for line, reason in check_file(root, path):
                yield path, line, reason


def main(arguments):
    import tree_test
    tree_test.check(check_tree)
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    findings = list(check_tree(root))
    for path, line, reason in findings:
        print(f"{path.as_posix()}:{line}: {reason}")
    if findings:
        print(f"{len(findings)} findings")
        return 1
    print("tree: floors, libraries, sizes, heads and blanks are in order")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
