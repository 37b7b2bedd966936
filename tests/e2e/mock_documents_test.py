#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""As mock_contract_test, for the platforms that serve documents with lines: Wangdiantong, Jushuitan
and Kingdee, with their sessions, tokens, limits and drift."""
import concurrent.futures
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import erp_clients  # noqa: E402
from mock_contract_test import END, ROWS, START, Contract, plain  # noqa: E402

REFUNDS = "aftersales.refund.Refund.search"
# What published jobs map; each must have a value somewhere.
REFUND_COLUMNS = """refund_id src_tids refund_no remark type stockin_status flag_name
    return_goods_count receiver_telno receiver_name modified note_count shop_no from_type created
    settle_time check_time return_logistics_no trade_no_list guarantee_refund_amount
    return_goods_amount return_logistics_name reason_name refund_reason buyer_nick operator_name
    actual_refund_amount revert_reason_name return_warehouse_no direct_refund_amount receive_amount
    customer_name fenxiao_nick_name status shop_id trade_id raw_refund_nos pay_id
    provider_refund_no""".split()
QIMEN_REFUNDS = "wdt.aftersales.refund.refund.search"
WINDOW = {"modified_from": START, "modified_to": END}


class Wangdiantong(Contract):
    def ways(self):
        """Both doors as ask(params, page from 0, size) → (status, data)."""
        qimen = erp_clients.WangdiantongQimen(self.mock)
        direct = erp_clients.Wangdiantong(self.mock)

        def through_qimen(params, page, size):
            answer = qimen.call(QIMEN_REFUNDS, params, {"page_size": size, "page_no": page + 1})
            return answer["response"]
        return (qimen, through_qimen), (direct, lambda params, page, size:
                                        direct.call(REFUNDS, params, page, size))

    def test_refunds_from_the_last_page(self):
        for client, ask in self.ways():
            total = int(ask(WINDOW, 0, 13)["data"]["total_count"])
            rows = []
            for page in reversed(range(-(-total // 13))):
                rows = ask(WINDOW, page, 13)["data"]["order"] + rows
            self.assert_same(rows, self.mock.truth(client.platform), "refund_id")

    def test_columns(self):
        seen = {key for row in self.mock.truth("wangdiantong-qimen") for key in row}
        self.assertEqual(set(REFUND_COLUMNS) - seen, set())
        self.assertEqual(len(REFUND_COLUMNS), 39)

    def test_drift_between_pages(self):
        for client, ask in self.ways():
            window = {**WINDOW, "modified_to": "2024-01-08 00:00:00"}
            first = ask(window, 0, 10)
            last = -(-int(first["data"]["total_count"]) // 10) - 1
            gone = first["data"]["order"][3]["refund_id"]
            seen = {row["refund_id"] for row in first["data"]["order"]}
            self.mock.touch(client.platform, gone)
            for page in range(1, last + 1):
                seen |= {row["refund_id"] for row in ask(window, page, 10)["data"]["order"]}
            self.assertEqual(len(seen), ROWS - 1, "forward paging must lose a neighbour")
            changed = [row for row in self.mock.truth(client.platform) if row["refund_id"] == gone]
            self.assertEqual(changed[0]["remark"], "改单1")

    def test_stockouts(self):
        client = erp_clients.Wangdiantong(self.mock)
        method = "wms.stockout.Sales.queryWithDetail"
        truth = self.mock.truth("wangdiantong", api=method)
        some = truth[5]
        day, hour = some["modified"][:11], some["modified"][11:13]
        window = {"start_time": f"{day}{hour}:00:00", "end_time": f"{day}{hour}:59:59"}
        answer = client.call(method, {**window, "status_type": 3, "status": some["status"]}, 0, 50)
        self.assertIn(plain(some), plain(answer["data"]["order"]))
        long = {"start_time": START, "end_time": "2024-01-01 02:00:00", "status_type": 3}
        self.assertEqual(client.call(method, long, 0, 50)["status"], "100")

    def test_refusals(self):
        (qimen, through_qimen), (direct, directly) = self.ways()

        def code(answer):
            return answer.get("code") or answer.get("status")
        self.refusals(qimen, lambda: through_qimen(WINDOW, 0, 10), code, "25", late="31")
        self.refusals(direct, lambda: directly(WINDOW, 0, 10), code, "100", late="100", skew=300)
        qimen.spoil_inner = True
        self.assertEqual(through_qimen(WINDOW, 0, 10)["message"], "签名错误")
        qimen.spoil_inner = False
        for ask in (through_qimen, directly):
            self.assertEqual(ask({}, 0, 10)["message"], "参数中必须包含起止时间")
            self.assertEqual(ask({**WINDOW, "modified_to": "2024-03-01 00:00:00"}, 0, 10)["status"],
                             "100")
            self.assertEqual(ask(WINDOW, 0, 501)["status"], "100")
            self.assertEqual(ask(WINDOW, -1, 10)["status"], "100")
        for method in ("hmac", "hmac-sha256"):
            answer = qimen.call(QIMEN_REFUNDS, WINDOW, {"page_size": 5, "page_no": 1},
                                sign_method=method)
            self.assertEqual(len(answer["response"]["data"]["order"]), 5)

    def test_totals_and_throttle(self):
        client = erp_clients.Wangdiantong(self.mock)
        self.mock.set(**{"wangdiantong.total": "asked"})
        answer = client.call(REFUNDS, WINDOW, 0, 10, calc_total=0)
        self.assertNotIn("total_count", answer["data"])
        self.mock.faults([{"at": 1, "fault": "throttle", "platform": "wangdiantong"}])
        self.mock.set(**{"wangdiantong.comma": "wide"})
        self.assertTrue(client.call(REFUNDS, WINDOW, 0, 10)["message"]
                        .startswith("超过每分钟最大调用频率限制，"))


class Drifting(Contract):
    flags = ("--drift", "1", "--drift-max", "2")

    def test_rows_change_by_themselves(self):
        client = erp_clients.Wangdiantong(self.mock)
        window = {**WINDOW, "modified_to": "2024-01-08 00:00:00"}
        totals = [int(client.call(REFUNDS, window, 0, 10)["data"]["total_count"])
                  for _ in range(4)]
        self.assertEqual(totals, [ROWS, ROWS - 1, ROWS - 2, ROWS - 2])
        self.assertEqual(self.mock.stats("wangdiantong")["drifted"], 2)

    def test_empty_pages_when_hurried(self):
        self.mock.set(**{"wangdiantong.concurrency": 2})
        client = erp_clients.Wangdiantong(self.mock)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: client.call(REFUNDS, WINDOW, 0, 10), range(6)))
        sizes = {len(answer["data"]["order"]) for answer in answers}
        self.assertEqual(sizes, {0, 10})


class Limited(Contract):
    flags = ("--platform-limits", "on", "--quota", "8")

    def test_limits_and_quota(self):
        client = erp_clients.Jushuitan(self.mock)
        biz = {"page_index": 1, "page_size": 5, "modified_begin": START,
               "modified_end": "2024-01-08 00:00:00"}
        codes = [client.call("/open/inventory/query", biz)["code"] for _ in range(6)]
        self.assertEqual(codes, ["0"] * 5 + ["199"])
        self.assertEqual(self.mock.stats("jushuitan")["limit_violations"], 1)
        answers = [erp_clients.Xiaobangbang(self.mock).call("/product/list", {}) for _ in range(9)]
        self.assertEqual([answer["success"] for answer in answers], [True] * 8 + [False])
        jikeyun = erp_clients.Jikeyun(self.mock)
        codes = [jikeyun.call("erp.sales.get", {})["subCode"] for _ in range(4)]
        self.assertEqual(codes, ["0030000004"] * 3 + ["0859999999"])


class Jushuitan(Contract):
    lists = {"/open/orders/single/query": ("orders", "o_id"),
             "/open/inventory/query": ("inventorys", "sku_id"),
             "/open/orders/out/simple/query": ("datas", "io_id")}
    window = {"modified_begin": START, "modified_end": "2024-01-08 00:00:00"}

    def test_windows_and_cursor(self):
        client = erp_clients.Jushuitan(self.mock)
        for path, (name, key) in self.lists.items():
            truth = self.mock.truth("jushuitan", api=path)
            rows, index, more = [], 1, True
            while more:
                data = client.call(path, {**self.window, "page_index": index, "page_size": 17})["data"]
                rows += data[name]
                index, more = index + 1, data["has_next"]
            self.assert_same(rows, truth, key)
            rows, stamp = [], 1
            while True:
                page = client.call(path, {"start_ts": stamp, "is_get_total": False, "page_index": 1,
                                          "page_size": 50})["data"][name]
                if not page:
                    break
                rows += page
                stamp = max(int(row["ts"]) for row in page)
            self.assert_same(rows, truth, key)

    def test_tokens_rotate(self):
        client = erp_clients.Jushuitan(self.mock)
        path = "/open/orders/single/query"
        old = dict(client.known)
        self.mock.expire("jushuitan")
        self.assertEqual(client.call(path, self.window)["code"], "100")
        self.assertEqual(client.refresh()["code"], "0")
        self.assertEqual(client.call(path, self.window)["code"], "0")
        client.known.update(old)
        self.assertEqual(client.call(path, self.window)["code"], "100")
        self.assertEqual(client.refresh()["code"], "100", "a refresh token serves once")
        self.assertEqual(self.mock.stats("jushuitan")["sign_ins"], 1)

    def test_refusals(self):
        client = erp_clients.Jushuitan(self.mock)
        path = "/open/orders/single/query"
        self.refusals(client, lambda: client.call(path, self.window), lambda a: a["code"], "10",
                      late="140")
        for biz in ({**self.window, "page_size": 51}, {**self.window, "page_index": 0}, {},
                    {"modified_begin": START}, {**self.window, "modified_end": "2024-02-01 00:00:00"}):
            self.assertEqual(client.call(path, biz)["code"], "130", biz)
        self.assertEqual(client.call("/open/unknown/query", self.window)["code"], "190")
        self.mock.set(**{"jushuitan.oversize": "clamp"})
        self.assertEqual(len(client.call(path, {**self.window, "page_size": 99})["data"]["orders"]), 50)

    def test_behind_qimen_as_before(self):
        client = erp_clients.JushuitanQimen(self.mock)
        business = {"start_time": START, "end_time": "2024-01-08 00:00:00", "page_size": 100,
                    "page_index": 1}
        self.refusals(client, lambda: client.call(business)["response"],
                      lambda answer: answer.get("code"), "25", late="31")
        rows = client.call(business)["response"]["datas"]
        self.assertEqual(len(rows), ROWS)
        truth = self.mock.truth("jushuitan-qimen")
        self.assertEqual({row["io_id"] for row in rows}, {row["io_id"] for row in truth})


class Kingdee(Contract):
    fields = "FID,FBillNo,FCloseStatus,FModifyDate,FSaleOrderEntry_FEntryID,FMaterialId.FNumber,FQty"

    def request(self, **changes):
        return {"FormId": "SAL_SaleOrder", "FieldKeys": self.fields, "FilterString": "",
                "OrderString": "FSaleOrderEntry_FEntryID ASC", "TopRowCount": 0, "StartRow": 0,
                "Limit": 30, "SubSystemId": "", **changes}

    def pages(self, client, **changes):
        rows = []
        while True:
            page = client.query(self.request(StartRow=len(rows), **changes))
            rows += [dict(zip(self.fields.split(","), row)) for row in page]
            if len(page) < 30:
                return rows

    def code(self, answer):
        while isinstance(answer, list) and len(answer) == 1:
            answer = answer[0]
        if not isinstance(answer, dict) or "Result" not in answer:
            return None
        self.assertIs(answer["Result"]["ResponseStatus"]["IsSuccess"], False)
        return answer["Result"]["ResponseStatus"]["MsgCode"]

    def test_every_sign_in(self):
        truth = self.mock.truth("kingdee", fields=self.fields)
        for way in ("password", "app_secret", "sign"):
            client = erp_clients.Kingdee(self.mock)
            self.assertEqual(self.code(client.query(self.request())), "1", way)
            self.assertEqual(client.sign_in(way)["LoginResultType"], "1", way)
            self.assert_same(self.pages(client), truth, "FSaleOrderEntry_FEntryID")
        self.assertEqual(self.mock.stats("kingdee")["sign_ins"], 3)
        self.mock.set(**{"kingdee.api_headers": "checked"})
        client = erp_clients.Kingdee(self.mock)
        self.assertEqual(len(client.query(self.request(), signed_headers=True)), 30)
        client.spoil = True
        self.assertEqual(self.code(client.query(self.request(), signed_headers=True)), "1")
        self.assertEqual(client.sign_in("sign")["LoginResultType"], "0")
        client.spoil, client.skew = False, -3600
        self.assertEqual(client.sign_in("sign")["LoginResultType"], "0")

    def test_filters_and_objects(self):
        client = erp_clients.Kingdee(self.mock)
        client.sign_in()
        closed = ("(FCloseStatus='B' or FCancelStatus='B') and (FCloseDate>='2024-01-04 00:00:00'"
                  " or FCancelDate>='2024-01-04 00:00:00')")
        rows = client.query({"FormId": "SAL_SaleOrder", "FieldKeys": "FID,Fbillno",
                             "FilterString": closed}, method="BillQuery")
        wanted = {row["FID"] for row in self.mock.truth("kingdee")
                  if "B" in (row["FCloseStatus"], row["FCancelStatus"])
                  and max(row["FCloseDate"] or "", row["FCancelDate"] or "") >= "2024-01-04"}
        self.assertTrue(wanted)
        self.assertEqual({row["FID"] for row in rows}, wanted)
        self.assertEqual(set(rows[0]), {"FID", "Fbillno"})
        listed = [{"Left": "(", "FieldName": "FBillNo", "Compare": "67", "Value": "XSDD100007",
                   "Right": ")", "Logic": 0}]
        self.assertEqual(len(client.query(self.request(FieldKeys="FID", OrderString="",
                                                       FilterString=listed))), 1)

    def test_limits_sessions_and_errors(self):
        client = erp_clients.Kingdee(self.mock)
        client.sign_in()
        self.mock.set(**{"kingdee.limit": 20})
        self.assertEqual(len(client.query(self.request(Limit=10000))), 20)
        self.assertEqual(client.query(self.request(StartRow=20, TopRowCount=20)), [])
        unordered = [client.query(self.request(OrderString="")) for _ in range(2)]
        self.assertNotEqual(*unordered)
        for changes, code in (({"FieldKeys": "FID,FXXX"}, "9"), ({"FormId": ""}, "5"),
                              ({"FormId": "nothing"}, "4"), ({"FieldKeys": ""}, "8"),
                              ({"FilterString": "FID >"}, "4")):
            self.assertEqual(self.code(client.query(self.request(**changes))), code, changes)
        self.mock.set(**{"kingdee.session_calls": 2})
        client.sign_in()
        codes = [self.code(client.query(self.request())) for _ in range(3)]
        self.assertEqual(codes, [None, None, "1"])
        self.mock.set(**{"kingdee.errors": "text"})
        self.assertTrue(client.query(self.request()).startswith("response_error:"))
        page = client.service("DynamicFormService.Unknown", {})[0]
        self.assertTrue(page.startswith("response_error:") or "<html>" in page)


class Faults(Contract):
    flags = ("--late", "7")

    def test_any_platform_can_fail(self):
        client = erp_clients.Xiaobangbang(self.mock)
        self.mock.faults([{"at": 1, "fault": "html"}, {"at": 2, "fault": "http500"},
                          {"at": 3, "fault": "truncated_json"}, {"at": 4, "fault": "throttle"},
                          {"at": 5, "fault": "empty_page"}, {"at": 6, "fault": "type_switch"},
                          {"at": 7, "fault": "business", "code": "701020", "message": "选项不存在"},
                          {"at": 8, "fault": "reset", "platform": "kingdee"}])
        answers = [client.call("/product/list", {"pageSize": 5}) for _ in range(8)]
        self.assertIn("<html>", answers[0])
        self.assertEqual(answers[1], "Internal Server Error")
        self.assertIsInstance(answers[2], str)
        self.assertIn("次/秒", answers[3]["msg"])
        self.assertEqual(answers[4]["result"]["list"], [])
        self.assertEqual(len(answers[5]["result"]["list"]), 5)
        self.assertEqual(answers[6]["code"], "701020")
        self.assertEqual(answers[7]["code"], "1")

    def test_twice_and_smaller(self):
        client = erp_clients.Jikeyun(self.mock)
        self.mock.faults([{"at": 1, "fault": "duplicate_rows"},
                          {"at": {"page": 2}, "fault": "repeat_page"}])
        twice = client.call("erp.sales.get", {"pageSize": 5})["result"]["data"]["salesChannelInfo"]
        self.assertEqual(len(twice), 10)
        again = client.call("erp.sales.get", {"pageSize": 5, "pageIndex": 1})
        self.assertEqual(plain(again["result"]["data"]["salesChannelInfo"]), plain(twice)[::2])
        self.assertEqual(self.mock.stats("jikeyun")["duplicates"], 5)
        plain_size = self.mock.stats("jikeyun")["bytes"]
        client.headers = {"Accept-Encoding": "gzip"}
        client.call("erp.sales.get", {"pageSize": 5})
        self.assertLess(self.mock.stats("jikeyun")["bytes"] - plain_size, plain_size / 3)

    def test_late_rows(self):
        before = self.mock.truth("kingdee", fields="FID")
        self.assertEqual(len(before), ROWS - 7)
        self.assertEqual(self.mock.late("kingdee", count=2), 2)
        self.assertEqual(self.mock.late("kingdee"), 5)
        self.assertEqual(len(self.mock.truth("kingdee", fields="FID")), ROWS)


if __name__ == "__main__":
    unittest.main()
