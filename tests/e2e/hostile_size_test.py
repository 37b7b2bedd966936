#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An ERP that answers without measure: pages of a gigabyte, bombs, deep and wide documents, texts and pages
without end, bytes that come in drops. Each is refused within bounds and for its own reason: what the answers
count fits what they hold, so that nothing but the measure is wrong with them. Exit code and message tell which
it was, memory stays small, the watermark stays."""
import collections
import functools
import http.server
import itertools
import os
import re
import subprocess
import sys
import time
import unittest
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402

# Under sanitizers memory says nothing.
MOST_MIB = 10_000 if "ASAN_OPTIONS" in os.environ else 256
TAIL = b"]}}"
MIB = 1 << 20
PAGES = 20  # what the jobs with endless pages allow


def head(count, has_next=b"false"):
    """The beginning of a page that holds so many records, which are all."""
    return (b'{"response":{"code":"0","issuccess":true,"page_index":1,"has_next":%s,"data_count":%d,"datas":['
            % (has_next, count))


def page(make, count=1):
    """`make` is called by the server only: what this process holds counts for the tool that it starts."""
    return lambda asked: itertools.chain([head(count)], make(), [TAIL])


def record(rest):
    """A record that would do, but for what it has besides."""
    return b'{"io_id":"1","o_id":"1","modified":"2024-01-02 03:04:05",' + rest


@functools.lru_cache
def bomb():
    """A gigabyte in a megabyte."""
    packer = zlib.compressobj(6, wbits=31)
    blank = b" " * MIB
    return b"".join([packer.compress(head(0)), *(packer.compress(blank) for _ in range(1024)),
                     packer.compress(TAIL), packer.flush()])


def column_names(count):
    return b",".join(b'"c%d":1' % i for i in range(count)) + b"}"


def number_in(asked, field):
    found = re.search(field + rb"=(\d+)", asked)
    return int(found[1]) if found else 0


def rows_from(first):
    return b",".join(record(b'"ts":%d,"version":%d}' % (i, i)).replace(b'"1"', b'"%d"' % i)
                     for i in range(first, first + 50))


def numbered(asked):
    """New rows on every page, no total, always one more."""
    rows = rows_from(50 * number_in(asked, b"page_index"))
    return [b'{"response":{"code":"0","issuccess":true,"has_next":true,"datas":[', rows, TAIL]


def followed(asked):
    """New rows behind every cursor."""
    return [b'{"response":{"code":"0","issuccess":true,"datas":[', rows_from(number_in(asked, b"start_ts") + 1),
            TAIL]


def drops(asked):
    """Five bytes in a second."""
    for byte in itertools.chain(head(0), itertools.repeat(32)):
        time.sleep(0.2)
        yield bytes([byte])


def few_pages(job):
    job["source"]["read"] = {"maxPages": PAGES}


def few_pages_by_cursor(job):
    job["source"]["read"] = {"maxPages": PAGES, "cursorField": "start_ts", "cursorStart": "1", "key": "ts"}


def once(job):
    job["retry"]["maxAttempts"] = 1


# A window of a second is not halved.
ONE_WINDOW = ("--from", "2024-01-02 03:04:05", "--to", "2024-01-02 03:04:06")
Case = collections.namedtuple("Case", "chunks code reason headers change args mib", defaults=({}, None, (), MOST_MIB))
TOO_LARGE = "the answer is larger than 67108864 bytes"
TOO_MUCH_HEAD = "the answer is larger than 262144 bytes"
TOO_DEEP = "nested deeper than 64 levels"
CASES = {
    "a page of a gigabyte": Case(page(lambda: itertools.repeat(b" " * MIB, 1024), count=0), 76, TOO_LARGE),
    "a page without end": Case(page(lambda: itertools.repeat(b" " * MIB), count=0), 76, TOO_LARGE),
    "a gzip bomb": Case(lambda asked: [bomb()], 76, TOO_LARGE, {"Content-Encoding": "gzip"}),
    "lists in lists, 100,000 deep": Case(
        page(lambda: [record(b'"a":'), b"[" * 100_000, b"]" * 100_000, b"}"]), 76, TOO_DEEP),
    "objects in objects, 100,000 deep": Case(
        page(lambda: [record(b'"a":'), b'{"a":' * 100_000, b"1", b"}" * 100_000, b"}"]), 76, TOO_DEEP),
    "a text of 100 MiB": Case(page(lambda: [record(b'"remark":"'), *[b"x" * MIB] * 100, b'"}']), 76, TOO_LARGE),
    # Where each of them begins is known before they are counted, which takes four times their own room.
    "nothing but tiny values": Case(page(lambda: [record(b'"a":['), *[b"1," * (MIB // 2)] * 60, b"1]}"]), 76,
                                    "more than 2000000 values", mib=2 * MOST_MIB),
    # Large and yet well: nobody asked for these columns, so the row is written without them.
    "a million columns": Case(page(lambda: [record(column_names(1_000_000))]), 0, "^$", args=ONE_WINDOW),
    "a number of a million digits": Case(page(lambda: [record(b'"pay_amount":'), b"9" * 1_000_000, b"}"]), 65,
                                         "column pay_amount: the value is not a number"),
    "100,000 headers": Case(page(lambda: [], count=0), 76, TOO_MUCH_HEAD, {f"X-{i}": "y" for i in range(100_000)}),
    # The library refuses so long a line itself, in these words.
    "a header of 10 MiB": Case(page(lambda: [], count=0), 75, "receiving the answer failed: Out of memory",
                               {"X": "y" * (10 * MIB)}),
    "the wrong length": Case(lambda asked: [head(0)], 75, "Transferred a partial file", {"Content-Length": "1000000"}),
    "no list": Case(lambda asked: [b'{"response":{"code":"0","issuccess":true}}'], 76,
                    "a missing list is not an empty one"),
    "a redirect to itself": Case(lambda asked: [], 69, "set base_url to the final address",
                                 {"Location": "/13/router/qm"}),
    "bytes that are no text": Case(page(lambda: [record(b'"remark":"\xff\xfe"}')]), 76, "not valid UTF-8"),
    "numbered pages without end": Case(numbered, 76, f"more than {PAGES} pages", change=few_pages),
    "a cursor without end": Case(followed, 76, f"more than {PAGES} pages", change=few_pages_by_cursor),
    "drops that never fill a page": Case(drops, 75, "receiving the answer failed: Timeout was reached", change=once,
                                         args=ONE_WINDOW),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """/NUMBER/router/qm answers with the case of that number."""

    protocol_version = "HTTP/1.0"

    def do_POST(self):
        asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        case = list(CASES.values())[int(self.path.split("/")[1])]
        try:
            self.send_response(302 if "Location" in case.headers else 200)
            for name, value in case.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for chunk in case.chunks(self.path.encode() + b"&" + asked):
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
    def run_case(self, number, case, port):
        def change(job):
            job.update(retry={"maxAttempts": 2, "delay": "10ms"})
            if case.change:
                case.change(job)
        process = subprocess.Popen(
            [harness.TOOL, "run", str(world.job(change)), "--now", NOW, *case.args], cwd=world.scratch,
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
        for number, (name, case) in enumerate(CASES.items()):
            with self.subTest(name):
                world.fresh()
                start = time.monotonic()
                code, err, mib = self.run_case(number, case, port)
                if "--figures" in sys.argv:
                    print(f"{name}: {code}, {mib:.0f} MiB, {time.monotonic() - start:.1f} s, {err}", flush=True)
                self.assertEqual(code, case.code, err[:2000])
                self.assertRegex(err, case.reason)
                self.assertLess(len(err), 4000)
                self.assertLess(time.monotonic() - start, 90)
                self.assertLess(mib, case.mib)
                self.assertIsNone(world.watermark())
                worst = max(worst, mib)
        server.kill()
        server.communicate()
        refused = sum(case.code != 0 for case in CASES.values())
        print(f"{refused} answers without measure refused, {len(CASES) - refused} borne, at most {worst:.0f} MiB")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    world = harness.World("--orders", "20")
    unittest.main(argv=sys.argv[:1])
