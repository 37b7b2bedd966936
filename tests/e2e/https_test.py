#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TLS to the ERP: a server for another name, out of date, vouched for by nobody known, or without TLS gets no
request, so that no signature or key reaches it; a good one gets it. The authority of the test is made known to the
tool alone, by a file system of its own view; where the host forbids that, only the refusals are looked at."""
import shutil
import ssl
import subprocess
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import certificates  # noqa: E402
import harness  # noqa: E402
from harness import NOW  # noqa: E402

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"  # what Debian's libcurl trusts
TRUST = ["unshare", "--map-root-user", "--mount", "sh", "-c", f'mount --bind "$0" {BUNDLE} && exec "$@"']
# Certificate: what the tool says of it, when it knows the authority; nothing: it connects.
SAYS = {"good": None, "name": "for another name", "expired": "expired", "self": "self.signed",
        "none": "SSL|TLS"}


class Server(ThreadingHTTPServer):
    """Counts the requests that arrive, whatever they ask; knows no answer to any."""
    daemon_threads = True

    def __init__(self, folder, certificate):
        self.requests = 0
        super().__init__(("localhost", 0), Handler)
        if certificate != "none":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / f"{certificate}.pem", folder / "server.key")
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a handshake that the tool broke off


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.requests += 1
        self.send_error(403)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def can_trust(bundle):
    return bool(shutil.which("unshare")) and Path(BUNDLE).is_file() and subprocess.run(
        [*TRUST, str(bundle), "true"], capture_output=True).returncode == 0


class Https(unittest.TestCase):
    def ask(self, server, lead):
        job = world.job()
        return world.searched(subprocess.run(
            [*lead, harness.TOOL, "preview", str(job), "--now", NOW], capture_output=True, text=True, timeout=60,
            cwd=world.scratch,
            env=world.env({"JST_BASE_URL": f"https://localhost:{server.server_port}/router/qm"})))

    def test_every_certificate(self):
        folder = world.dir / "certificates"
        folder.mkdir()
        certificates.make(folder)
        trusted = can_trust(folder / "ca.pem")
        refused = 0
        for lead in ([[*TRUST, str(folder / "ca.pem")]] if trusted else []) + [[]]:
            for certificate, says in SAYS.items():
                with self.subTest(certificate=certificate, authority_known=bool(lead)):
                    server = Server(folder, certificate)
                    done = self.ask(server, lead)
                    server.shutdown()
                    server.server_close()
                    self.assertNotEqual(done.returncode, 0)
                    if lead and says is None:
                        self.assertEqual(server.requests, 1, done.stderr)
                        continue
                    self.assertEqual(server.requests, 0, done.stderr)
                    self.assertRegex(done.stderr, says if lead else "certificate|" + SAYS["none"])
                    refused += 1
        print(f"{refused} servers that cannot be believed got no request"
              + ("; the good one did" if trusted else "; a good one could not be tried on this host"))


if __name__ == "__main__":
    world = harness.World("--orders", "20")
    unittest.main()
