#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Alerts reach receivers that check every signature, once per trouble; unusual runs are told;
metrics are Prometheus text. None of it changes what a run came to."""
import base64
import hashlib
import hmac
import http.server
import json
import re
import sys
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW  # noqa: E402

SECRET = "SEC-alert/+0815"
BROKEN = [{"fault": "http500", "times": -1}]


def sha256(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256)


class Robots(http.server.BaseHTTPRequestHandler):
    """Every receiver on a path of its own; what is wrongly signed is refused as they do."""
    taken = []
    broken = False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        path, _, query = self.path.partition("?")
        answer = getattr(self, path.strip("/"))(body, dict(urllib.parse.parse_qsl(query)))
        if self.broken:
            return self.reply(500, {})
        if not answer.get("errcode") and not answer.get("code"):
            Robots.taken.append((path.strip("/"), json.loads(body)))
        self.reply(200, answer)

    def dingtalk(self, body, query):
        sign = base64.b64encode(sha256(SECRET, f"{query['timestamp']}\n{SECRET}").digest()).decode()
        fresh = abs(time.time() * 1000 - int(query["timestamp"])) < 60_000
        good = query["sign"] == sign and query["access_token"] == "tok-4711" and fresh
        return {"errcode": 0 if good else 310000, "errmsg": "ok" if good else "sign not match"}

    def wecom(self, body, query):
        good = query == {"key": "k-4712"} and json.loads(body)["msgtype"] == "text"
        return {"errcode": 0 if good else 93000, "errmsg": ""}

    def feishu(self, body, query):
        told = json.loads(body)
        sign = base64.b64encode(sha256(f"{told['timestamp']}\n{SECRET}", "").digest()).decode()
        return {"code": 0 if told["sign"] == sign else 19021, "msg": ""}

    def webhook(self, body, query):
        stamp = self.headers["X-Erp2mysql-Timestamp"]
        sign = "sha256=" + sha256(SECRET, f"{stamp}.{body}").hexdigest()
        return {"code": 0 if self.headers["X-Erp2mysql-Signature"] == sign else 1}

    def reply(self, status, answer):
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def all_robots(job):
    base = f"http://127.0.0.1:{server.server_port}"
    on = ["failure", "quarantine", "anomaly", "recovery"]
    job["alerts"] = [
        {"type": "dingtalk", "url": base + "/dingtalk?access_token=tok-4711", "secret": SECRET,
         "on": on, "lang": "zh"},
        {"type": "wecom", "url": base + "/wecom?key=k-4712", "on": on},
        {"type": "feishu", "url": base + "/feishu", "secret": SECRET, "on": on},
        {"type": "webhook", "url": base + "/webhook", "secret": SECRET, "on": on}]
    job["retry"] = {"maxAttempts": 2, "delay": "1ms"}


class Watched(unittest.TestCase):
    def setUp(self):
        world.fresh()
        Robots.taken, Robots.broken = [], False
        self.counter = 0

    def job(self, **quality):
        def change(job):
            all_robots(job)
            job["quality"] = quality
        return world.job(change)

    def run_job(self, job, *more, code=0):
        result = world.run(job, "--now", NOW, *more)
        self.assertEqual(result.code, code, result.err)
        return result

    def taken(self):
        out, Robots.taken = Robots.taken, []
        return out

    def test_failure_once_then_recovery_once(self):
        job = self.job()
        world.faults(BROKEN)
        self.run_job(job, code=75)
        told = dict(self.taken())
        self.assertEqual(sorted(told), ["dingtalk", "feishu", "webhook", "wecom"])
        chinese = told["dingtalk"]["text"]["content"]
        self.assertIn("任务 jushuitan-saleout 失败，退出码 75", chinese)
        self.assertRegex(chinese, r"失败的窗口：\[2024-01-0\d .*\)")
        english = told["wecom"]["text"]["content"]
        self.assertIn("HTTP status 500", english)
        self.assertIn(f"to read it again: erp2mysql run {job}", english)
        self.assertEqual(told["webhook"]["event"], "failure")
        self.assertEqual(told["webhook"]["result"]["exit_code"], 75)
        self.assertIn("failed", told["feishu"]["content"]["text"])

        self.run_job(job, code=75)
        self.assertEqual(self.taken(), [], "the same trouble again")
        world.faults([])
        self.run_job(job)
        self.assertEqual({told.get("event", "recovery") for _, told in self.taken()}, {"recovery"})
        self.run_job(job)
        self.assertEqual(self.taken(), [])

    def test_the_server_is_what_failed(self):
        job = self.job()
        result = world.run(job, "--now", NOW, env={"MYSQL_SOCKET": "/nowhere/s.sock"})
        self.assertEqual(result.code, 75)
        self.assertEqual(len(self.taken()), 4)

    def test_an_alert_that_fails_never_fails_the_run(self):
        Robots.broken = True
        job = self.job(minRows=10**6)
        result = self.run_job(job)
        self.assertEqual(len(re.findall(r"alert \d \(\w+\) could not be sent", result.err)), 4)
        Robots.broken = False
        self.run_job(job)
        self.assertEqual(len(self.taken()), 4, "what was never told is told later")

    def test_anomalies_warn_or_fail(self):
        told = json.loads(self.run_job(self.job(minRows=10**6), "-o", "json").out)
        self.assertEqual((told["status"], told["anomalies"][0]["rule"]), ("done", "minRows"))
        self.assertEqual({kind for kind, _ in self.taken()},
                         {"dingtalk", "feishu", "webhook", "wecom"})
        world.fresh()
        failing = self.job(maxRows=1, failOn=["maxRows"],
                           nullShare=[{"field": "id", "max": 0}])
        told = json.loads(self.run_job(failing, "-o", "json", code=65).out)
        self.assertEqual(told["error"]["where"], "anomaly")
        self.assertEqual([a["rule"] for a in told["anomalies"]], ["maxRows"])
        self.assertEqual(world.differences(), [], "the rows are there all the same")
        self.assertIsNotNone(world.watermark())

    def test_drop_below_the_runs_before(self):
        job = self.job(dropBelow=0.5, dropRuns=2)
        for days in (14, 7):
            moment = time.strftime("%Y-%m-%dT06:00:00.000+08:00",
                                   time.gmtime(1704672000 - days * 86400))
            if days == 14:
                self.run_job(job)  # makes the tables; a Monday's run of its own
                world.sql("UPDATE erp2mysql_run SET rows_read = 100000, started_at ="
                          f" '{moment}'", "bi")
            else:
                world.sql("INSERT INTO erp2mysql_run SELECT 'x', job, command, status, exit_code,"
                          f" '{moment}', ended_at, 100000, 0, 0, NULL, 0, 0, 0 FROM erp2mysql_run", "bi")
        result = self.run_job(job)
        self.assertIn("the median of 2 runs of the same weekday (dropBelow)", result.err)

    def test_metrics(self):
        file = world.scratch / "job.prom"
        summary = json.loads(self.run_job(self.job(), "--metrics-file", file, "-o", "json").out)
        told = metrics(file.read_text())
        job = '{job="jushuitan-saleout"}'
        self.assertEqual(told["erp2mysql_last_run_success" + job], 1)
        self.assertEqual(told["erp2mysql_watermark_timestamp_seconds" + job], 1704643740)
        written = told['erp2mysql_last_run_rows{job="jushuitan-saleout",outcome="written"}']
        self.assertEqual(written, summary["rows"]["written"])
        self.assertGreater(written, 0)
        self.assertEqual([p.name for p in file.parent.glob("job.prom*")], ["job.prom"])
        bad = self.run_job(self.job(), "--metrics-file", world.scratch / "no/such/dir/x.prom")
        self.assertIn("WARNING", bad.err)


def metrics(text):
    """{name{labels}: value}; fails on what the text format of Prometheus does not allow."""
    out, types = {}, {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if found := re.fullmatch(r"# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)", line):
            if found[1] == "TYPE":
                assert found[2] not in types and found[3] == "gauge", line
                types[found[2]] = found[3]
            continue
        found = re.fullmatch(r'([a-z0-9_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+\}) (\S+)', line)
        assert found, line
        assert found[1] in types, f"no TYPE before {line}"
        assert found[1] + found[2] not in out, f"twice: {line}"
        out[found[1] + found[2]] = float(found[3])
    return out


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Robots)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world = harness.World("--orders", "40")
    world.secrets |= {SECRET, "tok-4711", "k-4712"}
    unittest.main(verbosity=1)
