// SPDX-License-Identifier: Apache-2.0
#include "jushuitan_rows.hpp"

#include <array>

namespace mock::jushuitan {
namespace {

using namespace col;

constexpr std::array<Text, 4> shops{"某旗舰店", "O'Neil 海外店", "云上\"小铺\"", "阿里巴巴1688店"};
constexpr std::array<Text, 6> order_states{"WaitPay", "WaitConfirm", "WaitOuterSent",
                                           "Sent",    "Cancelled",   "Question"};
constexpr std::array<Text, 5> out_states{"WaitConfirm", "Confirmed", "Cancelled", "Delete",
                                         "OuterConfirming"};
constexpr std::array<Text, 4> types{"普通订单", "补发订单", "换货订单", "供销Plus"};
constexpr std::array<Text, 4> labels{"", "加急", "加急,VIP", "预售"};
constexpr std::array<Text, 4> goods{"纯棉T恤", "12\" 支架", "100% 桑蚕丝围巾", "🍵 茶礼"};
constexpr std::array<Text, 3> specs{"红色;M", "黑\\白;L", "默认"};
constexpr std::array<Text, 3> carriers{"圆通速递", "顺丰速运", "邮政EMS"};
constexpr std::array<Text, 3> buyers{"买***家", "小***🐱", "张**"};

constexpr std::array order_lines{
    label("oi_id", "", 70001),
    label("outer_oi_id", "", 3168479786331150001),
    parent_label("raw_so_id", "", 3168479786331150000),
    label("sku_id", "G01-", 100),
    fixed("i_id", "G01"),
    pick("name", goods),
    pick("properties_value", specs),
    number("qty", 1, 9),
    money("price", 100, 99900),
    money("base_price", 100, 120000),
    money("amount", 0, 99900),
    flag("is_gift", 9),
    fixed("refund_status", "none").null_in(3),
    note("remark").missing_in(3),
};
constexpr std::array order_columns{
    raw("co_id", "10000"),
    serial("o_id", 112233445566778899),
    label("so_id", "", 3168479786331150000),
    number("shop_id", 11001, 11005),
    pick("shop_name", shops),
    time("created", Clock::created),
    time("modified", Clock::modified),
    time("order_date", Clock::created),
    time("pay_date", Clock::created, Shape::text, 5, 1800).empty_in(6),
    time("send_date", Clock::created, Shape::text, 7200, 9000).missing_in(4),
    pick("status", order_states),
    pick("type", types),
    pick("shop_buyer_id", buyers),
    fixed("receiver_state", "浙江省"),
    fixed("receiver_city", "杭州市"),
    fixed("receiver_district", "余杭区").empty_in(6),
    note("buyer_message").null_in(4),
    note("remark"),
    flag("is_cod", 12),
    huge_money("pay_amount", 0, 99900),
    money("paid_amount", 0, 99900),
    money("free_amount", 0, 9900),
    money("freight", 0, 1200),
    money("weight", 1, 900).null_in(8),
    edit("labels", labels),
    label("l_id", "YT", 75000000000000).empty_in(5),
    pick("logistics_company", carriers),
    number("wms_co_id", 0, 3),
    number("seller_flag", 0, 5).null_in(6),
    stamp("ts", first_stamp),
    list("items", order_lines, 0, 4),
};

constexpr std::array inventory_columns{
    label("sku_id", "SKU\\", 100001),
    label("i_id", "G", 101),
    edit("name", goods),
    pick("properties_value", specs),
    number("qty", -5, 500),
    number("order_lock", 0, 50),
    number("pick_lock", 0, 20),
    number("virtual_qty", 0, 9),
    number("purchase_qty", 0, 300),
    number("return_qty", 0, 9),
    number("in_qty", 0, 9),
    number("defective_qty", 0, 9),
    number("min_qty", 0, 10).null_in(3),
    number("max_qty", 100, 900).null_in(3),
    number("wms_co_id", 0, 3).missing_in(3),
    time("modified", Clock::modified),
    stamp("ts", first_stamp),
};

constexpr std::array outbound_lines{
    serial("ioi_id", 80001),
    label("oi_id", "", 70001),
    label("outer_oi_id", "", 3168479786331150001),
    parent_label("raw_so_id", "", 3168479786331150000),
    label("sku_id", "G01-", 100),
    fixed("i_id", "G01"),
    pick("name", goods),
    pick("properties_value", specs),
    number("qty", 1, 9),
    money("sale_price", 100, 99900),
    money("sale_base_price", 100, 120000),
    money("sale_amount", 0, 99900),
    flag("is_gift", 9),
    fixed("combine_sku_id", "").null_in(3),
};
constexpr std::array outbound_columns{
    raw("co_id", "10000"),
    number("shop_id", 11001, 11005),
    serial("io_id", 900000123),
    serial("o_id", 112233445566778899),
    label("so_id", "", 3168479786331150000),
    time("created", Clock::created),
    time("modified", Clock::modified),
    pick("status", out_states),
    pick("order_type", types),
    pick("shop_name", shops),
    note("buyer_message").null_in(4),
    note("remark"),
    flag("is_cod", 12),
    huge_money("pay_amount", 0, 99900),
    money("paid_amount", 0, 99900),
    money("free_amount", 0, 9900),
    money("freight", 0, 1200),
    money("weight", 1, 900),
    money("f_weight", 1, 900).null_in(8),
    label("l_id", "YT", 75000000000000).empty_in(5),
    pick("logistics_company", carriers),
    time("io_date", Clock::created, Shape::text, 7200, 9000).empty_in(4),
    edit("labels", labels),
    pick("receiver_name", buyers),
    fixed("receiver_town", "").missing_in(3),
    flag("is_print", 2),
    flag("is_print_express", 2),
    number("wave_id", 0, 9999),
    stamp("ts", first_stamp),
    raw("batchs", "[]"),
    list("items", outbound_lines, 0, 4),
};

}  // namespace

std::span<const Column> orders() { return order_columns; }
std::span<const Column> inventory() { return inventory_columns; }
std::span<const Column> outbound() { return outbound_columns; }

}  // namespace mock::jushuitan
