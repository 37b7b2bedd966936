#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TLS to the server: what every mode accepts and refuses of servers with a good certificate, one
for another name, an expired one, one that nobody vouches for, and none at all. What demands
encryption never goes on without. ERP2MYSQL_OTHER names a binary built with the other client
library, which is then asked the same (tests/support/other_client.sh makes one)."""
import collections
import itertools
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import certificates  # noqa: E402
import harness  # noqa: E402

MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
# Which modes connect to which server, with ssl_ca named and without. Connector/C knows no encryption without
# verification: `required` and `verify_ca` verify everything there, `preferred` all but the name. libmysqlclient
# verifies the chain in every mode once ssl_ca is named.
CONNECTS = {
    ("mariadb", True): {"good": MODES, "name": MODES[:2], "expired": MODES[:1], "self": MODES[:1],
                        "none": MODES[:2]},
    ("mysql", True): {"good": MODES, "name": MODES[:4], "expired": MODES[:1], "self": MODES[:1],
                      "none": MODES[:2]},
    ("mariadb", False): dict.fromkeys(("good", "name", "expired", "self", "none"), MODES[:2]),
    ("mysql", False): {**dict.fromkeys(("good", "name", "expired", "self"), MODES[:3]), "none": MODES[:2]},
}


class Server:
    def __init__(self, folder, certificate):
        self.dir = world.dir / f"tls-{certificate}"
        # MySQL makes itself a certificate when it is given none.
        without = ["--tls-version="] if os.environ.get("ERP2MYSQL_TEST_MYSQL") else []
        options = without if certificate == "none" else [
            f"--ssl-ca={folder}/ca.pem", f"--ssl-cert={folder}/{certificate}.pem",
            f"--ssl-key={folder}/server.key"]
        for port in range(33000 + os.getpid() % 1000 * 20, 65000):
            self.process = subprocess.Popen(
                ["sh", str(harness.ROOT / "tests/support/private_server.sh"), str(self.dir),
                 "--guard", "--skip-networking=OFF", "--bind-address=127.0.0.1", f"--port={port}",
                 *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                stderr=subprocess.DEVNULL)
            if self.process.stdout.readline().strip():
                self.port = port
                break
            self.close()
        password = harness.sql_text(harness.PASSWORD)
        subprocess.run(["mariadb", "--no-defaults", "-uroot", "-S", str(self.dir / "s.sock"), "-e",
                        "CREATE DATABASE bi; CREATE USER etl@'127.0.0.1' IDENTIFIED BY"
                        f" {password}; GRANT ALL ON bi.* TO etl@'127.0.0.1';"
                        "CREATE USER etl@localhost IDENTIFIED BY"
                        f" {password}; GRANT ALL ON bi.* TO etl@localhost"], check=True)

    def close(self):
        world.look_for_secrets((str(log), log.read_bytes()) for log in harness.files_of(self.dir / "err.log"))
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def library_of(tool):
    linked = subprocess.run(["ldd", tool], capture_output=True, text=True).stdout
    return "mariadb" if "libmariadb" in linked else "mysql"


def library_name(tool):
    return {"mariadb": "Connector/C", "mysql": "libmysqlclient"}[library_of(tool)]


class Tls(unittest.TestCase):
    def status(self, tool, server, mode, ca):
        def change(job):
            connection = {"host": "localhost", "port": server.port, "database": "bi",
                          "username": "etl", "password": harness.PASSWORD, "ssl_mode": mode}
            if ca:
                connection["ssl_ca"] = str(ca)
            job["target"]["connection"] = connection
        return world.searched(subprocess.run([tool, "status", str(world.job(change))], env=world.env(),
                                             capture_output=True, text=True, timeout=60))

    def test_every_mode_against_every_server(self):
        folder = world.dir / "certificates"
        folder.mkdir()
        certificates.make(folder)
        counts = collections.Counter()
        tools = [harness.TOOL, *filter(None, [os.environ.get("ERP2MYSQL_OTHER")])]
        for certificate in ("good", "name", "expired", "self", "none"):
            server = Server(folder, certificate)
            for tool, mode, named in itertools.product(tools, MODES, (True, False)):
                library = library_of(tool)
                with self.subTest(certificate=certificate, mode=mode, tool=library, ca=named):
                    done = self.status(tool, server, mode, folder / "ca.pem" if named else None)
                    if mode in CONNECTS[library, named][certificate]:
                        self.assertEqual(done.returncode, 0, done.stderr)
                        counts["accepted"] += 1
                    else:
                        self.assertEqual(done.returncode, 78, done.stdout + done.stderr)
                        self.assertTrue(re.search("TLS|SSL|certificate|encrypted", done.stderr), done.stderr)
                        counts["refused"] += 1
            server.close()
        print(f"{counts['refused']} connections refused and {counts['accepted']} accepted, as ssl_mode and ssl_ca "
              f"demand: {' and '.join(map(library_name, tools))} on "
              f"{'MySQL 9' if os.environ.get('ERP2MYSQL_TEST_MYSQL') else 'MariaDB'}")


if __name__ == "__main__":
    world = harness.World("--orders", "20")
    unittest.main()
