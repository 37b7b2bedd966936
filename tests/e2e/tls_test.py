#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TLS to the server: what every mode accepts and refuses of servers with a good certificate, one
for another name, an expired one, one that nobody vouches for, and none at all. What demands
encryption never goes on without. ERP2MYSQL_OTHER names a binary built with the other client
library, which is then asked the same."""
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402

MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
# Which modes connect to which server, all with ssl_ca named. Connector/C knows no encryption without
# verification: `required` and `verify_ca` verify everything there, `preferred` all but the name.
CONNECTS = {
    "mariadb": {"good": MODES, "name": MODES[:2], "expired": MODES[:1], "self": MODES[:1],
                "none": MODES[:2]},
    "mysql": {"good": MODES, "name": MODES[:4], "expired": MODES[:3], "self": MODES[:3],
              "none": MODES[:2]},
}


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, capture_output=True)


def make_certificates(folder):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "30", "-subj", "/CN=authority", cwd=folder)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "request",
            "-subj", "/CN=server", cwd=folder)
    openssl("req", "-x509", "-key", "server.key", "-out", "self.pem", "-days", "30",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", cwd=folder)
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    (folder / "config").write_text(
        "[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
        "certificate=ca.pem\nprivate_key=ca.key\ndefault_md=sha256\npolicy=p\nunique_subject=no\n"
        "[p]\ncommonName=supplied\n[good]\nsubjectAltName=DNS:localhost\n"
        "[name]\nsubjectAltName=DNS:elsewhere\n")
    for name, kind, start, end in (("good", "good", "20200101000000Z", "20491231000000Z"),
                                   ("name", "name", "20200101000000Z", "20491231000000Z"),
                                   ("expired", "good", "20200101000000Z", "20210101000000Z")):
        host = "elsewhere" if name == "name" else "localhost"
        openssl("ca", "-batch", "-config", "config", "-in", "request", "-out", f"{name}.pem",
                "-extensions", kind, "-startdate", start, "-enddate", end, "-notext",
                "-subj", f"/CN={host}", cwd=folder)


class Server:
    def __init__(self, folder, certificate):
        self.dir = world.dir / f"tls-{certificate}"
        options = [] if certificate == "none" else [
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
        subprocess.run(["mariadb", "--no-defaults", "-uroot", "-S", str(self.dir / "s.sock"), "-e",
                        "CREATE DATABASE bi; CREATE USER etl@'127.0.0.1' IDENTIFIED BY"
                        f" '{harness.PASSWORD}'; GRANT ALL ON bi.* TO etl@'127.0.0.1';"
                        "CREATE USER etl@localhost IDENTIFIED BY"
                        f" '{harness.PASSWORD}'; GRANT ALL ON bi.* TO etl@localhost"], check=True)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def library_of(tool):
    linked = subprocess.run(["ldd", tool], capture_output=True, text=True).stdout
    return "mariadb" if "libmariadb" in linked else "mysql"


class Tls(unittest.TestCase):
    def status(self, tool, server, mode, ca):
        def change(job):
            connection = {"host": "localhost", "port": server.port, "database": "bi",
                          "username": "etl", "password": harness.PASSWORD, "ssl_mode": mode}
            if ca:
                connection["ssl_ca"] = str(ca)
            job["target"]["connection"] = connection
        done = subprocess.run([tool, "status", str(world.job(change))], env=world.env(),
                              capture_output=True, text=True, timeout=60)
        self.assertNotIn(harness.PASSWORD, done.stdout + done.stderr)
        return done

    def test_every_mode_against_every_server(self):
        folder = world.dir / "certificates"
        folder.mkdir()
        make_certificates(folder)
        tools = [harness.TOOL, *filter(None, [os.environ.get("ERP2MYSQL_OTHER")])]
        for certificate in ("good", "name", "expired", "self", "none"):
            server = Server(folder, certificate)
            for tool in tools:
                wanted = CONNECTS[library_of(tool)][certificate]
                for mode in MODES:
                    with self.subTest(certificate=certificate, mode=mode, tool=library_of(tool)):
                        done = self.status(tool, server, mode, folder / "ca.pem")
                        if mode in wanted:
                            self.assertEqual(done.returncode, 0, done.stderr)
                        else:
                            self.assertEqual(done.returncode, 78, done.stdout + done.stderr)
                            self.assertTrue(re.search("TLS|SSL|certificate|encrypted",
                                                      done.stderr), done.stderr)
            server.close()


if __name__ == "__main__":
    world = harness.World("--orders", "20")
    unittest.main()
