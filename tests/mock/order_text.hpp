// SPDX-License-Identifier: Apache-2.0
// Turns an order of the index into the JSON of jushuitan.saleout.list.query: every field is a
// function of (seed, index), so nothing is stored. The same text serves pages and the truth, hence
// both carry the very same number tokens. Refuses to know HTTP, paging and faults (but for swapped
// types).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "json_text.hpp"
#include "options.hpp"
#include "orders.hpp"

namespace mock {

class OrderText {
 public:
  explicit OrderText(const Options& options)
      : seed_(options.seed), empty_items_(options.empty_items) {}

  // {…,"items":[{…},…]}; `extra` is text put before the first field ("\"x\":1,"), for faults.
  void append_document(std::string& out, const Order& order, bool swap_types = false,
                       std::string_view extra = {}) const;
  // One line per item, header fields beside `items_…`, as a perfect sync would flatten it.
  void append_rows(std::string& out, const Order& order) const;

 private:
  struct Item {
    std::int64_t quantity = 0;
    std::int64_t price = 0;  // ten-thousandths
  };
  struct Items {
    std::array<Item, 4> list;
    std::size_t size = 0;
    std::int64_t sum = 0;
  };

  Items items_of(const Order& order) const;
  void header(JsonText& json, const Order& order, const Items& items, bool flat) const;
  void money(JsonText& json, const Order& order, const Items& items) const;
  void serials(JsonText& json, const Order& order, bool flat) const;
  void item(JsonText& json, const Order& order, const Items& items, std::size_t number) const;

  std::uint64_t seed_;
  double empty_items_;
};

}  // namespace mock
