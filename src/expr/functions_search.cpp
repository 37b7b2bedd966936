// SPDX-License-Identifier: Apache-2.0
// Functions that find, count and compare in texts.
#include <algorithm>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using kit::Letters;

// Both texts in the collation where they meet.
struct Meeting {
  Type type;
  std::string a;
  std::string b;
};
Meeting meet(const Call& call, std::size_t i, std::size_t j) {
  const Type types[] = {call.type(i), call.type(j)};
  const Type type = merged_text(types, "locate");
  const auto text = [&](const Item& item) {
    return type.is_binary() ? to_bytes(item) : to_text(item);
  };
  return {type, text(call[i]), text(call[j])};
}

Item found_at(const Meeting& in, std::int64_t start) {
  const Letters letters(in.type);
  if (start < 1) return Item::of_integer(0);
  const auto first = static_cast<std::size_t>(start - 1);
  if (first > letters.count(in.a)) return Item::of_integer(0);
  const std::size_t from = letters.offset(in.a, first);
  if (in.b.empty()) return Item::of_integer(start);
  const std::size_t at = find_text(in.a, in.b, from, in.type.collation);
  if (at == std::string::npos) return Item::of_integer(0);
  return Item::of_integer(static_cast<std::int64_t>(letters.count(in.a.substr(0, at))) + 1);
}

Item locate(const Call& call) {
  return found_at(meet(call, 1, 0), call.size() > 2 ? kit::count_of(call[2]) : 1);
}
Item instr(const Call& call) { return found_at(meet(call, 0, 1), 1); }

// JSON shows it as a truth.
Item order_item(int order) {
  Item out = Item::of_integer(order);
  out.is_bool = true;
  return out;
}

Item strcmp_(const Call& call) {
  const auto in = meet(call, 0, 1);
  const Type& a = call.type(0);
  const Type& b = call.type(1);
  const bool texts = (a.is_text() || a.is_temporal()) && (b.is_text() || b.is_temporal());
  return order_item(compare_text(in.a, in.b, texts ? in.type.collation : Collation::binary));
}
Type strcmp_type(const Call& call) {
  check_compared(call.child(0), call.child(1), call.context());
  return Type::integer();
}

Item field(const Call& call) {
  const Item wanted = call.eval(0);
  if (wanted.is_null()) return Item::of_integer(0);
  std::vector<Type> types;
  bool text = true;
  bool whole = true;
  bool exact = true;
  for (std::size_t i = 0; i < call.size(); ++i) {
    types.push_back(call.type(i));
    text = text && (types[i].kind >= Item::Kind::text || types[i].kind == Item::Kind::null);
    whole = whole && types[i].kind == Item::Kind::integer;
    exact = exact && (types[i].kind == Item::Kind::integer || types[i].kind == Item::Kind::decimal);
  }
  const CompareAs as =
      text ? CompareAs::text
           : (whole ? CompareAs::integer : (exact ? CompareAs::decimal : CompareAs::real));
  const Collation collation = merged_text(types, "field").collation;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Item item = call.eval(i);
    if (!item.is_null() && compare(wanted, item, as, collation, call.context()) == 0)
      return Item::of_integer(static_cast<std::int64_t>(i));
  }
  return Item::of_integer(0);
}

Item find_in_set(const Call& call) {
  const auto in = meet(call, 1, 0);
  if (in.a.empty()) return Item::of_integer(0);
  if (in.b.find(',') != std::string::npos) return Item::of_integer(0);
  std::int64_t position = 1;
  for (std::size_t at = 0; at <= in.a.size(); ++position) {
    const std::size_t end = std::min(in.a.find(',', at), in.a.size());
    if (compare_text(std::string_view(in.a).substr(at, end - at), in.b, in.type.collation) == 0)
      return Item::of_integer(position);
    at = end + 1;
  }
  return Item::of_integer(0);
}

Item length(const Call& call) {
  return Item::of_integer(static_cast<std::int64_t>(to_bytes(call[0]).size()));
}
Item bit_length(const Call& call) {
  return Item::of_integer(static_cast<std::int64_t>(to_bytes(call[0]).size()) * 8);
}
Item char_length(const Call& call) {
  const bool bytes = call.type(0).is_binary();
  return Item::of_integer(
      static_cast<std::int64_t>(bytes ? to_bytes(call[0]).size() : count_characters(call.text(0))));
}

