#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every fault of the imitated ERPs on every platform, at the first request for rows, the second, the last, and
from the first on for ever. The promise: a run that ends well is complete; one that does not says so in its exit
code, moves no watermark past what is missing, and the next run without the fault completes the table.

The mock names its faults, so none is forgotten. That each one was met is asserted twice: the mock counts it, and
a client of its own finds the answer changed by it; what a platform has no words for is listed, and not counted.

    platform_faults_test.py --all        each fault at all places, else at the second, half of them at one more
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
import fault_probe  # noqa: E402
import harness  # noqa: E402
from harness import NOW, START  # noqa: E402

ALL = "--all" in sys.argv
FIGURES = "--figures" in sys.argv
PAGE = 10
PLACES = ("first", "second", "last", "for ever")

LISTS = tuple(fault_probe.LISTS)
# A fault that a list's answers show nothing of, and why; that there are no others is tested.
WORDLESS = {
    "error_response": ("only Qimen has two shapes of errors", set(LISTS) - {"jushuitan-qimen", "wangdiantong-qimen"}),
    "code_as_text": ("Kingdee's rows come without a code", {"kingdee"}),
    "missing_list": ("Kingdee's answer is the list", {"kingdee"}),
    "too_big": ("Kingdee knows no window that is too big", {"kingdee"}),
    "not_utf8": ("the mock puts it into objects, Kingdee's answer is a list", {"kingdee"}),
    "deep": ("as above", {"kingdee"}),
    "huge": ("as above", {"kingdee"}),
    "control_character": ("as above", {"kingdee"}),
    "dup_key": ("only rows of Jushuitan behind Qimen are written by hand", set(LISTS) - {"jushuitan-qimen"}),
    "no_total": ("told no total anyway, or only when asked", {"jikeyun", "jikeyun-trades", "kingdee"}),
    "no_cursor": ("only a scroll has one", set(LISTS) - {"jikeyun-trades"}),
    "repeat_page": ("a scroll and a key have no numbers of pages", {"jikeyun-trades", "kingdee"}),
    "session_lost": ("no session, and no words for a lost one", {"jushuitan-qimen", "wangdiantong",
                                                               "wangdiantong-qimen"}),
    "total_moves": ("only Xiaobangbang's total is made to move", set(LISTS) - {"xiaobangbang"}),
    "truncated_inner": ("only Jikeyun packs JSON into JSON", set(LISTS) - {"jikeyun", "jikeyun-trades"}),
}
# What a run may end with: complete, the source, its protocol, later again, credentials.
ALLOWED = (0, 65, 69, 75, 76, 77)
# Once: these last, or cannot be told from what lasts; after any other the run goes on by itself.
LASTING = {"business", "huge", "isp", "isv", "no_cursor", "quota", "repeat_page", "session_lost", "unknown_code"}
# For ever: these leave all that is needed in the answer; any other must end the run with an error.
HARMLESS = {"bom", "code_as_text", "dup_key", "duplicate_rows", "no_total", "slow", "type_switch"}


# Answers after which a minute is waited, each time.
MINUTES = {("wangdiantong", "throttle"), ("wangdiantong-qimen", "throttle"), ("wangdiantong", "quota"),
           ("jushuitan", "quota")}


def excused(case, fault, place):
    """Why this cell of the table can promise nothing; None for all others."""
    if (fault, place) == ("repeat_page", "first"):
        return "page 1 is page 1"
    if (fault, place) == ("empty_page", "for ever") and case in WORDLESS["no_total"][1] - {"jikeyun-trades"}:
        return "without a total, an ERP that never shows a row has none"
    if (case, fault) in MINUTES and place != "second":
        return "a minute for each is not short"
    return None


def wdt_direct(job):
    job["source"]["api"] = "aftersales.refund.Refund.search"


def insert_missing(job):
    job["write"] = {"onNoMatch": "insert"}


def trades(job):
    bounds = {"startModified": "{{LAST_SYNC_TIME|datetime}}", "endModified": "{{CURRENT_TIME|datetime}}"}
    values = {"pageSize": "10", "hasTotal": "1", "fields": "tradeId,tradeNo,scrollId", **bounds}
    job["name"] = "jikeyun-trades"
    job["source"].update(api="oms.trade.fullinfoget", number="tradeNo", id="tradeId", name="tradeNo",
                         request=[{"field": field, "value": value} for field, value in values.items()])


