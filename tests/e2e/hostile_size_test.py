#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An ERP that answers without measure: pages of a gigabyte, bombs, deep and wide documents, texts
without end, drops that never fill a page. Each is refused within bounds: the exit code tells what
it was, memory stays small, the watermark stays."""
import gzip
import http.server
import itertools
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402

# Under sanitizers memory says nothing.
MOST_MIB = 10_000 if "ASAN_OPTIONS" in os.environ else 256
HEAD = b'{"response":{"code":"0","issuccess":true,"page_index":1,"has_next":true,"data_count":9,"datas":['
TAIL = b"]}}"
MIB = 1 << 20


def endless(piece):
    return itertools.repeat(piece)


def bomb():
    """A gigabyte in a megabyte."""
    return [gzip.compress(HEAD + b" " * (512 * MIB) + TAIL, 6)]


def column_names(count):
    return b"{" + b",".join(b'"c%d":1' % i for i in range(count)) + b"}"


# name: (chunks of the body, headers, exit codes that are right)
CASES = {
    "a page of a gigabyte": (lambda: [HEAD, *itertools.repeat(b" " * MIB, 1024), TAIL], {}, (76,)),
    "a page without end": (lambda: itertools.chain([HEAD], endless(b" " * MIB)), {}, (76,)),
    "a gzip bomb": (bomb, {"Content-Encoding": "gzip"}, (76,)),
    "lists in lists, 100,000 deep": (lambda: [HEAD, b"[" * 100_000, b"]" * 100_000, TAIL], {}, (76,)),
    "objects in objects, 100,000 deep":
        (lambda: [HEAD, b'{"a":' * 100_000, b"1", b"}" * 100_000, TAIL], {}, (76,)),
    "a text of 100 MiB": (lambda: [HEAD, b'{"io_id":1,"remark":"', *[b"x" * MIB] * 100, b'"}', TAIL],
                          {}, (65, 76)),
    "a million columns": (lambda: [HEAD, column_names(1_000_000), TAIL], {}, (65, 76)),
    "a number of a million digits": (lambda: [HEAD, b'{"io_id":', b"9" * 1_000_000, b"}", TAIL], {},
                                     (65, 76)),
    "100,000 headers": (lambda: [HEAD, TAIL], {f"X-{i}": "y" for i in range(100_000)}, (75, 76)),
    "a header of 10 MiB": (lambda: [HEAD, TAIL], {"X": "y" * (10 * MIB)}, (75, 76)),
    "the wrong length": (lambda: [HEAD], {"Content-Length": "1000000"}, (75, 76)),
    "no list": (lambda: [b'{"response":{"code":"0","issuccess":true}}'], {}, (76,)),
    "a redirect to itself": (lambda: [], {"Location": "/12/router/qm"}, (69, 75, 76)),
    "bytes that are no text": (lambda: [HEAD, b'{"io_id":1,"remark":"\xff\xfe"}', TAIL], {}, (76,)),
    "a page that never ends turning": (lambda: [HEAD, b'{"io_id":"1","o_id":"1"}', TAIL], {},
                                       (65, 75, 76)),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """/NUMBER/router/qm answers with the case of that number."""

    protocol_version = "HTTP/1.0"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body, headers, _ = list(CASES.values())[int(self.path.split("/")[1])]
        try:
            self.send_response(302 if "Location" in headers else 200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for chunk in body():
                self.wfile.write(chunk)
        except OSError:
            pass  # the tool has had enough

    do_GET = do_POST

    def log_message(self, *args):
        pass


def serve():
    """In a process of its own: what it holds must not count for the tool that this one starts."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


class HostileSize(unittest.TestCase):
    def run_case(self, number, port):
        job = world.job(lambda job: job.update(retry={"maxAttempts": 2, "delay": "10ms"}))
        process = subprocess.Popen(
            [harness.TOOL, "run", str(job), "--now", NOW], cwd=world.scratch,
            env=world.env({"JST_BASE_URL": f"http://127.0.0.1:{port}/{number}/router/qm"}),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with process.stderr:
            err = process.stderr.read()
        world.look_for_secrets([("the output", err)])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, err, usage.ru_maxrss / 1024

    def test_each_is_refused_within_bounds(self):
        server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE,
                                  text=True, preexec_fn=harness.die_with_parent)
        port = int(server.stdout.readline())
        worst = 0
        for number, (name, (_, _, codes)) in enumerate(CASES.items()):
            with self.subTest(name):
                world.fresh()
                start = time.monotonic()
                code, err, mib = self.run_case(number, port)
                self.assertIn(code, codes, err[:2000])
                self.assertLess(len(err), 4000)
                self.assertLess(time.monotonic() - start, 90)
                self.assertLess(mib, MOST_MIB)
                self.assertIsNone(world.watermark())
                worst = max(worst, mib)
        server.kill()
        server.communicate()
        print(f"{len(CASES)} answers without measure refused, at most {worst:.0f} MiB")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    world = harness.World("--orders", "20")
    unittest.main()