Item ascii(const Call& call) {
  const std::string text = to_bytes(call[0]);
  return Item::of_integer(text.empty() ? 0 : static_cast<unsigned char>(text[0]));
}

Item ord(const Call& call) {
  const std::string text = to_bytes(call[0]);
  if (text.empty()) return Item::of_integer(0);
  const std::size_t length = call.type(0).is_binary() ? 1 : character_length(text, 0);
  std::int64_t out = 0;
  for (std::size_t i = 0; i < length; ++i) out = out * 256 + static_cast<unsigned char>(text[i]);
  return Item::of_integer(out);
}

Item collation(const Call& call) {
  const Type& type = call.type(0);
  if (!type.is_text())
    return Item::of_text(type.kind == Item::Kind::json ? "utf8mb4_bin" : "binary");
  return Item::of_text(std::string(collation_name(type.collation)));
}
Item charset(const Call& call) {
  const Type& type = call.type(0);
  if (!type.is_text()) return Item::of_text(type.kind == Item::Kind::json ? "utf8mb4" : "binary");
  return Item::of_text(std::string(charset_name(type.charset)));
}
Item coercibility(const Call& call) {
  return Item::of_integer(static_cast<std::int64_t>(call.type(0).coercibility));
}

Item weight(const Call& call) {
  std::string out = to_bytes(call[0]);
  return Item::of_text(std::move(out));
}

}  // namespace

const std::vector<Function>& search_functions() {
  static const std::vector<Function> k_functions = {
      {{"LOCATE", 2, 3, "part, text, from", "Where a text begins in another, 0 when it does not.",
        "LOCATE('仔细','请仔细看')"},
       locate,
       kit::whole},
      {{"INSTR", 2, 2, "text, part", "Where a text begins in another.", "INSTR('hello','LL')"},
       instr,
       kit::whole},
      {{"POSITION", 2, 2, "part IN text", "LOCATE.", "POSITION('lo' IN 'hello')"},
       locate,
       kit::whole,
       Nulls::strict,
       Syntax::position,
       true},
      {{"STRCMP", 2, 2, "a, b", "-1, 0 or 1: how the texts are ordered.", "STRCMP('a','b')"},
       strcmp_,
       strcmp_type},
      {{"FIELD", 2, -1, "value, a, b, …", "Which of the others equals the first.",
        "FIELD('b','a','b')"},
       field,
       kit::whole,
       Nulls::own},
      {{"FIND_IN_SET", 2, 2, "text, list", "Its place in a list separated by commas.",
        "FIND_IN_SET('b','a,b,c')"},
       find_in_set,
       kit::whole},
      {{"LENGTH", 1, 1, "text", "Its length in bytes.", "LENGTH('中文')"}, length, kit::whole},
      {{"OCTET_LENGTH", 1, 1, "text", "LENGTH.", "OCTET_LENGTH('ab')"}, length, kit::whole},
      {{"BIT_LENGTH", 1, 1, "text", "Its length in bits.", "BIT_LENGTH('abc')"},
       bit_length,
       kit::whole},
      {{"CHAR_LENGTH", 1, 1, "text", "Its length in characters.", "CHAR_LENGTH('中文')"},
       char_length,
       kit::whole},
      {{"CHARACTER_LENGTH", 1, 1, "text", "CHAR_LENGTH.", "CHARACTER_LENGTH('中文')"},
       char_length,
       kit::whole},
      {{"ASCII", 1, 1, "text", "The value of its first byte.", "ASCII('a')"},
       ascii,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"ORD", 1, 1, "text", "The bytes of its first character as a number.", "ORD('你')"},
       ord,
       kit::whole},
      {{"COLLATION", 1, 1, "text", "The name of its collation.", "COLLATION('a')"},
       collation,
       kit::plain,
       Nulls::own,
       Syntax::grammar},
      {{"CHARSET", 1, 1, "text", "The name of its character set.", "CHARSET('a')"},
       charset,
       kit::plain,
       Nulls::own,
       Syntax::grammar},
      {{"COERCIBILITY", 1, 1, "text", "How weakly it holds on to its collation.",
        "COERCIBILITY('a')"},
       coercibility,
       kit::whole,
       Nulls::own},
      {{"WEIGHT_STRING", 1, 1, "text",
        "Bytes that stand for the text; only whether they are NULL "
        "is the server's.",
        "WEIGHT_STRING('a') IS NOT NULL"},
       weight,
       kit::bytes,
       Nulls::strict,
       Syntax::weight},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