# list: job file, table and key column, key of a truth row, change of the job
CASES = {
    "jikeyun": ("jikeyun-channels.json", "channel", "channelId", "channelId", None),
    "jikeyun-trades": ("xiaobangbang-products.json", "erp2mysql_record", "record_id", "tradeId", trades),
    "xiaobangbang": ("xiaobangbang-products.json", "erp2mysql_record", "record_id", "dataId", None),
    "wangdiantong-qimen": ("wangdiantong-refunds.json", "aftersales_refund_refund_search", "refund_id", "refund_id",
                           None),
    "wangdiantong": ("wangdiantong-refunds.json", "aftersales_refund_refund_search", "refund_id", "refund_id",
                     wdt_direct),
    "jushuitan-qimen": ("jushuitan-saleout.json", harness.TABLE, "o_id", "o_id", None),
    "jushuitan": ("jushuitan-direct.json", harness.TABLE, "o_id", "o_id", None),
    "kingdee": ("kingdee-order-status.json", "mt_so_head", "SO_NUMBER", "FBillNo", insert_missing),
}
APIS = {"jikeyun-trades": "oms.trade.fullinfoget", "jushuitan": "/open/orders/out/simple/query"}
SIGN_INS = {"kingdee": 1}  # requests before the first one for rows


def platform_of(case):
    return case.removesuffix("-trades")


def set_page_size(source):
    source.setdefault("pagination", {})["pageSize"] = PAGE
    for item in source["request"]:
        if item["field"] in ("pageSize", "page_size"):
            item["value"] = str(PAGE)


def plan_of(case, fault, place, requests):
    """Two windows are read (Kingdee's job bounds its time below only: one), the last request is of the second."""
    first = 1 + SIGN_INS.get(case, 0)
    at = {"first": first, "second": first + 1, "last": requests, "for ever": 1}[place]
    return {"at": at, "fault": fault, "platform": platform_of(case), "times": -1 if place == "for ever" else 1,
            "seconds": 1, "retry_after": 0 if place == "for ever" else 1, "ms": fault_probe.SLOW_MS,
            "mb": 65, "code": "4711", "message": "网控冲突"}


