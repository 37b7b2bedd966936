#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every fault of the imitated ERPs on every platform. The promise: a run that ends well is complete;
one that does not says so in its exit code, moves no watermark past what is missing, and the next
run without the fault completes the table.

    platform_faults_test.py --figures    also prints what each cell of the table took
"""
import collections
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import erp_mock  # noqa: E402
import harness  # noqa: E402
from harness import NOW, START  # noqa: E402

FIGURES = "--figures" in sys.argv
PAGE = 10

FAULTS = [
    "html", "html502", "xml", "http500", "http429", "reset", "truncated_json", "truncated_transfer",
    "truncated_inner", "bad_gzip", "throttle", "isp", "unknown_code", "error_response",
    "code_as_text", "session_lost", "empty_page", "missing_list", "no_total", "no_cursor",
    "repeat_page", "duplicate_rows", "total_moves", "type_switch", "deep", "dup_key", "bom",
    "not_utf8", "control_character", "quota",
]
# What a run may end with: complete, bad rows, the source, its protocol, later again, credentials.
ALLOWED = (0, 3, 65, 69, 75, 76, 77)


def wdt_direct(job):
    job["source"]["api"] = "aftersales.refund.Refund.search"


def insert_missing(job):
    job["write"] = {"onNoMatch": "insert"}


# platform: job file, table and key column, key of a truth row, list to flatten, change of the job
CASES = {
    "jikeyun": ("jikeyun-channels.json", "channel", "channelId", "channelId", None, None),
    "xiaobangbang": ("xiaobangbang-products.json", "erp2mysql_record", "record_id", "dataId", None,
                     None),
    "wangdiantong-qimen": ("wangdiantong-refunds.json", "aftersales_refund_refund_search",
                           "refund_id", "refund_id", None, None),
    "wangdiantong": ("wangdiantong-refunds.json", "aftersales_refund_refund_search", "refund_id",
                     "refund_id", None, wdt_direct),
    "jushuitan-qimen": ("jushuitan-saleout.json", harness.TABLE, "o_id", "o_id", None, None),
    "jushuitan": ("jushuitan-direct.json", harness.TABLE, "o_id", "o_id", None, None),
    "kingdee": ("kingdee-order-status.json", "mt_so_head", "SO_NUMBER", "FBillNo", None,
                insert_missing),
}


def set_page_size(source):
    source.setdefault("pagination", {})["pageSize"] = PAGE
    for item in source["request"]:
        if item["field"] in ("pageSize", "page_size"):
            item["value"] = str(PAGE)


class PlatformFaults(unittest.TestCase):
    ended = collections.Counter()

    @classmethod
    def tearDownClass(cls):
        codes = ", ".join(f"{count} with {code}" for code, count in sorted(cls.ended.items()))
        print(f"{sum(cls.ended.values())} faults, {len(FAULTS)} kinds on {len(CASES)} platforms: runs ended {codes}; "
              "complete when they ended well, all complete after one more")

    def job(self, platform):
        config, *_, change = CASES[platform]

        def edit(job):
            auth = job["source"]["connection"].get("auth")
            world.connected(platform, **({"auth": auth} if auth else {}))(job)
            set_page_size(job["source"])
            job["sync"]["window"] = "7d"
            if change:
                change(job)
        return world.job(edit, config=config)

    def wanted(self, platform):
        key = CASES[platform][3]
        if platform == "kingdee":
            rows = world.mock.truth("kingdee", api="SAL_SaleOrder", fields=(
                "FID,FBillNo,FCloseStatus,FCancelStatus,FCloseDate,FCancelDate"))
            rows = [row for row in rows if "B" in (row["FCloseStatus"], row["FCancelStatus"])
                    and any((row[day] or "").replace("T", " ") >= START
                            for day in ("FCloseDate", "FCancelDate"))]
        elif platform == "jushuitan":
            rows = world.mock.truth("jushuitan", end=NOW, api="/open/orders/out/simple/query")
        else:
            rows = world.mock.truth(platform, end=NOW)
        return {harness.as_text(row[key]) for row in rows}

    def held(self, platform):
        table, column = CASES[platform][1:3]
        if not world.table_exists(table):
            return set()
        return {row[column] for row in world.rows(table, [column])}

    def attempt(self, job):
        result = world.run(job, "--now", NOW, "--output", "json")
        return result, json.loads(result.out) if result.out else {}

    def check(self, platform, fault):
        world.fresh()
        job = self.job(platform)
        world.mock.faults([{"at": 2, "fault": fault, "platform": platform, "seconds": 1, "mb": 1}])
        result, told = self.attempt(job)
        self.assertIn(result.code, ALLOWED, result.err)
        type(self).ended[result.code] += 1
        wanted = self.wanted(platform)
        name = json.loads(job.read_text())["name"]
        if result.code == 0:
            self.assertEqual(self.held(platform) ^ wanted, set(), "a run that ended well")
        else:
            self.assertNotEqual(result.err.strip(), "")
            if result.code != 3:
                self.assertIsNone(world.watermark(name), result.err)
        world.mock.faults([])
        again, _ = self.attempt(job) if result.code else (result, told)
        self.assertEqual(again.code, 0, again.err)
        self.assertEqual(self.held(platform) ^ wanted, set(), "after the fault was gone")
        if FIGURES:
            print(f"{platform:20} {fault:20} exit {result.code}  truth {len(wanted):4}  "
                  f"requests {told.get('requests')}  duplicate "
                  f"{told.get('rows', {}).get('duplicate')}", flush=True)


    def test_rows_that_change_while_they_are_read(self):
        for platform in CASES:
            with self.subTest(platform):
                world.fresh("--orders", "150", "--drift", "0.3")
                result, told = self.attempt(self.job(platform))
                self.assertEqual(result.code, 0, result.err)
                self.assertGreater(world.mock.stats(platform)["drifted"], 0)
                wanted, held = self.wanted(platform), self.held(platform)
                self.assertEqual(wanted - held, set())
                if FIGURES:
                    print(f"{platform:20} drift  truth {len(wanted)}  held {len(held)}  requests "
                          f"{told['requests']}  duplicate {told['rows']['duplicate']}", flush=True)


def add_test(platform):
    def test(self):
        for fault in FAULTS:
            with self.subTest(f"{platform} {fault}"):
                self.check(platform, fault)
    setattr(PlatformFaults, "test_" + platform.replace("-", "_"), test)


for one in CASES:
    add_test(one)

if __name__ == "__main__":
    world = harness.World("--orders", "45")
    unittest.main(argv=[arg for arg in sys.argv if arg != "--figures"])
