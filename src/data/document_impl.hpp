// SPDX-License-Identifier: Apache-2.0
// What a Document owns. Private to the data floor.
#pragma once

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <vector>

#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {

// Bump allocator: nodes of a page are made and dropped together.
class Arena {
 public:
  char* take(std::size_t bytes) {
    bytes = rounded(bytes);
    if (bytes > left_) {
      const std::size_t block = std::max<std::size_t>(bytes, k_block);
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
      next_ = blocks_.back().get();
      left_ = block;
      bytes_ += block;
    }
    char* out = next_;
    next_ += bytes;
    left_ -= bytes;
    return out;
  }
  /// Ends what was taken last at `end`.
  void give_back(const char* end) {
    const std::size_t bytes = static_cast<std::size_t>(next_ - end) & ~std::size_t{7};
    next_ -= bytes;
    left_ += bytes;
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* out = take(text.size());
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }
  const Member* copy(std::span<const Member> members) {
    if (members.empty()) return nullptr;
    auto* out = reinterpret_cast<Member*>(take(members.size_bytes()));
    std::uninitialized_copy(members.begin(), members.end(), out);
    return out;
  }

  std::size_t bytes() const { return bytes_; }

 private:
  static std::size_t rounded(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

  static constexpr std::size_t k_block = 64 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

struct Document::Impl {
  Node root;
  Arena arena;
  // Tokens point here; strings that were decoded point into the arena. Null: built.
  std::shared_ptr<const std::string> text;
  std::shared_ptr<const void> keys;  // own what keys of a page point at
};

}  // namespace erp2mysql::data
