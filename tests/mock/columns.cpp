// SPDX-License-Identifier: Apache-2.0
#include "columns.hpp"

#include "civil_time.hpp"
#include "json_text.hpp"
#include "order_pools.hpp"
#include "rng.hpp"

namespace mock {
namespace {

constexpr std::int64_t huge_units = 123'456'789'012'345'600;  // 12345678901234.5600
constexpr std::int64_t gmt8 = 8 * 3600;

std::uint64_t name_hash(Text name) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

Value labelled(Text prefix, std::int64_t number) {
  return Value::text(std::string(prefix) + std::to_string(number));
}

Value money(const Column& column, const Facts& facts, Rng& rng) {
  const bool huge = column.prefix == "huge" && facts.index % 97 == 5;
  const bool four = huge || rng.one_in(6);
  std::int64_t units = huge ? huge_units : rng.between(column.low, column.high);
  if (!four) units -= units % 100;
  std::string token;
  append_decimal(token, units, four);
  return Value::of(Kind::money, token);
}

Value amount(const Column& column, const Facts& facts, Rng& rng) {
  const std::int64_t units = rng.between(column.low, column.high);
  std::string token;
  append_decimal(token, rng.one_in(3) ? units - units % 10000 : units, true);
  if (facts.index % 13 == 4) {
    token += "567891";  // ten decimals, which a double of this size cannot keep
  } else {
    while (token.ends_with('0') && !token.ends_with(".0")) token.pop_back();
  }
  return Value::of(Kind::money, token);
}

Value time(const Column& column, const Facts& facts, Rng& rng) {
  const std::int64_t base = column.clock == Clock::modified ? facts.modified : facts.created;
  const std::int64_t seconds = base + rng.between(column.low, column.high);
  switch (column.shape) {
    case Shape::text: return Value::text(format_time(seconds));
    case Shape::seconds: return Value::number(seconds - gmt8);
    case Shape::millis: return Value::number((seconds - gmt8) * 1000);
    case Shape::iso: break;
  }
  std::string text = format_time(seconds);
  text[10] = 'T';
  if (facts.index % 3 == 0) text += "." + std::to_string(101 + facts.index % 97 * 9);
  return Value::text(text);
}

Value any_note(Rng& rng) {
  return Value::text(rng.one_in(3) ? rng.pick(pools::odd_notes) : rng.pick(pools::plain_notes));
}

Value lines(const Column& column, const Facts& facts) {
  Value list = Value::list();
  const std::int64_t count = line_count(column, facts);
  for (std::int64_t line = 0; line < count; ++line) {
    list.items.push_back(make_row({column.inner, column.inner_size}, line_facts(facts, line)));
  }
  return list;
}

Value filled(const Column& column, const Facts& facts, Rng& rng) {
  switch (column.is) {
    case Is::serial: return Value::of(Kind::id, std::to_string(column.low + facts.index));
    case Is::stamp: return Value::number(column.low + facts.stamp);
    case Is::parent: return Value::of(Kind::id, std::to_string(column.low + facts.parent));
    case Is::label: return labelled(column.prefix, column.low + facts.index);
    case Is::parent_label: return labelled(column.prefix, column.low + facts.parent);
    case Is::number: return Value::number(rng.between(column.low, column.high));
    case Is::code: return Value::of(Kind::number, std::string(rng.pick(column.pool)));
    case Is::money: return money(column, facts, rng);
    case Is::amount: return amount(column, facts, rng);
    case Is::flag: return Value::boolean(rng.one_in(static_cast<std::uint64_t>(column.high)));
    case Is::pick: return Value::text(rng.pick(column.pool));
    case Is::note: return any_note(rng);
    case Is::edit:
      return facts.version == 0 ? Value::text(rng.pick(column.pool))
                                : labelled("改单", facts.version);
    case Is::fixed: return Value::text(column.prefix);
    case Is::raw: return Value::of(Kind::raw, std::string(column.prefix));
    case Is::time: return time(column, facts, rng);
    case Is::object: return make_row({column.inner, column.inner_size}, facts);
    case Is::list: return lines(column, facts);
  }
  return {};
}

Rng rng_of(const Column& column, const Facts& facts) {
  return {facts.seed, static_cast<std::uint64_t>(facts.index), name_hash(column.name)};
}

}  // namespace

Facts line_facts(const Facts& parent, std::int64_t line) {
  Facts facts = parent;
  facts.parent = parent.index;
  facts.index = parent.index * most_lines + line;
  return facts;
}

std::int64_t line_count(const Column& list, const Facts& facts) {
  return rng_of(list, facts).between(list.low, list.high);
}

bool make_cell(const Column& column, const Facts& facts, Value& into) {
  Rng rng = rng_of(column, facts);
  if (column.missing != 0 && rng.one_in(column.missing)) return false;
  if (column.null != 0 && rng.one_in(column.null)) {
    into = {};
  } else if (column.empty != 0 && rng.one_in(column.empty)) {
    into = Value::text("");
  } else {
    into = filled(column, facts, rng);
  }
  return true;
}

Value make_row(std::span<const Column> columns, const Facts& facts) {
  Value row = Value::map();
  row.names.reserve(columns.size());
  row.items.reserve(columns.size());
  Value cell;
  for (const Column& column : columns) {
    if (make_cell(column, facts, cell)) row.add(column.name, std::move(cell));
  }
  return row;
}

}  // namespace mock
