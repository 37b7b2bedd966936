// SPDX-License-Identifier: Apache-2.0
// Functions of text. Positions count characters, not bytes, and start at 1.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "letters.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

/// The arguments as text; nothing when one of them is NULL.
template <std::size_t N>
std::optional<std::array<std::string, N>> texts(const Arguments& a,
                                                std::array<std::size_t, N> which) {
  std::array<std::string, N> out;
  for (std::size_t i = 0; i < N; ++i) {
    const Item item = a[which[i]];
    if (item.is_null()) return std::nullopt;
    out[i] = to_text(item);
  }
  return out;
}

std::optional<std::int64_t> whole(const Arguments& a, std::size_t i) {
  const Item item = a[i];
  if (item.is_null()) return std::nullopt;
  return to_integer(item);
}

std::size_t clamped(std::int64_t n) { return n <= 0 ? 0 : static_cast<std::size_t>(n); }

Item concat(const Arguments& a) {
  std::string out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Item item = a[i];
    if (item.is_null()) return item;
    out += to_text(item);
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

Item concat_ws(const Arguments& a) {
  const auto separator = texts<1>(a, {0});
  if (!separator) return Item::null();
  std::string out;
  bool first = true;
  for (std::size_t i = 1; i < a.size(); ++i) {
    const Item item = a[i];
    if (item.is_null()) continue;
    if (!first) out += (*separator)[0];
    first = false;
    out += to_text(item);
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

Item left(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  const auto count = whole(a, 1);
  if (!text || !count) return Item::null();
  return Item::of_text((*text)[0].substr(0, character_offset((*text)[0], clamped(*count))));
}

Item right(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  const auto count = whole(a, 1);
  if (!text || !count) return Item::null();
  const std::size_t length = count_characters((*text)[0]);
  const std::size_t kept = std::min(length, clamped(*count));
  return Item::of_text((*text)[0].substr(character_offset((*text)[0], length - kept)));
}

Item substring(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  auto start = whole(a, 1);
  if (!text || !start) return Item::null();
  std::optional<std::int64_t> count;
  if (a.size() == 3 && !(count = whole(a, 2))) return Item::null();
  const auto length = static_cast<std::int64_t>(count_characters((*text)[0]));
  if (*start < 0) *start = *start < -length ? 0 : *start + length + 1;
  if (*start <= 0 || *start > length || (count && *count <= 0)) return Item::of_text("");
  const std::string rest = (*text)[0].substr(character_offset((*text)[0], clamped(*start - 1)));
  if (!count) return Item::of_text(rest);
  return Item::of_text(rest.substr(0, character_offset(rest, clamped(*count))));
}

Item substring_index(const Arguments& a) {
  const auto t = texts<2>(a, {0, 1});
  const auto count = whole(a, 2);
  if (!t || !count) return Item::null();
  const auto& [text, mark] = *t;
  if (mark.empty() || *count == 0) return Item::of_text("");
  std::vector<std::size_t> hits;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size()))
    hits.push_back(at);
  const auto found = static_cast<std::int64_t>(hits.size());
  if (*count > found || *count < -found) return Item::of_text(text);
  if (*count > 0) return Item::of_text(text.substr(0, hits[clamped(*count - 1)]));
  return Item::of_text(text.substr(hits[clamped(found + *count)] + mark.size()));
}

Item length(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_integer(static_cast<std::int64_t>((*text)[0].size())) : Item::null();
}
Item char_length(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_integer(static_cast<std::int64_t>(count_characters((*text)[0])))
              : Item::null();
}
Item upper(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_text(upper_text((*text)[0])) : Item::null();
}
Item lower(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_text(lower_text((*text)[0])) : Item::null();
}

std::string trimmed(std::string_view text, std::string_view what, bool front, bool back) {
  while (front && !what.empty() && text.starts_with(what)) text.remove_prefix(what.size());
  while (back && !what.empty() && text.ends_with(what)) text.remove_suffix(what.size());
  return std::string(text);
}

Item trim(const Arguments& a) {
  const auto text = texts<1>(a, {a.size() - 1});
  const auto what = a.size() == 2 ? texts<1>(a, {0}) : std::array<std::string, 1>{" "};
  if (!text || !what) return Item::null();
  const int side = a.node().precision;
  return Item::of_text(trimmed((*text)[0], (*what)[0], side != 2, side != 1));
}
Item ltrim(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_text(trimmed((*text)[0], " ", true, false)) : Item::null();
}
Item rtrim(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  return text ? Item::of_text(trimmed((*text)[0], " ", false, true)) : Item::null();
}

Item replace(const Arguments& a) {
  const auto t = texts<3>(a, {0, 1, 2});
  if (!t) return Item::null();
  const auto& [text, from, to] = *t;
  if (from.empty()) return Item::of_text(text);
  std::string out;
  std::size_t begin = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    out.append(text, begin, at - begin).append(to);
    check_size(out.size());
    begin = at + from.size();
  }
  return Item::of_text(out.append(text, begin));
}

Item reverse(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  if (!text) return Item::null();
  std::string out;
  const auto all = characters((*text)[0]);
  for (auto it = all.rbegin(); it != all.rend(); ++it) out += *it;
  return Item::of_text(std::move(out));
}

// Folding never joins or splits characters, so positions in the folded text are the text's.
std::int64_t position(const std::string& part, const std::string& text, std::int64_t start) {
  if (start < 1 || start > static_cast<std::int64_t>(count_characters(text)) + 1) return 0;
  const std::string hay = folded(text);
  const auto at = hay.find(folded(part), character_offset(hay, clamped(start - 1)));
  if (at == std::string::npos) return 0;
  return static_cast<std::int64_t>(count_characters(std::string_view(hay).substr(0, at))) + 1;
}

