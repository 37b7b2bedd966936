// SPDX-License-Identifier: Apache-2.0
// The orders the imitated ERP holds: a small index in the order of `modified`, never the texts, so
// that 200000 orders start at once. Touching an order moves it behind all others, as a real change
// does. Refuses to know JSON, HTTP and request parameters.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace mock {

inline constexpr std::array<std::string_view, 6> status_names{
    "WaitConfirm", "Confirmed", "Cancelled", "Delete", "OuterConfirming", "Archive"};

struct Order {
  std::int64_t modified = 0;  // seconds of the platform's clock
  std::int64_t born = 0;      // `modified` before any touch
  std::int64_t io_date = 0;   // 0: not sent out
  std::int64_t ts = 0;        // row version, grows with `modified`
  std::uint32_t index = 0;    // with the seed it determines every other field
  std::uint16_t version = 0;  // touches so far
  std::uint8_t status = 0;    // index into status_names
  std::uint8_t shop = 0;      // index into the shops

  std::int64_t io_id() const { return first_io_id + index; }
  std::int64_t o_id() const { return first_o_id + index; }
  std::int64_t shop_id() const { return first_shop_id + shop; }
  // 19 digits, or 18 for every other order.
  std::int64_t so_id() const { return (index % 2 == 0 ? first_so_id : first_so_id / 10) + index; }

  static constexpr std::int64_t first_io_id = 900'000'123;
  static constexpr std::int64_t first_o_id = 112'233'445'566'778'899;
  static constexpr std::int64_t first_so_id = 3'168'479'786'331'150'000;
  static constexpr std::int64_t first_shop_id = 11001;
  static constexpr unsigned shop_count = 5;
};

// What is asked for; all bounds are closed, `after_ts` is not.
struct Filter {
  std::optional<std::int64_t> from, to;
  bool by_io_date = false;
  std::optional<std::int64_t> after_ts, until_ts;
  std::optional<std::uint8_t> status;
  std::optional<std::int64_t> shop_id;
  std::optional<std::set<std::int64_t>> io_ids, o_ids, so_ids;
};

struct Slice {
  std::vector<Order> rows;
  std::int64_t total = 0;
};

class Orders {
 public:
  explicit Orders(const Options& options);

  Slice find(const Filter& filter, std::int64_t skip, std::int64_t limit) const;
  // Touches one random order among those the filter's bounds hold; false when there is none.
  bool drift(const Filter& filter, std::uint64_t random);
  bool touch(std::int64_t io_id);

 private:
  using Range = std::pair<std::size_t, std::size_t>;
  Range bounds(const Filter& filter) const;
  void move_to_end(std::size_t position);

  mutable std::shared_mutex mutex_;
  std::vector<Order> orders_;  // by (modified, io_id), which is the order of ts as well
  std::int64_t last_modified_;
  std::int64_t last_ts_;
};

}  // namespace mock
