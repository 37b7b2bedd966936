// SPDX-License-Identifier: Apache-2.0
// The orders in which objects have their keys, learnt over the pages of a window, which one thread
// reads: records of one source mostly have the same keys in the same order. It knows no values.
//
// A book belongs to one thread. Documents keep it alive, since their keys point into it; what it
// holds is never changed, only added to.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::data {

// Keys in the order in which objects of a depth have them; each object may leave some out. Grows
// with every key that an object adds, and is another shape then.
struct Shape {
  std::vector<std::string_view> keys;
  std::uint32_t id = 0;
};

class ShapeBook {
 public:
  std::vector<Shape>& at_depth(std::size_t depth) {
    if (by_depth_.size() <= depth) by_depth_.resize(depth + 1);
    return by_depth_[depth];
  }
  /// What this key needs is still there. Longer keys, and more of them, are data.
  bool takes(std::string_view key) const {
    return key.size() <= k_longest_key && texts_.size() < k_most_texts;
  }
  /// Says of every object whether it followed a shape.
  void count(bool shaped) { ++(shaped ? shaped_ : odd_); }
  /// At the end of a page. False: too many of its objects followed none, since odd ones have filled
  /// the book; a new one is better.
  bool end_page() {
    const bool served = odd_ <= shaped_ / 4;
    shaped_ = odd_ = 0;
    return served;
  }
  std::string_view keep(std::string_view key) { return texts_.emplace_back(key); }

 private:
  static constexpr std::size_t k_longest_key = 100;
  static constexpr std::size_t k_most_texts = 4000;

  std::vector<std::vector<Shape>> by_depth_;
  std::deque<std::string> texts_;  // their bytes stay where they are
  std::uint64_t shaped_ = 0;
  std::uint64_t odd_ = 0;
};

}  // namespace erp2mysql::data
