#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every shipped job against its platform: table and truth are compared cell by cell, without faults
and with rows that change while they are read."""
import json
import re
import sys
import unittest
from decimal import Decimal
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import erp_mock  # noqa: E402
import harness  # noqa: E402
from harness import NOW, START  # noqa: E402

JOBS = {
    "jikeyun-channels.json": "jikeyun",
    "xiaobangbang-products.json": "xiaobangbang",
    "wangdiantong-refunds.json": "wangdiantong-qimen",
    "jushuitan-direct.json": "jushuitan",
    "kingdee-order-status.json": "kingdee",
}


def columns_of(config):
    """The mapped columns of a job that are one field of the record: {column: field}."""
    items = json.loads((harness.ROOT / "configs" / config).read_text())["target"]["request"]
    items = items[0].get("children", items)
    plain = {}
    for item in items:
        value = item["value"]
        if value.startswith("{") and value.endswith("}") and value.count("{") == 1:
            plain[item["field"]] = value[1:-1]
    return plain


def normal(value):
    """Numbers without their form, so that 12.50 is 12.5; nothing for what is empty."""
    if value is None or value == "":
        return None
    text = harness.as_text(value)
    text = {"true": "1", "false": "0"}.get(text, text)
    try:
        return Decimal(text)
    except ArithmeticError:
        return text.strip()


class Platforms(unittest.TestCase):
    def run_job(self, config, *args, platform=None, change=None, codes=(0,)):
        platform = platform or JOBS[config]

        def edit(job):
            auth = job["source"]["connection"].get("auth")
            world.connected(platform, **({"auth": auth} if auth else {}))(job)
            if change:
                change(job)
        result = world.run(world.job(edit, config=config), "--now", NOW, "--output", "json", *args)
        self.assertIn(result.code, codes, f"{config}: {result.err}")
        return json.loads(result.out)

    def assert_cells(self, table, key, truth, columns, skip=()):
        rows = {row[key]: row for row in world.rows(table)}
        wanted = {harness.as_text(row[columns[key]]): row for row in truth}
        self.assertEqual(sorted(rows), sorted(wanted))
        for number, row in wanted.items():
            for column, field in columns.items():
                if column in skip:
                    continue
                said = erp_mock.lookup(row, field)
                said = row.get(field) if said is None else said
                stored = rows[number][column]
                if isinstance(said, str) and re.fullmatch(r"\d{13}", said) and "-" in (stored or ""):
                    said = harness.local_text(int(said))  # the platform sends milliseconds
                self.assertEqual(normal(stored), normal(said), f"{table} {number} {column}")

    def test_jikeyun_channels(self):
        told = self.run_job("jikeyun-channels.json")
        truth = world.mock.truth("jikeyun", end=NOW)
        self.assertGreater(len(truth), 20)
        self.assertEqual(told["rows"]["written"], len(truth))
        self.assert_cells("channel", "channelId", truth, columns_of("jikeyun-channels.json"))

    def test_xiaobangbang_products(self):
        told = self.run_job("xiaobangbang-products.json")
        truth = world.mock.truth("xiaobangbang", end=NOW)
        self.assertGreater(len(truth), 20)
        self.assertEqual(told["rows"]["written"], len(truth))
        stored = {row["record_id"]: erp_mock.parse(row["content"])
                  for row in world.rows("erp2mysql_record")}
        self.assertEqual(stored, {harness.as_text(row["dataId"]): row for row in truth})
        numbers = {row["number"] for row in world.rows("erp2mysql_record")}
        self.assertEqual(numbers, {row["data"]["serialNo"] for row in truth})

    def test_wangdiantong_refunds(self):
        columns = columns_of("wangdiantong-refunds.json")
        self.assertEqual(len(columns), 39)

        def direct(job):
            job["source"]["platform"] = "wangdiantong"
            job["source"]["api"] = "aftersales.refund.Refund.search"
            job["source"]["request"][1]["value"] = "0"
        for platform, change in (("wangdiantong-qimen", None), ("wangdiantong", direct)):
            with self.subTest(platform):
                world.fresh()
                told = self.run_job("wangdiantong-refunds.json", platform=platform, change=change)
                truth = world.mock.truth(platform, end=NOW)
                self.assertGreater(len(truth), 20)
                self.assertGreaterEqual(told["rows"]["read"], len(truth))
                self.assert_cells("aftersales_refund_refund_search", "refund_id", truth, columns)

    def test_jushuitan_direct(self):
        self.run_job("jushuitan-direct.json")
        truth = erp_mock.flatten(world.mock.truth("jushuitan", end=NOW,
                                                  api="/open/orders/out/simple/query"), "items")
        self.assertGreater(len(truth), 20)
        self.assertEqual(len(world.rows(harness.TABLE)), len(truth))
        wanted = {f"{row['o_id']}-{row.get('items_ioi_id', '')}-{row['modified']}": row
                  for row in truth}
        columns = columns_of("jushuitan-direct.json")
        for row in world.rows(harness.TABLE):
            for column, field in columns.items():
                said = wanted[row["id"]].get(field)
                if isinstance(said, (dict, list)):
                    self.assertEqual(erp_mock.parse(row[column]), said, f"{row['id']} {column}")
                else:
                    self.assertEqual(normal(row[column]), normal(said), f"{row['id']} {column}")

    def test_kingdee_closes_orders(self):
        fields = "FID,FBillNo,FCloseStatus,FCancelStatus,FCloseDate,FCancelDate"
        for auth in ("sign", "password", "app_secret", "headers"):
            with self.subTest(auth):
                world.fresh()
                truth = world.mock.truth("kingdee", api="SAL_SaleOrder", fields=fields)
                numbers = sorted({row["FBillNo"] for row in truth})
                values = ",".join(f"('{number}')" for number in numbers)
                world.sql(f"INSERT INTO mt_so_head (SO_NUMBER) VALUES {values}", "bi")

                def change(job):
                    job["source"]["connection"]["auth"] = auth
                    job["source"]["pagination"]["pageSize"] = 7
                self.run_job("kingdee-order-status.json", change=change)
                closed = {row["FBillNo"] for row in truth if self.is_closed(row)}
                self.assertGreater(len(closed), 5)
                found = {row["SO_NUMBER"] for row in world.rows("mt_so_head")
                         if row["SO_STATUS"] == "CLOSED"}
                self.assertEqual(found, closed)

    def test_windows_side_by_side_share_one_session(self):
        world.mock.set(**{"kingdee.one_session": "on"})
        world.sql("INSERT INTO mt_so_head (SO_NUMBER) VALUES ('x')", "bi")

        def change(job):
            job["source"]["connection"]["auth"] = "password"
            job["source"]["pagination"]["pageSize"] = 5
            # Both bounds, or one window would read all.
            item = next(i for i in job["source"]["otherRequest"] if i["field"] == "FilterString")
            item["value"] = ("FCloseDate>='{{LAST_SYNC_TIME|datetime}}' and"
                             " FCloseDate<'{{CURRENT_TIME|datetime}}'")
            job["write"] = {"onNoMatch": "insert"}
        told = self.run_job("kingdee-order-status.json", "--parallel", "4", change=change)
        self.assertGreater(told["windows"]["done"], 4)
        self.assertEqual(world.mock.stats("kingdee")["sign_ins"], 1, "one must do for all")

    @staticmethod
    def is_closed(row):
        return ((row["FCloseStatus"] == "B" or row["FCancelStatus"] == "B")
                and any((row[day] or "").replace("T", " ") >= START
                        for day in ("FCloseDate", "FCancelDate")))

    def test_an_order_that_is_not_there_yet_waits(self):
        def change(job):
            job["source"]["pagination"]["pageSize"] = 50
        told = self.run_job("kingdee-order-status.json", change=change, codes=(3,))
        self.assertEqual(told["status"], "partial")
        self.assertGreater(told["rows"]["quarantined"], 0)
        self.assertEqual(told["rows"]["written"], 0)
        states = {row["state"] for row in world.rows("erp2mysql_quarantine")}
        self.assertEqual(states, {"unmatched"})

    def test_a_session_lost_between_pages(self):
        world.mock.set(**{"kingdee.session_calls": 2})
        world.sql("INSERT INTO mt_so_head (SO_NUMBER) VALUES ('x')", "bi")

        def change(job):
            job["source"]["pagination"]["pageSize"] = 5
            job["write"] = {"onNoMatch": "insert"}
        self.run_job("kingdee-order-status.json", change=change)
        fields = "FID,FBillNo,FCloseStatus,FCancelStatus,FCloseDate,FCancelDate"
        truth = world.mock.truth("kingdee", api="SAL_SaleOrder", fields=fields)
        closed = {row["FBillNo"] for row in truth if self.is_closed(row)}
        found = {row["SO_NUMBER"] for row in world.rows("mt_so_head")} - {"x"}
        self.assertEqual(found, closed)
        self.assertGreater(world.stats()["sign_ins"], 1)

    def test_rows_that_change_while_they_are_read(self):
        world.fresh("--orders", "150", "--drift", "0.3")

        def small(job):
            for item in job["source"]["request"]:
                if item["field"] == "page_size":
                    item["value"] = "10"
        self.run_job("wangdiantong-refunds.json", change=small)
        self.assertGreater(world.mock.stats("wangdiantong-qimen")["drifted"], 0)
        kept = {row["refund_id"] for row in world.rows("aftersales_refund_refund_search")}
        wanted = {harness.as_text(row["refund_id"])
                  for row in world.mock.truth("wangdiantong-qimen", end=NOW)}
        self.assertEqual(wanted - kept, set())

    def setUp(self):
        world.fresh()


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
