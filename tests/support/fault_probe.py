# SPDX-License-Identifier: Apache-2.0
"""Which faults of the mock change an answer of which list: a fault that a platform has no words for leaves
it alone, and a test that counts such a one as met has tested nothing.

    fault_probe.altered(fault) -> names of LISTS

Knows nothing of the tool: each list is asked by the smallest client, once in peace and once with the fault.
"""
import http.client
import re
import time

import erp_clients
import erp_mock

START, END = "2024-01-01 00:00:00", "2024-01-08 00:00:00"
REFUNDS = {"modified_from": START, "modified_to": END}
SLOW_MS = 300

# name of a list: (client, how it asks for a page in the middle)
LISTS = {
    "jikeyun": (erp_clients.Jikeyun, lambda client: client.call(
        "erp.sales.get", {"pageIndex": 1, "pageSize": 10})),
    "jikeyun-trades": (erp_clients.Jikeyun, lambda client: client.call(
        "oms.trade.fullinfoget", {"startModified": START, "endModified": END, "pageSize": 10, "hasTotal": 1,
                                  "scrollId": "", "fields": "tradeId,tradeNo,goodsDetail.goodsNo,isDelete,scrollId"})),
    "xiaobangbang": (erp_clients.Xiaobangbang, lambda client: client.call(
        "/product/list", {"page": 2, "pageSize": 10})),
    "wangdiantong-qimen": (erp_clients.WangdiantongQimen, lambda client: client.call(
        "wdt.aftersales.refund.refund.search", REFUNDS, {"page_size": 10, "page_no": 2, "calc_total": 1})),
    "wangdiantong": (erp_clients.Wangdiantong, lambda client: client.call(
        "aftersales.refund.Refund.search", REFUNDS, 1, 10)),
    "jushuitan-qimen": (erp_clients.JushuitanQimen, lambda client: client.call(
        {"start_time": START, "end_time": END, "page_size": 10, "page_index": 2})),
    "jushuitan": (erp_clients.Jushuitan, lambda client: client.call(
        "/open/orders/out/simple/query", {"modified_begin": START, "modified_end": END, "page_size": 10,
                                          "page_index": 2})),
    "kingdee": (erp_clients.Kingdee, lambda client: client.query(
        {"FormId": "SAL_SaleOrder", "FieldKeys": "FID,FBillNo,FSaleOrderEntry_FEntryID,FQty",
         "FilterString": "FID>200006", "OrderString": "FSaleOrderEntry_FEntryID ASC",
         "TopRowCount": 0, "StartRow": 0, "Limit": 10, "SubSystemId": ""})),
}


def heard(name, mock, plan):
    """What a call of this list is answered with: (status, text without what differs every time)."""
    client = LISTS[name][0](mock)
    if name == "kingdee":
        client.sign_in()
    mock.faults(plan)
    start = time.monotonic()
    try:
        LISTS[name][1](client)
    except (OSError, http.client.HTTPException, RecursionError) as error:
        return type(error).__name__, ""
    finally:
        mock.faults([])
    status, text = client.last
    late = time.monotonic() - start > SLOW_MS / 1000
    return "late" if late else status, re.sub(r"\b[0-9a-f]{16}\b|\b[0-9a-z]{12,16}\b", "", text)


def altered(fault):
    """The lists that answer otherwise with this fault than without."""
    plan = [{"fault": fault, "ms": SLOW_MS, "mb": 1, "code": "4711", "message": "网控冲突"}]
    with erp_mock.Mock.start("--orders", "45") as mock:  # one fault ends sessions and tokens for good
        return {name for name in LISTS if heard(name, mock, []) != heard(name, mock, plan)}