class PlatformFaults(unittest.TestCase):
    ended = collections.Counter()
    kinds = set()

    @classmethod
    def setUpClass(cls):
        cls.faults = world.mock.fault_names()
        cls.altered = {fault: fault_probe.altered(fault) for fault in cls.faults}

    @classmethod
    def tearDownClass(cls):
        codes = ", ".join(f"{count} with {code}" for code, count in sorted(cls.ended.items()))
        print(f"{sum(cls.ended.values())} faults met, {len(cls.kinds)} kinds on {len(CASES)} lists of "
              f"{len(erp_mock.PLATFORMS)} platforms: runs ended {codes}; complete when they ended well, all complete "
              "after one more")

    def test_what_has_no_words(self):
        for fault in self.faults:
            self.assertEqual(set(LISTS) - self.altered[fault], WORDLESS.get(fault, ("", set()))[1], fault)
            self.assertTrue(self.altered[fault], f"{fault} is met nowhere")

    def job(self, case, attempts=5, window="4d"):
        config, *_, change = CASES[case]

        def edit(job):
            auth = job["source"]["connection"].get("auth")
            world.connected(platform_of(case), **({"auth": auth} if auth else {}))(job)
            if change:
                change(job)
            set_page_size(job["source"])
            job["sync"]["window"] = window
            job["retry"]["maxAttempts"] = attempts
        return world.job(edit, config=config)

    def wanted(self, case, end=NOW):
        key = CASES[case][3]
        if case == "kingdee":
            rows = world.mock.truth("kingdee", api="SAL_SaleOrder", fields=(
                "FID,FBillNo,FCloseStatus,FCancelStatus,FCloseDate,FCancelDate"))
            rows = [row for row in rows if "B" in (row["FCloseStatus"], row["FCancelStatus"])
                    and any(START <= (row[day] or "").replace("T", " ") < end
                            for day in ("FCloseDate", "FCancelDate"))]
        else:
            rows = world.mock.truth(platform_of(case), end=end, api=APIS.get(case))
        return {harness.as_text(row[key]) for row in rows}

    def held(self, case):
        table, column = CASES[case][1:3]
        if not world.table_exists(table):
            return set()
        return {row[column] for row in world.rows(table, [column])}

    def attempt(self, job):
        result = world.run(job, "--now", NOW, "--output", "json", "--log-level", "debug",
                           "--log-file", world.scratch / "log")
        return result, json.loads(result.out) if result.out else {}

    def check(self, case, fault, place, requests):
        world.fresh()
        job = self.job(case, 2 if place == "for ever" else 5)  # some platforms ask for a minute's wait
        world.mock.faults([plan_of(case, fault, place, requests)])
        result, told = self.attempt(job)
        met = world.mock.stats(platform_of(case))["faults"].get(fault, 0)
        if place == "for ever":
            self.assertGreater(met, 0, "the fault did not strike")
        else:
            self.assertEqual(met, 1, "the fault did not strike")
        # A platform that takes offence at a parameter means the job file.
        self.assertIn(result.code, (*ALLOWED, 78) if fault in ("isv", "too_big") else ALLOWED, result.err)
        if place == "for ever":
            self.assertTrue(result.code or fault in HARMLESS, "a fault that never stops must be told")
        else:
            self.assertTrue(result.code == 0 or fault in LASTING, result.err)
        type(self).ended[result.code] += 1
        self.kinds.add(fault)
        wanted = self.wanted(case)
        name = json.loads(job.read_text())["name"]
        if FIGURES:
            print(f"{case:20} {fault:20} {place:8} exit {result.code}  truth {len(wanted):4}  held "
                  f"{len(self.held(case)):4}  requests {told.get('requests')}  met {met}", flush=True)
        if result.code == 0:
            self.assertEqual(self.held(case) ^ wanted, set(), "a run that ended well")
        else:
            self.assertNotEqual(result.err.strip(), "")
            watermark = world.watermark(name)
            if watermark:
                self.assertEqual(self.wanted(case, watermark) - self.held(case), set(), "before the watermark")
        world.mock.faults([])
        again, _ = self.attempt(job) if result.code else (result, told)
        self.assertEqual(again.code, 0, again.err)
        self.assertEqual(self.held(case) ^ wanted, set(), "after the fault was gone")

    def places(self, case, fault):
        if ALL:
            return PLACES
        turn, odd = divmod(self.faults.index(fault) + LISTS.index(case), 2)
        others = [place for place in PLACES if place != "second"]
        return ("second",) if odd else ("second", others[turn % len(others)])

    def check_all(self, case):
        world.fresh()
        result, told = self.attempt(self.job(case))
        self.assertEqual((result.code, self.held(case)), (0, self.wanted(case)), result.err)
        self.assertEqual(told["windows"]["done"], 1 if case == "kingdee" else 2)
        for fault in self.faults:
            for place in self.places(case, fault):
                if case not in self.altered[fault] or excused(case, fault, place):
                    continue
                with self.subTest(f"{case} {fault} {place}"):
                    self.check(case, fault, place, told["requests"])

    def test_rows_that_change_while_they_are_read(self):
        for case in CASES:
            with self.subTest(case):
                world.fresh("--orders", "150", "--drift", "0.3")
                # Rows move behind all others, which no window that holds them may: those end before now.
                result, told = self.attempt(self.job(case, window="7d"))
                self.assertEqual(result.code, 0, result.err)
                self.assertGreater(world.mock.stats(platform_of(case))["drifted"], 0)
                wanted, held = self.wanted(case), self.held(case)
                self.assertEqual(wanted - held, set())
                if FIGURES:
                    print(f"{case:20} drift  truth {len(wanted)}  held {len(held)}  requests "
                          f"{told['requests']}  duplicate {told['rows']['duplicate']}", flush=True)


def add_test(case):
    def test(self):
        self.check_all(case)
    setattr(PlatformFaults, "test_" + case.replace("-", "_"), test)


for one in CASES:
    add_test(one)

if __name__ == "__main__":
    world = harness.World("--orders", "45")
    unittest.main(argv=[arg for arg in sys.argv if arg not in ("--figures", "--all")])