Item locate(const Arguments& a) {
  const auto t = texts<2>(a, {0, 1});
  const auto start = a.size() == 3 ? whole(a, 2) : 1;
  if (!t || !start) return Item::null();
  return Item::of_integer(position((*t)[0], (*t)[1], *start));
}
Item instr(const Arguments& a) {
  const auto t = texts<2>(a, {1, 0});
  return t ? Item::of_integer(position((*t)[0], (*t)[1], 1)) : Item::null();
}

std::string repeated(std::string_view text, std::size_t count) {
  if (count > k_max_result) check_size(text.empty() ? 0 : count);
  check_size(text.empty() ? 0 : text.size() * std::min(count, k_max_result));
  std::string out;
  if (text.empty()) return out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

Item pad(const Arguments& a, bool front) {
  const auto t = texts<2>(a, {0, 2});
  const auto wanted = whole(a, 1);
  if (!t || !wanted || *wanted < 0) return Item::null();
  const auto& [text, fill] = *t;
  const std::size_t length = count_characters(text);
  const std::size_t target = clamped(*wanted);
  if (target <= length) return Item::of_text(text.substr(0, character_offset(text, target)));
  check_size(target);
  const std::size_t fill_length = count_characters(fill);
  if (fill_length == 0) return Item::of_text(text);
  const std::size_t missing = target - length;
  std::string filler = repeated(fill, missing / fill_length + 1);
  filler.resize(character_offset(filler, missing));
  return Item::of_text(front ? filler + text : text + filler);
}
Item lpad(const Arguments& a) { return pad(a, true); }
Item rpad(const Arguments& a) { return pad(a, false); }

Item repeat(const Arguments& a) {
  const auto text = texts<1>(a, {0});
  const auto count = whole(a, 1);
  if (!text || !count) return Item::null();
  return Item::of_text(repeated((*text)[0], clamped(*count)));
}

}  // namespace

const std::vector<Function>& text_functions() {
  constexpr auto k_text = Result::text;
  static const std::vector<Function> k_functions = {
      {{"CONCAT", 1, -1, "text, …", "the texts in a row; NULL when one is NULL",
        "CONCAT({a},'-',{b})"},
       concat,
       k_text},
      {{"CONCAT_WS", 2, -1, "separator, text, …", "the texts that are not NULL, joined",
        "CONCAT_WS(',',{a},{b})"},
       concat_ws,
       k_text},
      {{"LEFT", 2, 2, "text, count", "the first characters", "LEFT('{{DAYS_AGO_1|datetime}}',10)"},
       left,
       k_text},
      {{"RIGHT", 2, 2, "text, count", "the last characters", "RIGHT({phone},4)"}, right, k_text},
      {{"SUBSTRING", 2, 3, "text, start[, count]",
        "part of a text; a negative start counts from the end", "SUBSTRING({no},3,4)"},
       substring,
       k_text,
       Syntax::substring},
      {{"SUBSTR", 2, 3, "text, start[, count]", "same as SUBSTRING", "SUBSTR({no},-4)"},
       substring,
       k_text,
       Syntax::substring},
      {{"MID", 2, 3, "text, start, count", "same as SUBSTRING", "MID({no},3,4)"},
       substring,
       k_text,
       Syntax::substring},
      {{"SUBSTRING_INDEX", 3, 3, "text, mark, count",
        "the part before the count-th mark; negative: after, from the end",
        "SUBSTRING_INDEX({file},'.',-1)"},
       substring_index,
       k_text},
      {{"LENGTH", 1, 1, "text", "number of bytes", "LENGTH({name})"}, length},
      {{"CHAR_LENGTH", 1, 1, "text", "number of characters", "CHAR_LENGTH({name})"}, char_length},
      {{"UPPER", 1, 1, "text", "in capital letters", "UPPER({code})"}, upper, k_text},
      {{"LOWER", 1, 1, "text", "in small letters", "LOWER({code})"}, lower, k_text},
      {{"TRIM", 1, 2, "[BOTH|LEADING|TRAILING what FROM] text",
        "without blanks, or `what`, at its ends", "TRIM({remark})"},
       trim,
       k_text,
       Syntax::trim},
      {{"LTRIM", 1, 1, "text", "without blanks in front", "LTRIM({remark})"}, ltrim, k_text},
      {{"RTRIM", 1, 1, "text", "without blanks at the end", "RTRIM({remark})"}, rtrim, k_text},
      {{"REPLACE", 3, 3, "text, from, to", "every `from` replaced; case counts",
        "REPLACE({phone},'-','')"},
       replace,
       k_text},
      {{"REVERSE", 1, 1, "text", "the characters backwards", "REVERSE({code})"}, reverse, k_text},
      {{"LOCATE", 2, 3, "part, text[, start]", "position of the part, 0 when absent",
        "LOCATE('x',{remark})>0"},
       locate},
      {{"INSTR", 2, 2, "text, part", "position of the part, 0 when absent", "INSTR({remark},'x')"},
       instr},
      {{"LPAD", 3, 3, "text, length, fill", "filled up or cut to a length, in front",
        "LPAD({no},6,'0')"},
       lpad,
       k_text},
      {{"RPAD", 3, 3, "text, length, fill", "filled up or cut to a length, at the end",
        "RPAD({no},6,' ')"},
       rpad,
       k_text},
      {{"REPEAT", 2, 2, "text, count", "the text count times", "REPEAT('*',4)"}, repeat, k_text},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
