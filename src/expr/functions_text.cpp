// SPDX-License-Identifier: Apache-2.0
// Functions that build and cut texts. Positions count characters and start at 1.
#include <algorithm>
#include <array>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using kit::Letters;

// The bytes or characters of an argument, as the result is one or the other.
std::string part_of(const Call& call, const Item& item) {
  return call.out().is_binary() ? to_bytes(item) : to_text(item);
}

Item concat(const Call& call) {
  std::string out;
  for (std::size_t i = 0; i < call.size(); ++i) {
    out += part_of(call, call[i]);
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

Item concat_ws(const Call& call) {
  const Item separator = call.eval(0);
  if (separator.is_null()) return separator;
  std::string out;
  bool first = true;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Item item = call.eval(i);
    if (item.is_null()) continue;
    if (!first) out += part_of(call, separator);
    first = false;
    out += part_of(call, item);
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

Item left(const Call& call) {
  std::string text = part_of(call, call[0]);
  text.resize(Letters(call.out()).offset(text, kit::positive(kit::count_of(call[1]))));
  return Item::of_text(std::move(text));
}

Item right(const Call& call) {
  const Letters letters(call.out());
  const std::string text = part_of(call, call[0]);
  const std::size_t all = letters.count(text);
  const std::size_t wanted = kit::positive(kit::count_of(call[1]));
  return Item::of_text(text.substr(wanted >= all ? 0 : letters.offset(text, all - wanted)));
}

Item substring(const Call& call) {
  const Letters letters(call.out());
  const std::string text = part_of(call, call[0]);
  const auto all = static_cast<std::int64_t>(letters.count(text));
  std::int64_t start = kit::count_of(call[1]);
  const std::int64_t length = call.size() > 2 ? kit::count_of(call[2]) : INT64_MAX;
  if (start == 0 || length <= 0 || start > all || start < -all) return Item::of_text({});
  start = start > 0 ? start - 1 : all + start;
  const std::size_t begin = letters.offset(text, static_cast<std::size_t>(start));
  const std::string_view rest = std::string_view(text).substr(begin);
  const std::size_t end =
      length >= all ? rest.size() : letters.offset(rest, static_cast<std::size_t>(length));
  return Item::of_text(std::string(rest.substr(0, end)));
}

Item substring_index(const Call& call) {
  const std::string text = part_of(call, call[0]);
  const std::string mark = part_of(call, call[1]);
  std::int64_t count = kit::count_of(call[2]);
  if (text.empty() || mark.empty() || count == 0) return Item::of_text({});
  if (count > 0) {
    std::size_t at = 0;
    for (; count > 0; --count) {
      const std::size_t found = text.find(mark, at);
      if (found == std::string::npos) return Item::of_text(text);
      if (count == 1) return Item::of_text(text.substr(0, found));
      at = found + mark.size();
    }
  }
  std::size_t end = text.size();
  for (; count < 0; ++count) {
    const std::size_t found =
        end < mark.size() ? std::string::npos : text.rfind(mark, end - mark.size());
    if (found == std::string::npos) return Item::of_text(text);
    if (count == -1) return Item::of_text(text.substr(found + mark.size()));
    end = found;
    if (end == 0) return Item::of_text(text);
  }
  return Item::of_text(text);
}

Item upper(const Call& call) {
  return Item::of_text(call.out().is_binary() ? to_bytes(call[0]) : upper_text(call.text(0)));
}
Item lower(const Call& call) {
  return Item::of_text(call.out().is_binary() ? to_bytes(call[0]) : lower_text(call.text(0)));
}

Item replace(const Call& call) {
  const std::string text = part_of(call, call[0]);
  const std::string from = part_of(call, call[1]);
  const std::string to = part_of(call, call[2]);
  if (from.empty()) return Item::of_text(text);
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = text.find(from, at);
    out.append(text, at, found == std::string::npos ? found : found - at);
    if (found == std::string::npos) break;
    out += to;
    check_size(out.size());
    at = found + from.size();
  }
  return Item::of_text(std::move(out));
}

Item reverse(const Call& call) {
  const std::string text = part_of(call, call[0]);
  if (call.out().is_binary()) return Item::of_text({text.rbegin(), text.rend()});
  std::string out(text.size(), '\0');
  std::size_t end = out.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    end -= length;
    out.replace(end, length, text, at, length);
    at += length;
  }
  return Item::of_text(std::move(out));
}

Item insert(const Call& call) {
  const Letters letters(call.out());
  const std::string text = part_of(call, call[0]);
  const auto all = static_cast<std::int64_t>(letters.count(text));
  const std::int64_t start = kit::count_of(call[1]);
  std::int64_t length = kit::count_of(call[2]);
  if (start < 1 || start > all) return Item::of_text(text);
  if (length < 0 || length > all - start + 1) length = all - start + 1;
  const std::size_t begin = letters.offset(text, static_cast<std::size_t>(start - 1));
  const std::size_t cut =
      letters.offset(std::string_view(text).substr(begin), static_cast<std::size_t>(length));
  std::string out = text;
  out.replace(begin, cut, part_of(call, call[3]));
  check_size(out.size());
  return Item::of_text(std::move(out));
}

// What it writes for NULL is text too.
Type quote_type(const Call& call) {
  return call.type(0).kind == Item::Kind::null ? Type::text() : kit::like_first(call);
}
Item quote(const Call& call) {
  const Item item = call.eval(0);
  if (item.is_null()) return Item::of_text("NULL");
  std::string out = "'";
  for (const char c : to_text(item)) {
    switch (c) {
      case '\0': out += "\\0"; break;
      case '\x1a': out += "\\Z"; break;
      case '\'':
      case '\\': out += '\\'; [[fallthrough]];
      default: out += c;
    }
  }
  return Item::of_text(out + "'");
}

Item elt(const Call& call) {
  const Item which = call.eval(0);
  if (which.is_null()) return which;
  const std::int64_t n = kit::count_of(which);
  if (n < 1 || n >= static_cast<std::int64_t>(call.size())) return Item::null();
  const Item item = call.eval(static_cast<std::size_t>(n));
  return item.is_null() ? item : Item::of_text(part_of(call, item));
}
Type elt_type(const Call& call) { return text_type(call, 1); }

Item make_set(const Call& call) {
  const Item which = call.eval(0);
  if (which.is_null()) return which;
  const auto bits = static_cast<std::uint64_t>(to_integer(which));
  std::string out;
  bool first = true;
  for (std::size_t i = 1; i < call.size() && i <= 64; ++i) {
    if ((bits >> (i - 1) & 1) == 0) continue;
    const Item item = call.eval(i);
    if (item.is_null()) continue;
    if (!first) out += ",";
    first = false;
    out += to_text(item);
  }
  return Item::of_text(std::move(out));
}

Item export_set(const Call& call) {
  const auto bits = static_cast<std::uint64_t>(call.integer(0));
  const std::string separator = call.size() > 3 ? call.text(3) : ",";
  const std::int64_t wanted = call.size() > 4 ? call.integer(4) : 64;
  const std::uint64_t count = wanted < 0 || wanted > 64 ? 64 : static_cast<std::uint64_t>(wanted);
  std::string out;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) out += separator;
    out += call.text((bits >> i & 1) != 0 ? 1 : 2);
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

// Letters to digits; vowels are silent, H, W and Y too, equal neighbours count once.
Item soundex(const Call& call) { return Item::of_text(soundex_of(call.text(0))); }

}  // namespace

