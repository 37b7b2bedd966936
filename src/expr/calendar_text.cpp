// SPDX-License-Identifier: Apache-2.0
// Reads dates and times out of text and numbers. It refuses to judge what a wrong date means:
// it answers nothing and leaves NULL or an error to its caller.
#include <algorithm>
#include <array>

#include "calendar.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_punct(char c) {
  return c > ' ' && c < 127 && !is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
}

struct Reader {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at >= text.size(); }
  char peek() const { return done() ? '\0' : text[at]; }
  void skip_spaces() {
    while (!done() && is_space(text[at])) ++at;
  }
  std::size_t run() const {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - at;
  }
  /// Up to `most` digits; -1 when there is none.
  int take(std::size_t most) {
    const std::size_t count = std::min(run(), most);
    if (count == 0) return -1;
    int out = 0;
    for (std::size_t i = 0; i < count; ++i) out = out * 10 + (text[at++] - '0');
    return out;
  }
  void fraction(Temporal& t) {
    if (peek() != '.') return;
    ++at;
    int unit = 100'000;
    for (; is_digit(peek()); ++at) {
      if (t.digits < 6) {
        t.micro += (text[at] - '0') * unit;
        unit /= 10;
        ++t.digits;
      }
    }
  }
};

int full_year(int year) { return year + (year < 70 ? 2000 : 1900); }

bool valid(const Temporal& t, ZeroParts zero) {
  if (t.hour > 23 || t.minute > 59 || t.second > 59 || t.year > 9999) return false;
  if (t.month > 12 || t.day > days_in_month(t.year, t.month)) return false;
  if (t.month != 0 && t.day != 0) return true;
  return zero == ZeroParts::allow && (t.year != 0 || t.month != 0 || t.day != 0);
}

// YYYYMMDD[hhmmss], YYMMDD[hhmmss] and the forms with a T between.
std::optional<Parsed> read_compact(Reader in) {
  const std::size_t run = in.run();
  Parsed out{Kind::date, {}};
  const bool short_year = run == 6 || run == 12;
  if (!short_year && run != 8 && run != 14) return std::nullopt;
  Temporal& t = out.when;
  t.year = in.take(short_year ? 2 : 4);
  if (short_year) t.year = full_year(t.year);
  t.month = in.take(2);
  t.day = in.take(2);
  if (in.peek() == 'T') ++in.at;
  if (in.run() >= 4) {
    out.kind = Kind::datetime;
    t.hour = in.take(2);
    t.minute = in.take(2);
    t.second = std::max(in.take(2), 0);
    in.fraction(t);
  }
  return out;
}

// The clock part after a date; false when a field is followed by a stray digit.
bool read_clock(Reader& in, Parsed& out) {
  const std::array<int*, 3> fields = {&out.when.hour, &out.when.minute, &out.when.second};
  if (in.peek() == 'T') {
    ++in.at;
  } else {
    if (!is_space(in.peek())) return true;
    in.skip_spaces();
  }
  if (!is_digit(in.peek())) return true;
  out.kind = Kind::datetime;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    *fields[i] = in.take(2);
    if (is_digit(in.peek())) return false;
    const bool more = is_punct(in.peek()) && in.at + 1 < in.text.size() &&
                      is_digit(in.text[in.at + 1]) && in.peek() != '+' && in.peek() != '-';
    if (i == 2 || !more) break;
    ++in.at;
  }
  in.fraction(out.when);
  return true;
}

std::optional<Parsed> read_datetime(std::string_view text) {
  Reader in{text};
  in.skip_spaces();
  const std::size_t run = in.run();
  const char after = in.at + run < text.size() ? text[in.at + run] : '\0';
  if (run >= 5 && (after == '\0' || after == '.' || after == 'T')) return read_compact(in);
  Parsed out{Kind::date, {}};
  const bool short_year = run <= 2;
  const std::array<int*, 3> fields = {&out.when.year, &out.when.month, &out.when.day};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    *fields[i] = in.take(i == 0 ? 4 : 2);
    if (*fields[i] < 0 || is_digit(in.peek())) return std::nullopt;
    if (i == 2) break;
    if (!is_punct(in.peek())) return std::nullopt;
    ++in.at;
  }
  if (short_year) out.when.year = full_year(out.when.year);
  if (!read_clock(in, out)) return std::nullopt;
  return out;
}

