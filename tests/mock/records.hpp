// SPDX-License-Identifier: Apache-2.0
// The index of one imitated table: which rows exist, when they were changed, which are not visible
// yet. Touching a row moves it behind all others, as a real change does. Refuses to know what is in
// a row, JSON and HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include "options.hpp"

namespace mock {

struct Record {
  std::int64_t modified = 0;  // seconds of the platform's clock
  std::int64_t created = 0;
  std::int64_t index = 0;
  std::int64_t version = 0;  // changes so far
  std::int64_t stamp = 0;    // row version: unique, grows on any change of any row
  bool visible = true;
};

// Bounds of `modified`, both closed; without one it is open.
struct Window {
  std::optional<std::int64_t> from, to;
  bool holds(std::int64_t time) const { return (!from || time >= *from) && (!to || time <= *to); }
};

enum class Sorting { modified, modified_desc, key, stamp };

class Records {
 public:
  Records(const Options& options, std::uint64_t seed);

  std::vector<Record> find(const Window& window, Sorting order) const;
  // Changes one of the visible rows in the window; false when there is none.
  bool drift(const Window& window, std::uint64_t random);
  bool touch(std::int64_t index);
  // Makes rows visible whose time of change has long passed; says how many.
  std::int64_t reveal(std::int64_t count);
  // How many of these rows have gone out before, unchanged since.
  std::int64_t note_served(const std::vector<Record>& rows);

 private:
  using Range = std::pair<std::size_t, std::size_t>;
  Range range(const Window& window) const;
  void change(std::size_t position);

  mutable std::shared_mutex mutex_;
  std::vector<Record> records_;  // by (modified, index)
  std::unordered_set<std::uint64_t> served_;
  std::int64_t last_modified_;
  std::int64_t last_stamp_ = 0;
};

}  // namespace mock
