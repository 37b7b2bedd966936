// SPDX-License-Identifier: Apache-2.0
// Rows of every imitated ERP but the first, described as tables of columns: a name and the kind of
// content. A cell is a function of (seed, name, index, version), so nothing is stored and the truth
// is always the page. Refuses to know which platform a table belongs to.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "value.hpp"

namespace mock {

using Text = std::string_view;

enum class Is : std::uint8_t {
  serial,        // low + index, as an id
  label,         // prefix and low + index, as text
  stamp,         // low + the row's version in the whole table
  parent,        // low + index of the row that holds this line
  parent_label,  // the same as text with a prefix
  number,        // low … high
  code,          // a number out of the pool
  money,         // ten-thousandths low … high, two or four decimals
  amount,        // ten-thousandths; 5.0, 5.25, now and then ten decimals
  flag,          // true once in `high`
  pick,          // a text out of the pool
  note,          // any text, among them those that break careless programs
  edit,          // a text out of the pool, or how often the row was changed
  fixed,         // prefix as text
  raw,           // prefix as JSON
  time,          // clock + low … high seconds
  object,
  list  // low … high lines
};
enum class Clock : std::uint8_t { modified, created };
enum class Shape : std::uint8_t { text, millis, seconds, iso };

struct Column {
  Text name{};
  Is is = Is::note;
  std::int64_t low = 0, high = 0;
  Text prefix{};
  std::span<const Text> pool{};
  const Column* inner = nullptr;
  std::size_t inner_size = 0;
  Clock clock = Clock::modified;
  Shape shape = Shape::text;
  // Once in so many rows; 0: never.
  unsigned missing = 0, null = 0, empty = 0;

  constexpr Column missing_in(unsigned rows) const {
    Column column = *this;
    column.missing = rows;
    return column;
  }
  constexpr Column null_in(unsigned rows) const {
    Column column = *this;
    column.null = rows;
    return column;
  }
  constexpr Column empty_in(unsigned rows) const {
    Column column = *this;
    column.empty = rows;
    return column;
  }
};

namespace col {

constexpr Column plain(Text name, Is is, std::int64_t low = 0, std::int64_t high = 0,
                       Text prefix = {}) {
  Column column;
  column.name = name;
  column.is = is;
  column.low = low;
  column.high = high;
  column.prefix = prefix;
  return column;
}
constexpr Column serial(Text name, std::int64_t first) { return plain(name, Is::serial, first); }
constexpr Column label(Text name, Text prefix, std::int64_t first = 0) {
  return plain(name, Is::label, first, 0, prefix);
}
constexpr Column stamp(Text name, std::int64_t first) { return plain(name, Is::stamp, first); }
constexpr Column parent(Text name, std::int64_t first) { return plain(name, Is::parent, first); }
constexpr Column parent_label(Text name, Text prefix, std::int64_t first = 0) {
  return plain(name, Is::parent_label, first, 0, prefix);
}
constexpr Column number(Text name, std::int64_t low, std::int64_t high) {
  return plain(name, Is::number, low, high);
}
// In hundredths; the wire has ten-thousandths.
constexpr Column money(Text name, std::int64_t low, std::int64_t high) {
  return plain(name, Is::money, low * 100, high * 100);
}
constexpr Column huge_money(Text name, std::int64_t low, std::int64_t high) {
  return plain(name, Is::money, low * 100, high * 100, "huge");
}
constexpr Column amount(Text name, std::int64_t low, std::int64_t high) {
  return plain(name, Is::amount, low * 100, high * 100);
}
constexpr Column flag(Text name, std::int64_t once_in) { return plain(name, Is::flag, 0, once_in); }
constexpr Column note(Text name) { return plain(name, Is::note); }
constexpr Column fixed(Text name, Text text) { return plain(name, Is::fixed, 0, 0, text); }
constexpr Column raw(Text name, Text json) { return plain(name, Is::raw, 0, 0, json); }

constexpr Column from(Text name, Is is, std::span<const Text> pool) {
  Column column = plain(name, is);
  column.pool = pool;
  return column;
}
constexpr Column pick(Text name, std::span<const Text> pool) { return from(name, Is::pick, pool); }
constexpr Column code(Text name, std::span<const Text> pool) { return from(name, Is::code, pool); }
constexpr Column edit(Text name, std::span<const Text> pool) { return from(name, Is::edit, pool); }

constexpr Column time(Text name, Clock clock, Shape shape = Shape::text, std::int64_t low = 0,
                      std::int64_t high = 0) {
  Column column = plain(name, Is::time, low, high);
  column.clock = clock;
  column.shape = shape;
  return column;
}
constexpr Column nest(Text name, Is is, std::span<const Column> inner, std::int64_t low = 0,
                      std::int64_t high = 0) {
  Column column = plain(name, is, low, high);
  column.inner = inner.data();
  column.inner_size = inner.size();
  return column;
}
constexpr Column object(Text name, std::span<const Column> inner) {
  return nest(name, Is::object, inner);
}
constexpr Column list(Text name, std::span<const Column> inner, std::int64_t low,
                      std::int64_t high) {
  return nest(name, Is::list, inner, low, high);
}

}  // namespace col

// What a row is made of beside its columns. Times are seconds of the platform's clock.
struct Facts {
  std::uint64_t seed = 0;
  std::int64_t index = 0;
  std::int64_t parent = 0;
  std::int64_t version = 0;
  std::int64_t stamp = 0;
  std::int64_t modified = 0;
  std::int64_t created = 0;
};

inline constexpr std::int64_t most_lines = 8;  // ids of lines are spaced so

Facts line_facts(const Facts& parent, std::int64_t line);
std::int64_t line_count(const Column& list, const Facts& facts);
// False when the row does not have this member at all.
bool make_cell(const Column& column, const Facts& facts, Value& into);
Value make_row(std::span<const Column> columns, const Facts& facts);

}  // namespace mock
