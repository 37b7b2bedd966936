// SPDX-License-Identifier: Apache-2.0
#include "wangdiantong_rows.hpp"

#include <array>

namespace mock::wangdiantong {
namespace {

using namespace col;

constexpr std::array<Text, 10> refund_states{"10", "20", "30", "40", "80",
                                             "81", "85", "86", "87", "90"};
constexpr std::array<Text, 5> refund_types{"1", "2", "3", "4", "6"};
constexpr std::array<Text, 5> stockin_states{"0", "1", "2", "3", "4"};
constexpr std::array<Text, 3> flags{"无", "加急", "VIP\\大客户"};
constexpr std::array<Text, 4> carriers{"圆通速递", "顺丰速运", "O'Carrier", "邮政EMS"};
constexpr std::array<Text, 4> reasons{"七天无理由", "无", "不喜欢/不想要", "少件\"漏发\""};
constexpr std::array<Text, 4> people{"系统", "张三", "欧阳·娜娜", "小***🐱"};
constexpr std::array<Text, 3> platforms{"1", "127", "3"};
constexpr std::array<Text, 3> shops{"S001", "S002", "O'Neil"};
constexpr std::array<Text, 2> warehouses{"W01", "W02"};
constexpr std::array<Text, 4> goods{"纯棉T恤", "12\" 支架", "100% 桑蚕丝围巾", "🍵 茶礼"};
constexpr std::array<Text, 3> specs{"红色/M", "黑\\白/L", "默认规格"};
constexpr std::array<Text, 4> sources{"0", "1", "2", "3"};
constexpr std::array<Text, 4> process{"0", "15", "25", "35"};
constexpr std::array<Text, 7> stockout_states{"5", "55", "60", "70", "90", "110", "110"};
constexpr std::array<Text, 4> trade_states{"55", "95", "96", "110"};

constexpr std::array refund_lines{
    serial("rec_id", 1137190),
    parent("refund_id", 1130901),
    label("oid", "20240101", 100001),
    label("trade_order_id", "", 60001),
    raw("platform_id", "1"),
    parent_label("tid", "20240101", 100001),
    parent_label("trade_no", "JY2023", 12310001),
    money("num", 100, 900),
    money("price", 100, 99900),
    money("original_price", 100, 120000),
    money("checked_cost_price", 0, 50000),
    money("refund_num", 100, 900),
    huge_money("total_amount", 100, 99900),
    money("refund_amount", 100, 99900),
    flag("is_guarantee", 2),
    fixed("goods_no", "G01"),
    pick("goods_name", goods),
    label("spec_no", "G01-", 100),
    pick("spec_name", specs),
    label("goods_id", "", 601234567890123),
    label("spec_id", "", 501234567890123456),
    money("stockin_num", 0, 900),
    note("remark"),
    time("modified", Clock::modified, Shape::millis),
    time("created", Clock::created),
    time("modified_date", Clock::modified),
    fixed("suite_no", "").missing_in(2),
    number("gift_type", 0, 2),
};
constexpr std::array amount_lines{
    serial("rec_id", 5550001),
    parent("refund_id", 1130901),
    number("refund_type", 1, 2),
    number("is_return", 0, 1),
    money("refund_amount", 100, 99900),
    money("receive_amount", 0, 900),
    flag("is_auto", 2),
    note("remark"),
};

constexpr std::array swap_lines{
    label("oid", "20240101", 100001), fixed("goods_no", "G02"), pick("goods_name", goods),
    money("price", 100, 99900),       money("num", 100, 900),
};
constexpr std::array swap_columns{
    label("tid", "20240101", 100001), pick("shop_no", shops),
    pick("warehouse_no", warehouses), fixed("swap_province", "浙江省"),
    money("post_amount", 0, 1500),    list("swap_order_detail_list", swap_lines, 1, 2),
};

// The 39 columns of the published job, and what else the platform documents.
constexpr std::array refund_columns{
    serial("refund_id", 1130901),
    label("refund_no", "TK2401", 10001),
    label("src_tids", "3168479786331", 150000),
    label("tid_list", "3168479786331", 150000),
    edit("remark", flags),
    code("type", refund_types),
    code("stockin_status", stockin_states),
    pick("flag_name", flags),
    money("return_goods_count", 100, 900),
    label("receiver_telno", "138", 10000000).missing_in(2),
    pick("receiver_name", people).missing_in(2),
    time("modified", Clock::modified, Shape::millis),
    time("modified_date", Clock::modified),
    time("created", Clock::created, Shape::millis),
    time("settle_time", Clock::created, Shape::text, 86400, 90000).empty_in(3),
    time("check_time", Clock::created, Shape::text, 600, 6000).empty_in(4),
    time("refund_time", Clock::created),
    number("note_count", 0, 3),
    pick("shop_no", shops),
    number("shop_id", 711, 719),
    raw("shop_platform_id", "1"),
    raw("sub_platform_id", "0"),
    pick("platform_id", platforms),
    code("from_type", sources),
    label("return_logistics_no", "YT", 75000000000000).empty_in(4),
    pick("return_logistics_name", carriers).empty_in(6),
    label("trade_no_list", "JY2023", 12310001),
    serial("trade_id", 2740715),
    money("guarantee_refund_amount", 0, 99900),
    money("direct_refund_amount", 0, 9900),
    huge_money("actual_refund_amount", 0, 99900),
    money("receive_amount", 0, 9900),
    money("return_goods_amount", 0, 99900),
    pick("reason_name", reasons),
    note("refund_reason"),
    number("reason_id", 0, 9),
    pick("revert_reason_name", reasons),
    number("revert_reason", 0, 3),
    pick("buyer_nick", people).missing_in(3),
    pick("customer_name", people).missing_in(3),
    serial("customer_id", 17588392),
    pick("operator_name", people),
    pick("return_warehouse_no", warehouses),
    number("return_warehouse_id", 1, 9),
    number("warehouse_type", 1, 3),
    fixed("fenxiao_nick_name", "分销商A").missing_in(3),
    code("status", refund_states),
    label("raw_refund_nos", "", 1790001),
    label("pay_id", "2024010122001", 100000),
    fixed("provider_refund_no", ""),
    code("process_status", process),
    number("rr_status", 0, 5),
    number("bad_reason", 0, 1),
    flag("sync_return", 4),
    list("detail_list", refund_lines, 1, 4),
    list("amount_detail_list", amount_lines, 0, 2),
    object("swap_order", swap_columns).missing_in(2),
};

constexpr std::array stockout_lines{
    serial("rec_id", 8137190),
    parent("stockout_id", 3340001),
    serial("src_order_detail_id", 9230001),
    serial("spec_id", 4401),
    label("spec_no", "G01-", 100),
    money("goods_count", 100, 900),
    money("total_amount", 100, 99900),
    money("sell_price", 100, 99900),
    note("remark"),
    pick("goods_name", goods),
    fixed("goods_no", "G01"),
    pick("spec_name", specs),
    fixed("spec_code", ""),
    money("cost_price", 100, 50000),
    money("weight", 1, 900),
    raw("platform_id", "1"),
    number("refund_status", 0, 5),
    money("share_price", 100, 99900),
    money("share_amount", 100, 99900),
    money("discount", 0, 900),
    label("barcode", "69", 12345678901),
    label("src_tid", "", 3168479786331150000),
    number("gift_type", 0, 2),
};

constexpr std::array stockout_columns{
    serial("stockout_id", 3340001),
    label("order_no", "CK2401", 10001),
    label("src_order_no", "JY2023", 12310001),
    pick("warehouse_no", warehouses),
    fixed("warehouse_name", "主仓"),
    time("consign_time", Clock::created, Shape::text, 600, 3600).missing_in(5),
    raw("order_type", "1"),
    money("goods_count", 100, 9900),
    label("logistics_no", "YT", 75000000000000),
    pick("logistics_name", carriers),
    fixed("receiver_area", "浙江省 杭州市 余杭区"),
    edit("remark", flags),
    money("weight", 1, 9900),
    number("block_reason", 0, 2),
    number("refund_status", 0, 3),
    code("trade_status", trade_states),
    code("status", stockout_states),
    label("trade_no", "JY2023", 12310001),
    label("src_trade_no", "", 3168479786331150000),
    pick("shop_no", shops),
    fixed("shop_name", "O'Neil \"海外\"店"),
    time("trade_time", Clock::created, Shape::millis),
    time("pay_time", Clock::created, Shape::millis, 5, 1800),
    time("created", Clock::created, Shape::millis, 1, 60),
    time("modified", Clock::modified),
    money("post_amount", 0, 1500),
    huge_money("receivable", 0, 99900),
    money("paid", 0, 99900),
    money("discount", 0, 900),
    money("goods_total_amount", 0, 99900),
    money("goods_total_cost", 0, 50000),
    raw("tax_rate", "0.0000"),
    note("buyer_message"),
    note("cs_remark").empty_in(2),
    note("print_remark").empty_in(2),
    fixed("fenxiao_nick", "").missing_in(2),
    number("trade_from", 1, 8),
    pick("consigner_name", people),
    list("details_list", stockout_lines, 1, 4),
};

}  // namespace

std::span<const Column> refunds() { return refund_columns; }
std::span<const Column> stockouts() { return stockout_columns; }

}  // namespace mock::wangdiantong
