// SPDX-License-Identifier: Apache-2.0
// Functions that repeat, fill up and trim texts.
#include <algorithm>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

std::string part_of(const Call& call, std::size_t i) {
  return call.out().is_binary() ? to_bytes(call[i]) : call.text(i);
}

std::string repeated(const std::string& text, std::int64_t count) {
  if (count <= 0 || text.empty()) return {};
  const auto times = static_cast<std::size_t>(count);
  if (times > k_max_result / text.size()) check_size(k_max_result + 1);
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// What no packet of the server can hold is NULL there.
bool beyond_packet(std::size_t bytes, std::int64_t count) {
  constexpr std::size_t k_packet = std::size_t{64} << 20;
  if (count <= 0 || bytes == 0 || static_cast<std::size_t>(count) <= k_packet / bytes) return false;
  warn(1301, "the result was larger than max_allowed_packet");
  return true;
}

Item repeated_or_null(const std::string& text, std::int64_t count) {
  return beyond_packet(text.size(), count) ? Item::null() : Item::of_text(repeated(text, count));
}

Item repeat(const Call& call) { return repeated_or_null(part_of(call, 0), kit::count_of(call[1])); }
Item space(const Call& call) { return repeated_or_null(" ", kit::count_of(call[0])); }

Item pad(const Call& call, bool left) {
  const kit::Letters letters(call.out());
  const std::string text = part_of(call, 0);
  const std::string fill = part_of(call, 2);
  const std::int64_t wanted = kit::count_of(call[1]);
  if (wanted < 0 || beyond_packet(1, wanted)) return Item::null();
  const std::size_t have = letters.count(text);
  const auto length = static_cast<std::size_t>(wanted);
  if (length <= have) return Item::of_text(text.substr(0, letters.offset(text, length)));
  const std::size_t unit = letters.count(fill);
  if (unit == 0) return Item::of_text(text);
  const std::size_t missing = length - have;
  std::string filler = repeated(fill, static_cast<std::int64_t>(missing / unit));
  filler += fill.substr(0, letters.offset(fill, missing % unit));
  check_size(filler.size() + text.size());
  return Item::of_text(left ? filler + text : text + filler);
}
Item lpad(const Call& call) { return pad(call, true); }
Item rpad(const Call& call) { return pad(call, false); }

Item trimmed(std::string text, const std::string& part, bool left, bool right) {
  std::string_view rest = text;
  if (part.empty()) return Item::of_text(std::move(text));
  while (left && rest.starts_with(part)) rest.remove_prefix(part.size());
  while (right && rest.ends_with(part)) rest.remove_suffix(part.size());
  return Item::of_text(std::string(rest));
}

Item trim(const Call& call) {
  const std::string& side = call.node().word;
  const bool two = call.size() > 1;
  return trimmed(part_of(call, two ? 1 : 0), two ? part_of(call, 0) : " ", side != "TRAILING",
                 side != "LEADING");
}
Item ltrim(const Call& call) { return trimmed(part_of(call, 0), " ", true, false); }
Item rtrim(const Call& call) { return trimmed(part_of(call, 0), " ", false, true); }

Type pad_type(const Call& call) {
  const Type types[] = {call.type(0), call.type(2)};
  if (types[0].kind == Item::Kind::null) return merged_text({}, "lpad");
  return merged_text(types, "lpad");
}

}  // namespace

const std::vector<Function>& padding_functions() {
  static const std::vector<Function> k_functions = {
      {{"REPEAT", 2, 2, "text, n", "The text n times.", "REPEAT('ab',3)"},
       repeat,
       kit::like_first,
       Nulls::strict,
       Syntax::grammar},
      {{"SPACE", 1, 1, "n", "n blanks.", "CONCAT('[',SPACE(2),']')"}, space, kit::plain},
      {{"LPAD", 3, 3, "text, n, fill", "Filled up on the left, or cut, to n characters.",
        "LPAD('5',3,'0')"},
       lpad,
       pad_type},
      {{"RPAD", 3, 3, "text, n, fill", "Filled up on the right, or cut, to n characters.",
        "RPAD('a',5,'xy')"},
       rpad,
       pad_type},
      {{"TRIM", 1, 2, "[BOTH|LEADING|TRAILING] [part FROM] text",
        "Without blanks, or the part, at its ends.", "TRIM(LEADING 'x' FROM 'xxaxx')"},
       trim,
       kit::text,
       Nulls::strict,
       Syntax::trim,
       true},
      {{"LTRIM", 1, 1, "text", "Without blanks in front.", "LTRIM('  a')"}, ltrim, kit::like_first},
      {{"RTRIM", 1, 1, "text", "Without blanks behind.", "RTRIM('a  ')"}, rtrim, kit::like_first},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
