#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package holds what it should, and what it holds works from another place.

    package_test.py BUILD_DIRECTORY
"""
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(sys.argv[1])
FILES = ["usr/bin/erp2mysql", "usr/share/man/man1/erp2mysql.1.gz",
         "usr/share/bash-completion/completions/erp2mysql", "usr/share/zsh/vendor-completions/_erp2mysql",
         "usr/share/erp2mysql/job.schema.json", "usr/lib/systemd/system/erp2mysql@.service",
         "usr/lib/systemd/system/erp2mysql@.timer", "usr/lib/sysusers.d/erp2mysql.conf",
         "usr/share/doc/erp2mysql/copyright", "usr/share/doc/erp2mysql/operating.zh.md",
         "usr/share/doc/erp2mysql/examples/minimal.json"]


def run(*command, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", **more)
    if done.returncode:
        sys.exit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


if not shutil.which("dpkg-deb") or not shutil.which("dpkg-shlibdeps"):
    sys.exit("dpkg-deb or dpkg-shlibdeps is missing: sh tests/install-deps.sh")
with tempfile.TemporaryDirectory() as folder:
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder, "-D",
        "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
    package, = Path(folder).glob("*.deb")
    fields = run("dpkg-deb", "-f", package)
    for text in ("Package: erp2mysql\n", "Section: database\n", "ca-certificates", "libcurl4", "libc6 "):
        assert text in fields, fields
    tree = Path(folder) / "tree"
    run("dpkg-deb", "-R", package, tree)
    for name in FILES:
        assert (tree / name).is_file(), f"{name} is not in {package.name}"
    postinst = tree / "DEBIAN/postinst"
    assert os.access(postinst, os.X_OK), "postinst cannot be executed"
    run("sh", "-n", postinst)
    binary = tree / "usr/bin/erp2mysql"
    version = run(binary, "--version")
    assert version.split()[1] in package.name, (version, package.name)
    assert not list(tree.glob("usr/share/doc/erp2mysql/examples/**/*.sh")), "scripts in the examples"
    page = gzip.decompress((tree / FILES[1]).read_bytes()).decode()
    assert ".SS explain\n" in page
    service = (tree / "usr/lib/systemd/system/erp2mysql@.service").read_text()
    command = next(line for line in service.splitlines() if line.startswith("ExecStart="))
    words = command.partition("=")[2].replace("%i", "none").split()
    assert words[0] == "/usr/bin/erp2mysql"
    done = subprocess.run([binary, *words[1:]], capture_output=True, encoding="utf-8")
    assert done.returncode == 78, (command, done)  # a job file that is not there, but a right command line
    if shutil.which("systemd-analyze"):
        unit = Path(folder) / "erp2mysql@none.service"
        unit.write_text(service.replace("/usr/bin/erp2mysql", str(binary)).replace("User=erp2mysql\n", ""))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True,
                              encoding="utf-8")
        wrong = [line for line in done.stderr.splitlines() if "erp2mysql@" in line]
        assert not wrong, wrong
print(f"package: {len(FILES)} files, the binary runs")
