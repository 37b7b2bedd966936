// SPDX-License-Identifier: Apache-2.0
#include "starters.hpp"

#include <array>

namespace erp2mysql::cli {
namespace {

using Lines = std::string_view;
using Column = StarterColumn;

constexpr Lines k_jikeyun_request[] = {
    R"({"field": "gmtModifiedStart", "value": "{{LAST_SYNC_TIME|datetime}}"})",
    R"({"field": "gmtModifiedEnd", "value": "{{CURRENT_TIME|datetime}}"})"};
constexpr Column k_jikeyun_columns[] = {{"channel_id", "int", "{channelId}"},
                                        {"channel_code", "string", "{channelCode}"},
                                        {"channel_name", "string", "{channelName}"},
                                        {"company_name", "string", "{companyName}"},
                                        {"link_man", "string", "{linkMan}"}};

// What the API calls a range takes both bounds as one list.
constexpr Lines k_xiaobangbang_request[] = {
    R"({"field": "conditions", "type": "object", "children": [)"
    "\n        "
    R"({"type": "object", "children": [)"
    "\n          "
    R"({"field": "attr", "value": "updateTime"},)"
    "\n          "
    R"({"field": "symbol", "value": "range"},)"
    "\n          "
    R"({"field": "value", "type": "array", "value": "{LAST_SYNC_TIME},{CURRENT_TIME}",)"
    "\n           "
    R"("parser": {"name": "StringToArray", "params": ","}}]}]})"};
constexpr Column k_xiaobangbang_columns[] = {{"data_id", "int", "{dataId}"},
                                             {"serial_no", "string", "{data.serialNo}"},
                                             {"added", "datetime", "{addTime}"},
                                             {"updated", "datetime", "{updateTime}"}};

constexpr Lines k_wangdiantong_request[] = {
    R"({"field": "modified_from", "value": "{{LAST_SYNC_TIME|datetime}}"})",
    R"({"field": "modified_to", "value": "{{CURRENT_TIME|datetime}}"})"};
constexpr Column k_wangdiantong_columns[] = {
    {"refund_id", "int", "{refund_id}"},  {"refund_no", "string", "{refund_no}"},
    {"shop_no", "string", "{shop_no}"},   {"remark", "string", "{remark}"},
    {"created", "datetime", "{created}"}, {"modified", "datetime", "{modified}"}};

constexpr Lines k_qimen_request[] = {
    R"({"field": "start_time", "value": "{{LAST_SYNC_TIME|datetime}}"})",
    R"({"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"})"};
constexpr Lines k_jushuitan_request[] = {
    R"({"field": "modified_begin", "value": "{{LAST_SYNC_TIME|datetime}}"})",
    R"({"field": "modified_end", "value": "{{CURRENT_TIME|datetime}}"})"};
constexpr Column k_jushuitan_columns[] = {{"io_id", "int", "{io_id}"},
                                          {"so_id", "string", "{so_id}"},
                                          {"shop_name", "string", "{shop_name}"},
                                          {"status", "string", "{status}"},
                                          {"pay_amount", "float", "{pay_amount}"},
                                          {"modified", "datetime", "{modified}"}};

constexpr Lines k_kingdee_request[] = {R"({"field": "FID"})", R"({"field": "FBillNo"})",
                                       R"({"field": "FDate"})", R"({"field": "FDocumentStatus"})",
                                       R"({"field": "FModifyDate"})"};
constexpr Lines k_kingdee_other[] = {
    R"({"field": "FormId", "value": "SAL_SaleOrder"})",
    R"({"field": "FilterString", "value": "FModifyDate>='{{LAST_SYNC_TIME|datetime}}' and )"
    R"(FModifyDate<'{{CURRENT_TIME|datetime}}'"})"};
constexpr Column k_kingdee_columns[] = {{"fid", "int", "{FID}"},
                                        {"bill_no", "string", "{FBillNo}"},
                                        {"bill_date", "datetime", "{FDate}"},
                                        {"document_status", "string", "{FDocumentStatus}"},
                                        {"modified", "datetime", "{FModifyDate}"}};

constexpr std::array k_starters{
    Starter{"jikeyun",
            "sales channels",
            "erp.sales.get",
            "channelId",
            "jikeyun_channel",
            "gmtModifiedStart and gmtModifiedEnd",
            k_jikeyun_request,
            {},
            k_jikeyun_columns},
    Starter{"xiaobangbang",
            "products",
            "/pro/v2/api/product/list",
            "dataId",
            "xiaobangbang_product",
            "a condition on updateTime",
            k_xiaobangbang_request,
            {},
            k_xiaobangbang_columns},
    Starter{"wangdiantong-qimen",
            "refunds",
            "wdt.aftersales.refund.refund.search",
            "refund_id",
            "wangdiantong_refund",
            "modified_from and modified_to",
            k_wangdiantong_request,
            {},
            k_wangdiantong_columns},
    Starter{"wangdiantong",
            "refunds",
            "aftersales.refund.Refund.search",
            "refund_id",
            "wangdiantong_refund",
            "modified_from and modified_to",
            k_wangdiantong_request,
            {},
            k_wangdiantong_columns},
    Starter{"jushuitan-qimen",
            "outbound orders",
            "jushuitan.saleout.list.query",
            "io_id",
            "jushuitan_saleout",
            "start_time and end_time",
            k_qimen_request,
            {},
            k_jushuitan_columns},
    Starter{"jushuitan",
            "outbound orders",
            "/open/orders/out/simple/query",
            "io_id",
            "jushuitan_saleout",
            "modified_begin and modified_end",
            k_jushuitan_request,
            {},
            k_jushuitan_columns},
    Starter{"kingdee", "sales orders", "executeBillQuery", "FID", "kingdee_sale_order",
            "times in FilterString", k_kingdee_request, k_kingdee_other, k_kingdee_columns},
};

}  // namespace

const Starter* find_starter(std::string_view platform) {
  for (const auto& starter : k_starters) {
    if (starter.platform == platform) return &starter;
  }
  return nullptr;
}

}  // namespace erp2mysql::cli
