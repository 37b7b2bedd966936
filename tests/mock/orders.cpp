// SPDX-License-Identifier: Apache-2.0
#include "orders.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "rng.hpp"

namespace mock {
namespace {

constexpr std::int64_t first_ts = 4'821'177'001;

std::uint8_t draw_status(Rng& rng) {
  constexpr std::array<std::uint8_t, 20> weights{1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                 1, 1, 1, 1, 0, 0, 2, 3, 4, 5};
  return rng.pick(weights);
}

Order make_order(const Options& options, std::uint32_t index) {
  Rng rng(options.seed, index, 1);
  Order order;
  order.index = index;
  order.born = rng.between(options.from, options.to - 1);
  // Some orders sit exactly on a day's or an hour's border, where closed windows overlap.
  if (index % 25 == 9) order.born = std::max(options.from, order.born - order.born % 86400);
  if (index % 20 == 7) order.born = std::max(options.from, order.born - order.born % 3600);
  order.modified = order.born;
  order.status = draw_status(rng);
  order.shop = static_cast<std::uint8_t>(rng.below(Order::shop_count));
  if (order.status == 1 || order.status == 5) order.io_date = order.born - rng.between(0, 600);
  return order;
}

bool matches(const Filter& filter, const Order& order) {
  if (filter.status && *filter.status != order.status) return false;
  if (filter.shop_id && *filter.shop_id != order.shop_id()) return false;
  if (filter.by_io_date && filter.from &&
      (order.io_date == 0 || order.io_date < *filter.from || order.io_date > *filter.to)) {
    return false;
  }
  if (filter.io_ids && !filter.io_ids->contains(order.io_id())) return false;
  if (filter.o_ids && !filter.o_ids->contains(order.o_id())) return false;
  return !filter.so_ids || filter.so_ids->contains(order.so_id());
}

bool only_bounds(const Filter& filter) {
  return !filter.status && !filter.shop_id && !(filter.by_io_date && filter.from) &&
         !filter.io_ids && !filter.o_ids && !filter.so_ids;
}

}  // namespace

Orders::Orders(const Options& options) : last_modified_(options.to + 60), last_ts_(first_ts) {
  orders_.reserve(static_cast<std::size_t>(options.orders));
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(options.orders); ++i) {
    orders_.push_back(make_order(options, i));
  }
  std::sort(orders_.begin(), orders_.end(), [](const Order& a, const Order& b) {
    return std::tie(a.modified, a.index) < std::tie(b.modified, b.index);
  });
  for (Order& order : orders_) {
    order.ts = last_ts_;
    last_ts_ += 1 + static_cast<std::int64_t>(mix(order.index) % 5);
  }
}

Orders::Range Orders::bounds(const Filter& filter) const {
  auto low = orders_.begin();
  auto high = orders_.end();
  if (filter.from && !filter.by_io_date) {
    low =
        std::partition_point(low, high, [&](const Order& o) { return o.modified < *filter.from; });
    high =
        std::partition_point(low, high, [&](const Order& o) { return o.modified <= *filter.to; });
  }
  if (filter.after_ts) {
    low = std::partition_point(low, high, [&](const Order& o) { return o.ts <= *filter.after_ts; });
  }
  if (filter.until_ts) {
    high =
        std::partition_point(low, high, [&](const Order& o) { return o.ts <= *filter.until_ts; });
  }
  return {static_cast<std::size_t>(low - orders_.begin()),
          static_cast<std::size_t>(high - orders_.begin())};
}

Slice Orders::find(const Filter& filter, std::int64_t skip, std::int64_t limit) const {
  const std::shared_lock lock(mutex_);
  const auto [low, high] = bounds(filter);
  const auto at = [&](std::size_t i) { return orders_.begin() + static_cast<std::ptrdiff_t>(i); };
  Slice slice;
  if (only_bounds(filter)) {
    slice.total = static_cast<std::int64_t>(high - low);
    const std::int64_t first = std::min(skip, slice.total);
    const std::int64_t last = first + std::min(limit, slice.total - first);
    slice.rows.assign(at(low) + first, at(low) + last);
    return slice;
  }
  for (auto it = at(low); it != at(high); ++it) {
    if (!matches(filter, *it)) continue;
    if (slice.total >= skip && slice.total - skip < limit) slice.rows.push_back(*it);
    ++slice.total;
  }
  return slice;
}

void Orders::move_to_end(std::size_t position) {
  const auto it = orders_.begin() + static_cast<std::ptrdiff_t>(position);
  Order order = *it;
  orders_.erase(it);
  order.modified = ++last_modified_;
  order.ts = ++last_ts_;
  ++order.version;
  orders_.push_back(order);
}

bool Orders::drift(const Filter& filter, std::uint64_t random) {
  const std::unique_lock lock(mutex_);
  const auto [low, high] = bounds(filter);
  if (low == high) return false;
  move_to_end(low + static_cast<std::size_t>(random % (high - low)));
  return true;
}

bool Orders::touch(std::int64_t io_id) {
  const std::unique_lock lock(mutex_);
  const auto it = std::find_if(orders_.begin(), orders_.end(),
                               [&](const Order& order) { return order.io_id() == io_id; });
  if (it == orders_.end()) return false;
  move_to_end(static_cast<std::size_t>(it - orders_.begin()));
  return true;
}

}  // namespace mock