std::string soundex_of(std::string_view text) {
  constexpr std::string_view k_codes = "01230120022455012623010202";
  const auto code = [&](char32_t c) { return c < 'A' || c > 'Z' ? '0' : k_codes[c - 'A']; };
  std::string out;
  char last = '\0';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t raw = next_character(text, at);
    const bool ascii = raw < 0x80;
    const char32_t c = raw >= 'a' && raw <= 'z' ? raw - 32 : raw;
    if (ascii && (c < 'A' || c > 'Z')) continue;
    if (out.empty()) {
      out =
          ascii ? std::string(1, static_cast<char>(c)) : upper_text(text.substr(start, at - start));
      last = code(c);
      continue;
    }
    const char next = code(c);
    if (next == '0' || next == last) continue;
    last = next;
    out += next;
  }
  if (!out.empty()) {
    std::size_t length = count_characters(out);
    for (; length < 4; ++length) out += '0';
  }
  return out;
}

const std::vector<Function>& text_functions() {
  static const std::vector<Function> k_functions = {
      {{"CONCAT", 1, -1, "text, …", "The texts one after the other; NULL when one is NULL.",
        "CONCAT('a',1,2.50)"},
       concat,
       kit::text},
      {{"CONCAT_WS", 2, -1, "separator, text, …", "The texts that are not NULL, separated.",
        "CONCAT_WS('-',2024,NULL,2)"},
       concat_ws,
       kit::text,
       Nulls::own},
      {{"LEFT", 2, 2, "text, n", "The first n characters.", "LEFT('中文测试',2)"},
       left,
       kit::like_first,
       Nulls::strict,
       Syntax::grammar},
      {{"RIGHT", 2, 2, "text, n", "The last n characters.", "RIGHT('hello',3)"},
       right,
       kit::like_first,
       Nulls::strict,
       Syntax::grammar},
      {{"SUBSTRING", 2, 3, "text, from, n",
        "n characters from a position; a negative one counts from the end.",
        "SUBSTRING('hello',2,3)"},
       substring,
       kit::like_first,
       Nulls::strict,
       Syntax::substring,
       true},
      {{"SUBSTR", 2, 3, "text, from, n", "SUBSTRING.", "SUBSTR('hello' FROM -3)"},
       substring,
       kit::like_first,
       Nulls::strict,
       Syntax::substring,
       true},
      {{"MID", 2, 3, "text, from, n", "SUBSTRING.", "MID('hello',2,2)"},
       substring,
       kit::like_first,
       Nulls::strict,
       Syntax::substring,
       true},
      {{"SUBSTRING_INDEX", 3, 3, "text, separator, n",
        "Everything before the n-th separator, behind it from the end when n is negative.",
        "SUBSTRING_INDEX('a.b.c','.',-2)"},
       substring_index,
       kit::text_by_first},
      {{"UPPER", 1, 1, "text", "Upper case.", "UPPER('abcä')"}, upper, kit::like_first},
      {{"UCASE", 1, 1, "text", "UPPER.", "UCASE('a')"}, upper, kit::like_first},
      {{"LOWER", 1, 1, "text", "Lower case.", "LOWER('ABC')"}, lower, kit::like_first},
      {{"LCASE", 1, 1, "text", "LOWER.", "LCASE('A')"}, lower, kit::like_first},
      {{"REPLACE", 3, 3, "text, from, to", "All occurrences replaced; case counts.",
        "REPLACE('aAa','a','b')"},
       replace,
       kit::text_by_first,
       Nulls::strict,
       Syntax::grammar},
      {{"REVERSE", 1, 1, "text", "The characters backwards.", "REVERSE('abc')"},
       reverse,
       kit::like_first,
       Nulls::strict,
       Syntax::grammar},
      {{"INSERT", 4, 4, "text, from, n, new", "n characters from a position replaced.",
        "INSERT('13812345678',4,4,'****')"},
       insert,
       kit::text_by_first,
       Nulls::strict,
       Syntax::grammar},
      {{"QUOTE", 1, 1, "text", "The text as an SQL literal.", "QUOTE('it''s')"},
       quote,
       quote_type,
       Nulls::own},
      {{"ELT", 2, -1, "n, text, …", "The n-th text.", "ELT(2,'a','b')"}, elt, elt_type, Nulls::own},
      {{"MAKE_SET", 2, -1, "bits, text, …", "The texts whose bit is set.",
        "MAKE_SET(5,'a','b','c')"},
       make_set,
       elt_type,
       Nulls::own},
      {{"EXPORT_SET", 3, 5, "bits, on, off, separator, n", "A text for each bit, lowest first.",
        "EXPORT_SET(5,'Y','N',',',4)"},
       export_set,
       elt_type},
      {{"SOUNDEX", 1, 1, "text", "How an English word sounds.", "SOUNDEX('Robert')"},
       soundex,
       kit::like_first},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
