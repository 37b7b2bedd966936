# SPDX-License-Identifier: Apache-2.0
"""The real binary without server and network, for tests of what it prints and writes."""
import collections
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = os.environ.get("ERP2MYSQL", str(ROOT / "build/ci/erp2mysql"))
PLATFORMS = ("jikeyun", "xiaobangbang", "wangdiantong-qimen", "wangdiantong", "jushuitan-qimen",
             "jushuitan", "kingdee")

Result = collections.namedtuple("Result", "code out err")


def call(*args, env=None, cwd=None, text=None):
    """Any command line; little environment, so that the host cannot matter."""
    base = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH"):
        if name in os.environ:
            base[name] = os.environ[name]
    done = subprocess.run([TOOL, *map(str, args)], env={**base, **(env or {})}, cwd=cwd,
                          input=text or "", capture_output=True, encoding="utf-8", timeout=60)
    return Result(done.returncode, done.stdout, done.stderr)


def secrets_of(names):
    """Values for these variables: addresses that parse, secrets that can be searched for."""
    special = {"KINGDEE_BASE_URL": "http://localhost/K3Cloud", "MYSQL_HOST": "127.0.0.1"}
    return {name: special.get(name, "http://127.0.0.1:9/x" if name.endswith("_URL")
                              else f"value-of-{name.lower()}-4711") for name in names}
