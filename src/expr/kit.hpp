// SPDX-License-Identifier: Apache-2.0
// What the function families share: result types by name, and small readers of arguments. It
// refuses to hold a function.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "letters.hpp"
#include "tree.hpp"

namespace erp2mysql::expr::kit {

inline Type whole(const Call&) { return Type::integer(); }
inline Type natural(const Call&) { return Type::integer(true); }
inline Type real(const Call&) { return Type::real(); }
inline Type bytes(const Call&) { return Type::bytes(); }
inline Type plain(const Call&) { return Type::text(); }
inline Type json(const Call&) { return Type::of(Item::Kind::json); }
inline Type date(const Call&) { return Type::of(Item::Kind::date); }
/// Text in the collation where all arguments meet.
inline Type text(const Call& call) { return text_type(call); }
/// The same, but bytes when the first is the NULL literal.
inline Type text_by_first(const Call& call) {
  return call.type(0).kind == Item::Kind::null ? merged_text({}, "function") : text_type(call);
}
/// Text in the collation of one argument.
inline Type like_first(const Call& call) {
  const Type types[] = {call.type(0)};
  return merged_text(types, "function");
}

/// Byte or character positions, as the type of the text asks.
class Letters {
 public:
  explicit Letters(const Type& type) : bytes_(type.is_binary()) {}
  std::size_t count(std::string_view text) const {
    return bytes_ ? text.size() : count_characters(text);
  }
  std::size_t offset(std::string_view text, std::size_t index) const {
    return bytes_ ? std::min(index, text.size()) : character_offset(text, index);
  }

 private:
  bool bytes_;
};

inline std::size_t positive(std::int64_t n) { return n <= 0 ? 0 : static_cast<std::size_t>(n); }
/// A count or position; an unsigned beyond the signed range stays large.
inline std::int64_t count_of(const Item& item) {
  const Whole whole = to_whole(item);
  return whole.is_unsigned && whole.value < 0 ? INT64_MAX : whole.value;
}

}  // namespace erp2mysql::expr::kit
