# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests of TLS: an authority, and servers that it vouches for, that are somebody else, that
are out of date, that vouch for themselves. It knows nothing of what is served."""
import subprocess


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, capture_output=True)


def make(folder):
    """ca.pem, server.key, and good.pem, name.pem, expired.pem, self.pem for it; the good one is for localhost."""
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
