#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The report: one page without network, whole in a browser, on a phone and in the dark, and
harmless whatever a job or an ERP calls its things. Needs the Debian package chromium for the looks;
without it those tests are skipped, and say so.

    report_test.py --picture FILE.png     renew the picture in docs/
"""
import datetime
import html.parser
import json
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

CHROMIUM = shutil.which("chromium")
HOSTILE = "x\"><script>alert(1)</script>'&amp;"

# Runs in a frame of the page under test: what is there, what overlaps, what sticks out.
PROBE = """<!doctype html><meta charset="utf-8"><body><pre id="out">nothing measured</pre>
<iframe id="f" style="border:0;width:%dpx;height:4000px" srcdoc="%s"></iframe><script>
f.onload = () => {
  const d = f.contentDocument, said = [];
  const boxes = [...d.querySelectorAll('svg text, h1, h2, h3, figcaption, dt, dd, th, td')]
    .filter(e => e.textContent.trim()).map(e => [e, e.getBoundingClientRect()]);
  for (let i = 0; i < boxes.length; ++i) for (let j = i + 1; j < boxes.length; ++j) {
    const [a, r] = boxes[i], [b, s] = boxes[j];
    const w = Math.min(r.right, s.right) - Math.max(r.left, s.left);
    const h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
    if (w > 1 && h > 2) said.push('overlap: ' + a.textContent + ' / ' + b.textContent);
  }
  for (const [e, r] of boxes) if (e.ownerSVGElement) {
    const s = e.ownerSVGElement.getBoundingClientRect();
    if (r.left < s.left - 1 || r.right > s.right + 1) said.push('outside: ' + e.textContent);
  }
  for (const t of d.querySelectorAll('svg.flow text')) {
    const r = t.getBoundingClientRect();
    if (![...d.querySelectorAll('svg.flow rect.box')].map(b => b.getBoundingClientRect())
        .some(b => r.top >= b.top && r.bottom <= b.bottom)) said.push('no box: ' + t.textContent);
  }
  const count = q => d.querySelectorAll(q).length;
  const style = f.contentWindow.getComputedStyle(d.body);
  out.textContent = JSON.stringify({said, width: d.documentElement.scrollWidth,
    lines: count('svg.flow path.line'), boxes: count('svg.flow rect.box'),
    arrows: count('svg.flow path.arrow'), charts: count('svg.chart'), bars: count('.bar'),
    rows: count('tbody tr'), paper: style.backgroundColor, texts: boxes.length});
};</script>"""


def chromium(*args):
    done = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={world.scratch}/chromium", *args],
        capture_output=True, encoding="utf-8", timeout=120,
        env={**os.environ, "HOME": str(world.scratch)})
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return world.searched(done).stdout


def measured(page, width, *flags):
    probe = world.scratch / "probe.html"
    text = page.read_text().replace("&", "&amp;").replace('"', "&quot;")
    probe.write_text(PROBE % (width, text))
    dom = chromium("--window-size=1400,1000", "--virtual-time-budget=3000", *flags, "--dump-dom",
                   f"file://{probe}")
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, re.S)
    return json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def a_past():
    """A job with a history: runs that wrote, found nothing, failed, and bad rows in quarantine."""
    def change(job):
        job["rateLimit"] = [{"requests": 1, "per": "200ms"}]  # so that runs wait
        job["quality"] = {"maxBadRows": 1000, "rules": [{"field": "items_qty", "max": "3"}]}
    job = world.job(change)
    for day in range(2, 9):
        world.run(job, "--now", f"2024-01-0{day} 00:10:00")
    world.faults([{"fault": "http500", "times": -1}])
    failing = world.job(lambda job: (change(job),
                                     job.update(retry={"maxAttempts": 2, "delay": "1ms"})))
    world.run(failing, "--now", "2024-01-08 06:10:00")
    world.faults([])
    world.run(job, "--now", "2024-01-08 12:10:00")
    as_if_then()
    return job


def as_if_then():
    """Clocks of the history are real; here they are put where the frozen time of the runs was."""
    ran = [(day, "00:10") for day in range(2, 9)] + [(8, "06:10"), (8, "12:10")]
    rows = sorted(world.rows("erp2mysql_run"), key=lambda row: row["started_at"])
    for row, (day, hour) in zip(rows, ran, strict=True):
        start = datetime.datetime.fromisoformat(f"2024-01-{day:02} {hour}:00.000+08:00")
        took = (datetime.datetime.fromisoformat(row["ended_at"])
                - datetime.datetime.fromisoformat(row["started_at"]))
        world.sql(f"UPDATE erp2mysql_run SET started_at = '{start.isoformat('T', 'milliseconds')}',"
                  f" ended_at = '{(start + took).isoformat('T', 'milliseconds')}'"
                  f" WHERE run_id = '{row['run_id']}'", "bi")
    world.sql("SET time_zone = '+08:00'; UPDATE erp2mysql_window SET updated_at ="
              " FROM_UNIXTIME(to_ms / 1000 + 60 + to_ms / 86400000 % 5)", "bi")


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        world.fresh()
        cls.job = a_past()

    def page(self, *more, job=None):
        file = world.scratch / "report.html"
        result = world.call("report", job or self.job, "--html", file, "--now", "2024-01-08 12:30:00",
                            *more)
        self.assertEqual(result, (0, "", ""))
        return file

    def test_holds_what_happened_and_loads_nothing(self):
        text = self.page().read_text()
        for part in ("jushuitan-saleout", "saleout_list_query", "jushuitan-qimen", "io_id",
                     "is above the maximum 3", "HTTP status 500", "2024-01-08 12:09:00"):
            self.assertIn(part, text)
        self.assertEqual(re.findall(r"(?:src|href)=[\"'](?!#)|url\(|@import|<script|https?://",
                                    text.split("</style>")[1].split("<h3>")[0]), [])
        self.assertRegex(text, r"waited (?!0\.0)\d+\.\d s for the rate limit")
        self.assertGreater(max(int(row["limit_wait_ms"]) for row in world.rows("erp2mysql_run")), 100)
        html.parser.HTMLParser().feed(text)

    def test_chinese(self):
        text = self.page("--lang", "zh").read_text()
        for part in ('lang="zh"', "数据流", "运行历史", "隔离区（按原因）", "HTTP 状态 500"):
            self.assertIn(part, text)

    def test_hostile_names_stay_text(self):
        def change(job):
            job["target"]["request"][1]["field"] = HOSTILE
            job["source"]["api"] = HOSTILE
        world.sql("UPDATE erp2mysql_run SET error = '</td><script>alert(2)</script>' LIMIT 1;"
                  "UPDATE erp2mysql_quarantine SET reason = '<img src=x onerror=alert(3)>' LIMIT 1",
                  "bi")
        result = world.call("report", world.job(change), "-o", world.scratch / "h.html")
        self.assertEqual(result.code, 0, result.err)
        text = (world.scratch / "h.html").read_text()
        self.assertNotIn("<script", text)
        self.assertNotIn("<img", text)
        self.assertIn("&lt;script&gt;alert(1)", text)

    @unittest.skipUnless(CHROMIUM, "LOOKS NOT TESTED: install the package chromium")
    def test_elements_are_there_and_nothing_overlaps(self):
        items = len(json.loads(self.job.read_text())["target"]["request"])
        for lang in ("en", "zh"):
            page = self.page("--lang", lang)
            for width in (360, 768, 1280):
                with self.subTest(width=width, lang=lang):
                    seen = measured(page, width)
                    self.assertEqual(seen["said"], [])
                    self.assertLessEqual(seen["width"], width)
                    self.assertGreaterEqual(seen["lines"], items - 2)
                    self.assertEqual((seen["boxes"], seen["arrows"], seen["charts"]), (4, 3, 4))
                    self.assertGreaterEqual(seen["bars"], 27)
                    self.assertGreaterEqual(seen["rows"], 10)

    @unittest.skipUnless(CHROMIUM, "LOOKS NOT TESTED: install the package chromium")
    def test_dark(self):
        page = self.page()
        light = measured(page, 1280)["paper"]
        dark = measured(page, 1280, "--blink-settings=preferredColorScheme=0")["paper"]
        self.assertEqual((light, dark), ("rgb(255, 255, 255)", "rgb(18, 24, 31)"))


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    if len(sys.argv) > 2 and sys.argv[1] == "--picture":
        world.fresh()
        shown = world.scratch / "report.html"
        (world.scratch / "jobs").mkdir()
        shutil.copy(a_past(), world.scratch / "jobs")
        world.call("report", "jobs/jushuitan-saleout.json", "-o", shown, "--now", "2024-01-08 12:30:00")
        chromium("--window-size=1120,1500", f"--screenshot={Path(sys.argv[2]).resolve()}",
                 f"file://{shown}")
    else:
        unittest.main(verbosity=1)
