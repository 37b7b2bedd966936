// SPDX-License-Identifier: Apache-2.0
// The words orders are made of, among them the texts that break careless programs: quotes,
// backslashes, emoji, percent signs, placeholders. Each fits 200 characters. Knows no order.
#pragma once

#include <array>
#include <string_view>

namespace mock::pools {

using Text = std::string_view;

struct Place {
  Text state, city, district;
};
struct Carrier {
  Text code, name, prefix;
};
struct Goods {
  Text style, name;
};

inline constexpr std::array<Text, 5> shops{"某旗舰店", "晨光文具专营店", "O'Neil 海外店",
                                           "云上\"小铺\"", "阿里巴巴1688店"};
inline constexpr std::array<Place, 6> places{{{"浙江省", "杭州市", "余杭区"},
                                              {"广东省", "深圳市", "南山区"},
                                              {"北京", "北京市", "朝阳区"},
                                              {"四川省", "成都市", "武侯区"},
                                              {"新疆维吾尔自治区", "乌鲁木齐市", "天山区"},
                                              {"湖北省", "仙桃市", ""}}};
inline constexpr std::array<Carrier, 4> carriers{{{"YTO", "圆通速递", "YT"},
                                                  {"SF", "顺丰速运", "SF"},
                                                  {"ZTO", "中通快递", "ZT"},
                                                  {"EMS", "邮政EMS", "EM"}}};
inline constexpr std::array<Goods, 6> goods{{{"G01", "纯棉T恤"},
                                             {"G02", "不锈钢保温杯 500ml"},
                                             {"G03", "12\" 笔记本支架"},
                                             {"G04", "Levi's 牛仔裤"},
                                             {"G05", "🍵 龙井茶叶礼盒"},
                                             {"G06", "100% 桑蚕丝围巾"}}};
inline constexpr std::array<Text, 5> colours{"红色", "蓝色", "墨绿", "黑/白", "米\\白"};
inline constexpr std::array<Text, 4> sizes{"S", "M", "L", "XL"};
inline constexpr std::array<Text, 5> order_types{"普通订单", "补发订单", "换货订单", "分销Plus",
                                                 "供销Plus"};
inline constexpr std::array<Text, 4> warehouses{"主仓", "华东仓", "退货仓", "保税仓(宁波)"};
inline constexpr std::array<Text, 4> labels{"", "加急", "加急,VIP", "预售,赠品"};
inline constexpr std::array<Text, 4> staff{"张三", "李四", "王小明", "欧阳·娜娜"};
inline constexpr std::array<Text, 4> buyers{"买***家", "t*_b***7", "小***🐱", "张**"};

inline constexpr std::array<Text, 6> plain_notes{"",   "加急",  "请发顺丰", "送货前电话联系",
                                                 "无", "已核对"};
inline constexpr std::array<Text, 24> odd_notes{
    "客户说:\"今天必须发\"",
    "it's urgent",
    "C:\\temp\\new\\",
    "好评👍🎉 family 👨‍👩‍👧",
    "打8折, 100%正品 %s %d %%",
    "{{x}}",
    "${y}",
    ":name",
    "'); DROP TABLE t; --",
    "第一行\n第二行\t制表",
    "  前后有空格  ",
    "NULL",
    "0",
    "<{name: default}>",
    "{{LAST_SYNC_TIME|datetime}}",
    "𠮷野家",
    "<b>bold</b> & co",
    "{\"a\":1}",
    "[1,2]",
    "a,b;c|d",
    "_function NOW()",
    "\\\\server\\共享\\'文件'",
    "????",
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七"
    "八九十"
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七"
    "八九十"
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七"
    "八九十"
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七"
    "八九十"};

}  // namespace mock::pools
