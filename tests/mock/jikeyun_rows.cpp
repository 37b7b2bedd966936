// SPDX-License-Identifier: Apache-2.0
#include "jikeyun_rows.hpp"

#include <array>

namespace mock::jikeyun {
namespace {

using namespace col;

constexpr std::array<Text, 6> channel_names{"京东旗舰店",     "O'Neil 海外店", "云上\"小铺\"",
                                            "分销\\加盟一部", "直播间🎉",       "100% 内购"};
constexpr std::array<Text, 8> channel_types{"0", "1", "2", "3", "4", "5", "6", "7"};
constexpr std::array<Text, 4> platforms{"JD", "TB", "PDD", "DY"};
constexpr std::array<Text, 4> platform_names{"京东", "淘宝", "拼多多", "抖音"};
constexpr std::array<Text, 3> departments{"电商一部", "线下事业部", "海外部"};
constexpr std::array<Text, 3> warehouses{"无", "主仓", "华东仓"};
constexpr std::array<Text, 4> people{"王小明", "李四", "欧阳·娜娜", "O'Hara"};
constexpr std::array<Text, 3> provinces{"浙江省", "广东省", "新疆维吾尔自治区"};
constexpr std::array<Text, 3> cities{"杭州市", "深圳市", "乌鲁木齐市"};
constexpr std::array<Text, 3> towns{"滨江区", "南山区", ""};
constexpr std::array<Text, 5> goods_names{"纯棉T恤", "12\" 笔记本支架", "🍵 龙井茶叶礼盒",
                                          "100% 桑蚕丝围巾", "A\\B 转接头"};
constexpr std::array<Text, 3> specs{"红色;M", "黑/白;XL", "米\\白;S"};
constexpr std::array<Text, 5> trade_states{"1010", "2000", "6000", "9090", "5010"};
constexpr std::array<Text, 2> yes_no{"0", "1"};

constexpr std::array channel_columns{
    serial("channelId", 1204587963214587904),
    label("channelCode", "QD", 100000),
    edit("channelName", channel_names),
    code("channelType", channel_types),
    pick("onlinePlatTypeCode", platforms),
    pick("onlinePlatTypeName", platform_names),
    plain("channelDepartId", Is::serial, 1190021),
    pick("channelDepartName", departments),
    label("departCode", "D", 10),
    serial("cateId", 101),
    fixed("cateName", "默认分类"),
    serial("companyId", 1300000000000002001),
    fixed("companyCode", "C01"),
    fixed("companyName", "杭州\"示例\"商贸有限公司"),
    label("warehouseCode", "WH", 1).empty_in(4),
    pick("warehouseName", warehouses),
    pick("linkMan", people).null_in(5),
    label("linkTel", "138", 10000000),
    fixed("email", "a.b+c@example.com").empty_in(2),
    note("memo").null_in(3),
    note("officeAddress").empty_in(4),
    fixed("postcode", "012345").empty_in(3),
    label("platShopId", "888", 12345).empty_in(6),
    fixed("platShopName", "示例官方旗舰店").null_in(6),
    number("groupId", 1, 9).null_in(4),
    pick("responsibleUserName", people),
    number("chargeType", 0, 3),
    fixed("countryId", "1"),
    fixed("countryName", "中国"),
    label("provinceId", "33", 1000),
    pick("provinceName", provinces),
    label("cityId", "3301", 100),
    pick("cityName", cities),
    pick("townName", towns),
    fixed("streetName", "").missing_in(2),
    note("field1"),
    fixed("field2", ""),
    fixed("field30", "").null_in(2),
};

constexpr std::array goods_columns{
    serial("goodsId", 1301000000000000001),
    label("goodsNo", "G", 20000),
    edit("goodsName", goods_names),
    serial("skuId", 1302000000000000001),
    pick("skuName", specs),
    label("skuBarcode", "69", 12345678901),
    fixed("cateName", "服饰").null_in(7),
    fixed("brandName", "Levi's").empty_in(4),
    fixed("unitName", "件"),
    huge_money("retailPrice", 100, 99999),
    money("purchPrice", 50, 50000).null_in(6),
    money("skuWeight", 1, 3000),
    code("isBlockup", yes_no),
    fixed("taxRate", "13.00%").empty_in(5),
    time("goodsGmtCreate", Clock::created, Shape::millis),
    time("goodsGmtModified", Clock::modified, Shape::millis),
    time("skuGmtModified", Clock::modified, Shape::millis),
    note("goodsMemo").null_in(4),
};

constexpr std::array trade_lines{
    serial("goodsId", 1301000000000000001),
    label("goodsNo", "G", 20000),
    pick("goodsName", goods_names),
    pick("specName", specs),
    label("barcode", "69", 12345678901),
    number("sellCount", 1, 9),
    fixed("unit", "件"),
    money("sellPrice", 100, 99999),
    money("sellTotal", 100, 199999),
    money("discountTotal", 0, 999),
    money("cost", 50, 50000).null_in(6),
    code("isGift", yes_no),
    parent_label("sourceTradeNo", "T", 3168479786331150000),
};

constexpr std::array trade_columns{
    serial("tradeId", 1300000000000000001),
    label("tradeNo", "JY2024", 1010001),
    label("onlineTradeNo", "", 3168479786331150000),
    serial("shopId", 1204587963214587904),
    pick("shopName", channel_names),
    code("tradeStatus", trade_states),
    fixed("tradeStatusExplain", "已完成").null_in(9),
    label("customerAccount", "tb", 1000).null_in(5),
    pick("customerName", people),
    note("buyerMemo").null_in(3),
    note("sellerMemo").empty_in(3),
    edit("flagNames", departments),
    huge_money("payment", 100, 199999),
    money("totalFee", 100, 199999),
    money("discountFee", 0, 999),
    money("postFee", 0, 1500),
    money("grossProfit", -500, 20000),
    fixed("grossProfitRate", "55.30%").empty_in(4),
    fixed("chargeCurrency", "人民币"),
    pick("warehouseName", warehouses),
    fixed("logisticName", "圆通速递"),
    label("mainPostid", "YT", 75000000000000).empty_in(4),
    time("tradeTime", Clock::created),
    time("payTime", Clock::created, Shape::text, 5, 1800).null_in(8),
    time("consignTime", Clock::created, Shape::text, 7200, 90000).empty_in(4),
    time("gmtCreate", Clock::created, Shape::text, 1, 60),
    time("gmtModified", Clock::modified),
    list("goodsDetail", trade_lines, 0, 4),
};

}  // namespace

std::span<const Column> channels() { return channel_columns; }
std::span<const Column> goods() { return goods_columns; }
std::span<const Column> trades() { return trade_columns; }

}  // namespace mock::jikeyun
