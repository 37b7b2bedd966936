// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>

#include "rng.hpp"

namespace mock {
namespace {

bool earlier(const Record& a, const Record& b) {
  return std::tie(a.modified, a.index) < std::tie(b.modified, b.index);
}

}  // namespace

Records::Records(const Options& options, std::uint64_t seed) : last_modified_(options.to + 60) {
  records_.reserve(static_cast<std::size_t>(options.orders));
  for (std::int64_t index = 0; index < options.orders; ++index) {
    Rng rng(seed, static_cast<std::uint64_t>(index), 1);
    std::int64_t time = rng.between(options.from, options.to - 1);
    // Some rows sit exactly on the border of a day or an hour, where closed windows overlap.
    if (index % 25 == 9) time = std::max(options.from, time - time % 86400);
    if (index % 20 == 7) time = std::max(options.from, time - time % 3600);
    Record record;
    record.modified = time;
    record.created = time - rng.between(3600, 3 * 86400);
    record.index = index;
    record.visible = index >= options.late;
    records_.push_back(record);
  }
  std::sort(records_.begin(), records_.end(), earlier);
  for (Record& record : records_) {
    last_stamp_ += 1 + static_cast<std::int64_t>(mix(static_cast<std::uint64_t>(record.index)) % 5);
    record.stamp = last_stamp_;
  }
}

Records::Range Records::range(const Window& window) const {
  auto low = records_.begin();
  auto high = records_.end();
  if (window.from) {
    low =
        std::partition_point(low, high, [&](const Record& r) { return r.modified < *window.from; });
  }
  if (window.to) {
    high =
        std::partition_point(low, high, [&](const Record& r) { return r.modified <= *window.to; });
  }
  return {static_cast<std::size_t>(low - records_.begin()),
          static_cast<std::size_t>(high - records_.begin())};
}

std::vector<Record> Records::find(const Window& window, Sorting order) const {
  std::vector<Record> found;
  {
    const std::shared_lock lock(mutex_);
    const auto [low, high] = range(window);
    found.reserve(high - low);
    for (std::size_t i = low; i < high; ++i) {
      if (records_[i].visible) found.push_back(records_[i]);
    }
  }
  switch (order) {
    case Sorting::modified: break;
    case Sorting::modified_desc: std::reverse(found.begin(), found.end()); break;
    case Sorting::key:
      std::sort(found.begin(), found.end(),
                [](const Record& a, const Record& b) { return a.index < b.index; });
      break;
    case Sorting::stamp:
      std::sort(found.begin(), found.end(),
                [](const Record& a, const Record& b) { return a.stamp < b.stamp; });
      break;
  }
  return found;
}

void Records::change(std::size_t position) {
  Record record = records_[position];
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(position));
  record.modified = ++last_modified_;
  record.stamp = ++last_stamp_;
  ++record.version;
  records_.push_back(record);
}

bool Records::drift(const Window& window, std::uint64_t random) {
  const std::unique_lock lock(mutex_);
  const auto [low, high] = range(window);
  std::vector<std::size_t> candidates;
  for (std::size_t i = low; i < high; ++i) {
    if (records_[i].visible) candidates.push_back(i);
  }
  if (candidates.empty()) return false;
  change(candidates[static_cast<std::size_t>(random % candidates.size())]);
  return true;
}

bool Records::touch(std::int64_t index) {
  const std::unique_lock lock(mutex_);
  const auto found = std::find_if(records_.begin(), records_.end(), [&](const Record& record) {
    return record.index == index && record.visible;
  });
  if (found == records_.end()) return false;
  change(static_cast<std::size_t>(found - records_.begin()));
  return true;
}

std::int64_t Records::reveal(std::int64_t count) {
  const std::unique_lock lock(mutex_);
  std::int64_t done = 0;
  for (Record& record : records_) {
    if (done == count) break;
    if (record.visible) continue;
    record.visible = true;
    record.stamp = ++last_stamp_;  // given when the row is committed
    ++done;
  }
  return done;
}

std::int64_t Records::note_served(const std::vector<Record>& rows) {
  const std::unique_lock lock(mutex_);
  std::int64_t again = 0;
  for (const Record& row : rows) {
    const auto index = static_cast<std::uint64_t>(row.index);
    const auto version = static_cast<std::uint64_t>(row.version);
    if (!served_.insert(index << 20 | version).second) ++again;
  }
  return again;
}

}  // namespace mock
