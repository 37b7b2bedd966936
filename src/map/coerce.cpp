// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/coerce.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/record.hpp"
#include "erp2mysql/map/variables.hpp"

namespace erp2mysql::map {
namespace {

[[noreturn]] void misfit(std::string_view what) {
  throw base::Error(base::ErrorKind::data, fmt::format("the value is not {}", what));
}

Cell keep(std::string text, std::string& scratch) {
  scratch = std::move(text);
  return scratch;
}

std::string to_integer(std::string_view text) {
  if (text == "true") return "1";
  if (text == "false") return "0";
  const std::string plain = base::plain_number(text);
  if (plain.empty()) misfit("an integer");
  const auto point = plain.find('.');
  if (point == std::string::npos) return plain;
  if (plain.find_first_not_of('0', point + 1) != std::string::npos) {
    misfit("an integer: it has a fraction");
  }
  return plain.substr(0, point);
}

std::string to_number(std::string_view text) {
  if (text == "true") return "1";
  if (text == "false") return "0";
  std::string plain = base::plain_number(text);
  if (plain.empty()) misfit("a number");
  return plain;
}

std::string to_boolean(std::string_view text) {
  if (text == "1" || base::equal_ignore_case(text, "true")) return "1";
  if (text == "0" || base::equal_ignore_case(text, "false")) return "0";
  misfit("a boolean (true, false, 1 or 0)");
}

// Text that already has the column's form keeps its fraction as written.
bool is_plain_datetime(std::string_view text) {
  return text.size() >= 19 && text[10] == ' ' && text[13] == ':' && text[16] == ':' &&
         text.find_first_of("+Z", 19) == std::string_view::npos &&
         text.find('-', 19) == std::string_view::npos;
}

// "2024-01-02 03:04:05" on a day that every month has: needs no calendar to be a time.
bool is_surely_datetime(std::string_view text) {
  constexpr std::string_view k_form = "0000-00-00 00:00:00";
  if (text.size() != k_form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (k_form[i] == '0' ? !digit : text[i] != k_form[i]) return false;
  }
  const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
  return two(5) >= 1 && two(5) <= 12 && two(8) >= 1 && two(8) <= 28 && two(11) <= 23 &&
         two(14) <= 59 && two(17) <= 59;
}

std::string to_datetime(std::string_view text, const base::Zone& zone) {
  const auto time = read_time(text, zone);
  if (!time) misfit("a time");
  if (is_plain_datetime(text)) return std::string(text);
  const auto point = text.find('.');
  if (point == std::string_view::npos) return base::format_datetime(*time, zone);
  // An Instant holds milliseconds; the fraction is kept as written.
  const auto end = text.find_first_not_of("0123456789", point + 1);
  const auto whole = std::chrono::floor<std::chrono::seconds>(*time);
  return base::format_datetime(whole, zone) + std::string(text.substr(point, end - point));
}

std::string to_date(std::string_view text, const base::Zone& zone) {
  const auto time = read_time(text, zone);
  if (!time) misfit("a date");
  if (text.size() >= 10 && text[4] == '-' && is_plain_datetime(text))
    return std::string(text.substr(0, 10));
  return base::format_date(*time, zone);
}

}  // namespace

std::optional<Type> parse_type(std::string_view word) {
  const std::string name = base::lower(word);
  if (name.empty() || name == "string") return Type::text;
  if (name == "int" || name == "integer") return Type::integer;
  if (name == "float" || name == "number") return Type::number;
  if (name == "datetime") return Type::datetime;
  if (name == "date") return Type::date;
  if (name == "boolean" || name == "bool") return Type::boolean;
  if (name == "object" || name == "array") return Type::json;
  return std::nullopt;
}

Cell coerce(const data::Node* node, Type type, const base::Zone& zone, std::string& scratch) {
  if (node == nullptr || node->is_null()) return std::nullopt;
  if (type == Type::json) return keep(data::to_json(*node), scratch);
  if (!node->is_scalar()) {
    if (type != Type::text)
      misfit(fmt::format("a single value but a {}", data::to_string(node->kind)));
    return keep(data::to_json(*node), scratch);
  }
  return coerce_text(node->scalar(), type, zone, scratch);
}

Cell coerce_text(std::string_view text, Type type, const base::Zone& zone, std::string& scratch) {
  if (type == Type::text) return text;
  const auto trimmed = base::trim(text);
  if (trimmed.empty()) return std::nullopt;
  if (type == Type::number && base::seeded_bug("number-through-double"))
    return keep(fmt::format("{}", std::stod(std::string(trimmed))), scratch);
  switch (type) {
    case Type::integer:
    case Type::number: {
      const auto digits = data::digits_of(trimmed);
      if (digits == data::Digits::whole) return trimmed;
      if (digits == data::Digits::fraction && type == Type::number) return trimmed;
      return keep(type == Type::number ? to_number(trimmed) : to_integer(trimmed), scratch);
    }
    case Type::datetime:
      if (is_surely_datetime(trimmed)) return trimmed;
      if (is_plain_datetime(trimmed) && read_time(trimmed, zone)) return trimmed;
      return keep(to_datetime(trimmed, zone), scratch);
    case Type::date: return keep(to_date(trimmed, zone), scratch);
    case Type::boolean: return keep(to_boolean(trimmed), scratch);
    case Type::text:
    case Type::json: return text;
  }
  return std::nullopt;
}

}  // namespace erp2mysql::map
