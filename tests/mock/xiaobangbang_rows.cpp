// SPDX-License-Identifier: Apache-2.0
#include "xiaobangbang_rows.hpp"

#include <array>

namespace mock::xiaobangbang {
namespace {

using namespace col;

constexpr std::array<Text, 5> product_names{"智能手环", "充电底座 65W", "12\" 支架", "礼盒🎁",
                                            "Levi's\\联名"};
constexpr std::array<Text, 4> customers_pool{"杭州\"示例\"有限公司", "O'Neil Trading",
                                             "个体户·张三", "深圳百分百100%科技"};
constexpr std::array<Text, 3> users{"manager01", "015432109876543210", "user_7"};
constexpr std::array<Text, 3> stages{"1", "2", "10"};
constexpr std::array<Text, 3> parents{"0", "0", "10458231"};
constexpr std::array<Text, 4> levels{"A 级", "B 级", "", "重点"};

constexpr std::array product_data{
    edit("text_1", product_names),
    label("serialNo", "CP.2024", 1010001),
    money("num_1", 100, 999900),
    money("num_2", 50, 500000).missing_in(6),
    code("num_3", parents),
    number("num_13", 10, 14),
    pick("text_5", stages),
    note("text_6").missing_in(4),
    pick("creatorId", users),
    raw("ownerId", R"(["manager01"])"),
    raw("file_1", "[]").missing_in(3),
};
constexpr std::array customer_data{
    edit("text_1", customers_pool),
    label("serialNo", "KH.2024", 1010001),
    pick("text_2", levels),
    label("text_3", "1380000", 1000).missing_in(5),
    note("text_9").missing_in(4),
    huge_money("num_5", 0, 99999900),
    time("date_2", Clock::created, Shape::seconds).missing_in(5),
    raw("address_1",
        R"({"province":"浙江省","city":"杭州市","district":"滨江区","address":"江南大道\"1\"号"})")
        .missing_in(4),
    pick("creatorId", users),
    raw("ownerId", R"(["manager01","015432109876543210"])"),
};
constexpr std::array contract_lines{
    label("text_1", "", 10458231), money("num_3", 100, 9900),    money("num_6", 100, 99900),
    money("num_5", 100, 999900),   note("text_4").missing_in(3),
};
constexpr std::array contract_data{
    edit("text_1", product_names),
    label("serialNo", "HT.2024", 1010001),
    label("text_2", "", 20450001),
    huge_money("num_1", 100, 9999900),
    pick("text_8", users),
    time("date_1", Clock::created, Shape::seconds),
    pick("text_6", stages),
    note("text_13").missing_in(4),
    list("array_4", contract_lines, 0, 3),
    pick("creatorId", users),
    raw("ownerId", R"(["manager01"])"),
};

constexpr auto head(std::int64_t first, Text form, std::span<const Column> data) {
  return std::array{
      serial("dataId", first),
      raw("formId", form),
      time("addTime", Clock::created, Shape::seconds),
      time("updateTime", Clock::modified, Shape::seconds),
      object("data", data),
  };
}

constexpr auto product_columns = head(10458231, "880123", product_data);
constexpr auto customer_columns = head(20450001, "880201", customer_data);
constexpr auto contract_columns = head(30450001, "880301", contract_data);

}  // namespace

std::span<const Column> products() { return product_columns; }
std::span<const Column> customers() { return customer_columns; }
std::span<const Column> contracts() { return contract_columns; }

}  // namespace mock::xiaobangbang
