#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The mock against the smallest signed client of each platform: every page to the end equals the
truth, and what the platforms refuse is refused. Needs neither the tool nor a database."""
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import erp_clients  # noqa: E402
import erp_mock  # noqa: E402

START, END = "2024-01-01 00:00:00", "2024-01-08 00:10:00"
ROWS = 60


def plain(value):
    """Any answer in the shape of the truth: scalars as text, so that 5 and "5" are the same."""
    if isinstance(value, dict):
        return {key: plain(cell) for key, cell in value.items()}
    if isinstance(value, list):
        return [plain(cell) for cell in value]
    return str(value).lower() if isinstance(value, bool) else value


def seconds(text):
    import calendar
    import time
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) - 8 * 3600


class Contract(unittest.TestCase):
    flags = ()

    def setUp(self):
        self.mock = erp_mock.Mock.start("--orders", str(ROWS), *self.flags)
        self.addCleanup(self.mock.close)

    def assert_same(self, rows, truth, key):
        self.assertGreater(len(truth), 20)
        found = {row[key]: plain(row) for row in rows}
        self.assertEqual(len(found), len(rows), "a row twice")
        self.assertEqual(found, {row[key]: plain(row) for row in truth})

    def refusals(self, client, ask, code_of, wrong_sign, late=None, skew=3600):
        """Signature and clock, in the words of the platform."""
        client.spoil = True
        self.assertEqual(code_of(ask()), wrong_sign)
        client.spoil = False
        if late is not None:
            client.skew = -skew
            self.assertEqual(code_of(ask()), late)
            client.skew = 0
        self.assertNotIn(code_of(ask()), (wrong_sign, late))
        self.assertEqual(self.mock.stats(client.platform)["signature_failures"], 1)


class Jikeyun(Contract):
    def channels(self, client, size=7):
        rows, page = [], 0
        while True:
            answer = client.call("erp.sales.get", {
                "pageIndex": page, "pageSize": size, "gmtModifiedStart": START,
                "gmtModifiedEnd": END, "misspeltStart": "ignored"})
            self.assertEqual((answer["code"], answer["subCode"]), ("200", "0030000004"))
            more = answer["result"]["data"]["salesChannelInfo"]
            rows += more
            if len(more) < size:
                return rows
            page += 1

    def test_channels(self):
        client = erp_clients.Jikeyun(self.mock)
        self.assert_same(self.channels(client), self.mock.truth("jikeyun"), "channelId")
        hidden = client.call("erp.sales.get", {"isBlockup": 1})["result"]["data"]
        self.assertEqual(len(hidden["salesChannelInfo"]) + len(self.mock.truth("jikeyun")), ROWS)
        self.assertEqual(self.mock.stats("jikeyun")["duplicates"], 0)

    def test_letters_that_java_lowers(self):
        client = erp_clients.Jikeyun(self.mock)
        answer = client.call("erp.sales.get", {"name": "ÉCLAT ＡＢＣ"})
        self.assertEqual(answer["subCode"], "0030000004")

    def test_shapes(self):
        client = erp_clients.Jikeyun(self.mock)
        self.mock.set(**{"jikeyun.data": "array", "jikeyun.code": "text"})
        answer = client.call("erp.sales.get", {"pageSize": 500, "pageIndex": 0})
        self.assertEqual(answer["code"], "200")
        self.assert_same(answer["result"]["data"], self.mock.truth("jikeyun"), "channelId")
        self.mock.set(**{"jikeyun.data": "text", "jikeyun.ids": "number"})
        data = client.call("erp.sales.get", {"pageSize": 200})["result"]["data"]
        rows = erp_mock.parse(data)["salesChannelInfo"]
        self.assert_same(rows, self.mock.truth("jikeyun"), "channelId")

    def test_goods_by_page_and_by_cursor(self):
        client = erp_clients.Jikeyun(self.mock)
        truth = self.mock.truth("jikeyun", api="erp.storage.goodslist")
        for cursor in (False, True):
            rows, page = [], 0
            while True:
                biz = {"pageIndex": page, "pageSize": 25}
                if cursor:
                    biz = {"pageIndex": 0, "pageSize": 25,
                           "maxSkuId": rows[-1]["skuId"] if rows else "0"}
                more = client.call("erp.storage.goodslist", biz)["result"]["data"]["goods"]
                rows += more
                page += 1
                if not more:
                    break
            self.assert_same(rows, truth, "skuId")

    def test_trades_by_scroll(self):
        client = erp_clients.Jikeyun(self.mock)
        truth = self.mock.truth("jikeyun", api="oms.trade.fullinfoget")
        names = ["scrollId", "goodsDetail.*"] + sorted({key for row in truth for key in row})
        rows, scroll = [], ""
        while True:
            data = client.call("oms.trade.fullinfoget", {
                "startModified": START, "endModified": "2024-01-08 00:00:00", "pageSize": 25,
                "hasTotal": 1, "scrollId": scroll, "fields": ",".join(names)})["result"]["data"]
            rows += data["trades"]
            if not data["trades"]:
                break
            scroll = data["scrollId"]
        self.assert_same(rows, truth, "tradeId")
        few = client.call("oms.trade.fullinfoget", {
            "tradeNo": truth[0]["tradeNo"], "fields": "tradeNo,goodsDetail.goodsNo"})
        data = few["result"]["data"]
        self.assertNotIn("scrollId", data)
        self.assertLessEqual(set(data["trades"][0]), {"tradeNo", "goodsDetail"})

    def test_refusals(self):
        client = erp_clients.Jikeyun(self.mock)

        def code(answer):
            return answer["subCode"]
        self.refusals(client, lambda: client.call("erp.sales.get", {}), code, "0858030801",
                      late="0858030801")
        self.assertEqual(client.call("erp.sales.get", {}, appkey="1")["subCode"], "0858030802")
        self.assertEqual(client.call("erp.unknown.get", {})["subCode"], "0130020310")
        long = {"startModified": START, "endModified": "2024-02-01 00:00:00", "fields": "tradeNo"}
        for biz in (long, {"fields": "tradeNo"}, {**long, "fields": ""}):
            answer = client.call("oms.trade.fullinfoget", biz)
            self.assertEqual((answer["code"], answer["subCode"]), ("0", "0050030002"))


class Xiaobangbang(Contract):
    lists = {"/product/list": {}, "/customer/list": {"formId": 880201},
             "/contract/list": {"formId": 880301}}

    def pages(self, client, path, size=9, **more):
        rows, page = [], 1
        while True:
            answer = client.call(path, {"page": page, "pageSize": size, **self.lists[path], **more})
            self.assertEqual((answer["code"], answer["success"]), ("1", True), answer)
            rows += answer["result"]["list"]
            if page >= int(answer["result"]["totalPage"]):
                return rows
            page += 1

    def test_lists(self):
        client = erp_clients.Xiaobangbang(self.mock)
        since = [{"attr": "updateTime", "symbol": "greaterequal", "value": [seconds(START)]}]
        for path in self.lists:
            truth = self.mock.truth("xiaobangbang", api=path)
            self.assert_same(self.pages(client, path, conditions=since), truth, "dataId")
            self.assertGreater(len(self.pages(client, path, viewApproval="1")), len(truth))

    def test_conditions(self):
        client = erp_clients.Xiaobangbang(self.mock)
        truth = self.mock.truth("xiaobangbang")
        middle = sorted(int(row["updateTime"]) for row in truth)[len(truth) // 2]
        for condition, holds in (
                (("updateTime", "range", [seconds(START), middle]),
                 lambda row: int(row["updateTime"]) <= middle),
                (("serialNo", "in", [truth[0]["data"]["serialNo"]]), lambda row: row == truth[0]),
                (("text_1", "like", ["手环"]), lambda row: "手环" in row["data"]["text_1"])):
            attr, symbol, value = condition
            rows = self.pages(client, "/product/list", conditions=[
                {"attr": attr, "symbol": symbol, "value": value}])
            self.assertEqual(plain(rows), [plain(row) for row in truth if holds(row)])

    def test_refusals(self):
        client = erp_clients.Xiaobangbang(self.mock)

        def ask(**body):
            return client.call("/product/list", body)
        self.refusals(client, ask, lambda answer: answer["code"], "100012")
        self.assertEqual(len(ask(pageSize=500, page=1)["result"]["list"]),
                         len(self.mock.truth("xiaobangbang")))
        self.mock.set(**{"xiaobangbang.oversize": "error"})
        self.assertEqual(ask(pageSize=101)["code"], "701020")
        self.assertEqual(ask(page=0)["code"], "701020")
        bare = {"attr": "updateTime", "symbol": "greaterequal", "value": 5}
        self.assertEqual(ask(conditions=[bare])["code"], "701020")
        self.assertEqual(ask(conditions=bare)["code"], "701020")
        self.assertFalse(client.call("/customer/list", {})["success"])


if __name__ == "__main__":
    unittest.main()