// 20240305 and 20240305150809 with two-digit years allowed, as numbers.
std::optional<Parsed> read_number(const Decimal& number) {
  const mpz_class whole = number.whole();
  if (!fits_signed(whole) || sgn(whole) <= 0) return std::nullopt;
  std::int64_t n = whole.get_si();
  if (n < 101) return std::nullopt;
  const auto expand = [&n](std::int64_t scale) {
    const std::int64_t year = n / (10'000 * scale);
    if (year < 70)
      n += 20'000'000 * scale;
    else if (year < 100)
      n += 19'000'000 * scale;
  };
  Parsed out{Kind::date, {}};
  Temporal& t = out.when;
  if (n <= 99'991'231) {
    expand(1);
  } else {
    expand(1'000'000);
    out.kind = Kind::datetime;
    t.second = static_cast<int>(n % 100);
    t.minute = static_cast<int>(n / 100 % 100);
    t.hour = static_cast<int>(n / 10'000 % 100);
    n /= 1'000'000;
    t.digits = std::min(number.scale, 6);
    const Decimal rest = subtract(number, {whole, 0}).truncated(6);
    t.micro = static_cast<int>(rest.digits.get_si());
  }
  t.year = static_cast<int>(std::min<std::int64_t>(n / 10'000, 10'000));
  t.month = static_cast<int>(n / 100 % 100);
  t.day = static_cast<int>(n % 100);
  return out;
}

std::optional<Temporal> clamped_time(bool negative, std::int64_t seconds,
                                     const Temporal& fraction) {
  constexpr std::int64_t k_limit = 838 * 3600 + 59 * 60 + 59;
  Temporal out = time_from_micros(std::min(seconds, k_limit) * 1'000'000);
  if (seconds <= k_limit) out.micro = fraction.micro;
  out.digits = fraction.digits;
  out.negative = negative;
  return out;
}

std::optional<Temporal> read_compact_time(bool negative, std::int64_t n, const Temporal& fraction) {
  if (n % 100 > 59 || n / 100 % 100 > 59) return std::nullopt;
  return clamped_time(negative, n / 10'000 * 3600 + n / 100 % 100 * 60 + n % 100, fraction);
}

// [-][days ]hh:mm[:ss[.fraction]] or hhmmss.
std::optional<Temporal> read_time(std::string_view text) {
  Reader in{text};
  in.skip_spaces();
  const bool negative = in.peek() == '-';
  if (negative) ++in.at;
  if (in.text.size() - std::min(in.at, in.text.size()) >= 12) {
    if (const auto full = read_datetime(text); full && full->kind == Kind::datetime) {
      if (!valid(full->when, ZeroParts::allow)) return std::nullopt;
      Temporal out = full->when;
      out.year = out.month = out.day = 0;
      return out;
    }
  }
  std::int64_t first = in.take(9);
  if (first < 0) return std::nullopt;
  std::int64_t days = 0;
  if (in.peek() == ' ' && in.at + 1 < text.size() && is_digit(text[in.at + 1])) {
    ++in.at;
    days = first;
    first = in.take(9);
  }
  Temporal rest;
  if (in.peek() != ':') {
    in.fraction(rest);
    if (days == 0) return read_compact_time(negative, first, rest);
    return clamped_time(negative, (days * 24 + first) * 3600, rest);
  }
  ++in.at;
  const int minute = in.take(2);
  int second = 0;
  if (in.peek() == ':') {
    ++in.at;
    second = std::max(in.take(2), 0);
  }
  in.fraction(rest);
  if (minute < 0 || minute > 59 || second > 59) return std::nullopt;
  return clamped_time(negative, (days * 24 + first) * 3600 + minute * 60 + second, rest);
}

}  // namespace

std::optional<Parsed> to_calendar(const Item& item, ZeroParts zero) {
  std::optional<Parsed> out;
  switch (item.kind) {
    case Kind::date:
    case Kind::datetime: return Parsed{item.kind, item.when};
    case Kind::null: return std::nullopt;
    case Kind::time: fail("a time of day used as a date is not supported by this version");
    case Kind::text: out = read_datetime(item.text); break;
    default: out = read_number(to_decimal(item)); break;
  }
  if (!out || !valid(out->when, zero)) return std::nullopt;
  return out;
}

std::optional<Temporal> to_time(const Item& item) {
  if (item.is_null()) return std::nullopt;
  if (item.kind == Kind::time) return item.when;
  if (item.kind == Kind::text) return read_time(item.text);
  Temporal out = item.when;
  if (item.is_temporal()) {
    out.year = out.month = out.day = 0;
    return out;
  }
  const Decimal number = to_decimal(item);
  if (abs(number.whole()) > 9'999'999) {
    const auto full = to_calendar(item, ZeroParts::allow);
    if (!full) return std::nullopt;
    return to_time(Item::of_temporal(full->kind, full->when));
  }
  Temporal fraction;
  fraction.digits = std::min(number.scale, 6);
  const Decimal rest = subtract(number, {number.whole(), 0}).truncated(6);
  fraction.micro = static_cast<int>(std::abs(rest.digits.get_si()));
  return read_compact_time(number.sign() < 0, mpz_class(abs(number.whole())).get_si(), fraction);
}

}  // namespace erp2mysql::expr
