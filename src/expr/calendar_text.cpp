// SPDX-License-Identifier: Apache-2.0
// Reads dates and times out of text and numbers. It refuses to judge what a wrong date means:
// it answers nothing and leaves NULL or an error to its caller.
#include <algorithm>
#include <array>
#include <limits>

#include "calendar.hpp"
#include "warnings.hpp"

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
  char peek(std::size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }
  std::size_t left() const { return text.size() - std::min(at, text.size()); }
  void skip_spaces() {
    while (!done() && is_space(text[at])) ++at;
  }
  bool only_spaces() {
    skip_spaces();
    return done();
  }
  /// Digits of a fraction: six count, the seventh rounds. The point is behind.
  void fraction(Temporal& t, bool& round_up) {
    int unit = 100'000;
    for (int count = 0; is_digit(peek()); ++at, ++count) {
      if (count < 6) {
        t.micro += (text[at] - '0') * unit;
        unit /= 10;
        ++t.digits;
      } else if (count == 6) {
        round_up = text[at] >= '5';
      }
    }
  }
};

Temporal next_micro(Kind kind, Temporal t) {
  if (t.micro < 999'999) {
    ++t.micro;
    return t;
  }
  t.micro = 999'999;
  Temporal out = round_fraction(kind, t, 5);
  out.digits = t.digits;
  return out;
}

// "+08:00" at the end of a datetime, in minutes.
std::optional<int> read_offset(std::string_view text) {
  if (text.size() != 6 || text[3] != ':' || !is_digit(text[1]) || !is_digit(text[2]) ||
      !is_digit(text[4]) || !is_digit(text[5]))
    return std::nullopt;
  const int hours = (text[1] - '0') * 10 + text[2] - '0';
  const int minutes = (text[4] - '0') * 10 + text[5] - '0';
  const int total = hours * 60 + minutes;
  if (minutes > 59 || (text[0] == '-' && total == 0)) return std::nullopt;
  if (text[0] == '-' ? total > 13 * 60 + 59 : total > 14 * 60) return std::nullopt;
  return text[0] == '-' ? -total : total;
}

/// Fields in the order of the text: year, month, day, hour, minute, second, fraction.
class DatetimeReader {
 public:
  explicit DatetimeReader(std::string_view text) : in_{text} {}

  bool run(Parsed& out) {
    in_.skip_spaces();
    if (!is_digit(in_.peek())) return false;
    std::size_t digits = 0;
    while (is_digit(in_.peek(digits)) || in_.peek(digits) == 'T') ++digits;
    compact_ = in_.left() == digits || in_.peek(digits) == '.';
    if (!fields(digits == 4 || digits == 8 || digits >= 14 ? 4 : 2)) return false;
    set(out);
    if (count_ < 3 && count_ != 0 && !compact_) return false;
    return count_ >= 3;
  }
  bool zone(Parsed& out) {
    if (in_.peek() != '+' && in_.peek() != '-') return true;
    if (count_ < 6) return true;
    std::size_t end = in_.text.size();
    while (end > in_.at && is_space(in_.text[end - 1])) --end;
    out.offset = read_offset(in_.text.substr(in_.at, end - in_.at));
    in_.at = in_.text.size();
    return out.offset.has_value();
  }
  bool rounds_up() const { return round_up_; }
  bool clean() { return in_.only_spaces(); }
  /// A separator but no blank or T: a text that may be a time of day instead.
  bool lacks_space() const { return delimiter_ && !space_; }

 private:
  bool fields(std::size_t width) {
    for (count_ = 0; count_ < 6 && is_digit(in_.peek());) {
      const std::size_t start = in_.at;
      int value = 0;
      while (is_digit(in_.peek()) && (!compact_ || in_.at - start < width)) {
        value = value * 10 + (in_.text[in_.at++] - '0');
        if (value > 999'999) return false;
      }
      values_[count_] = value;
      if (count_ == 0) year_digits_ = in_.at - start;
      width = 2;
      ++count_;
      if (count_ == 3 && in_.peek() == 'T') {
        ++in_.at;
        space_ = true;
        continue;
      }
      if (count_ == 6) {
        if (in_.peek() == '.') {
          ++in_.at;
          in_.fraction(fraction_, round_up_);
        }
        break;
      }
      if (!separator()) return false;
    }
    return true;
  }

  bool separator() {
    const std::size_t start = in_.at;
    while (is_punct(in_.peek()) || is_space(in_.peek())) {
      if (is_space(in_.peek())) {
        if (count_ != 3) {
          // Blanks at the end of the text are no separator.
          const std::size_t mark = in_.at;
          if (in_.only_spaces()) return true;
          in_.at = mark;
          return false;
        }
        space_ = true;
      }
      delimiter_ = true;
      ++in_.at;
    }
    if (!is_digit(in_.peek())) in_.at = start;
    return true;
  }

  void set(Parsed& out) {
    Temporal& t = out.when;
    t = fraction_;
    t.year = values_[0];
    t.month = values_[1];
    t.day = values_[2];
    t.hour = values_[3];
    t.minute = values_[4];
    t.second = values_[5];
    const bool zero = std::all_of(values_.begin(), values_.end(), [](int v) { return v == 0; });
    if (year_digits_ == 2 && !(zero && t.micro == 0)) t.year += t.year < 70 ? 2000 : 1900;
    out.kind = count_ <= 3 ? Kind::date : Kind::datetime;
  }

  Reader in_;
  bool compact_ = false;
  bool delimiter_ = false;
  bool space_ = false;
  bool round_up_ = false;
  std::size_t count_ = 0;
  std::size_t year_digits_ = 0;
  std::array<int, 6> values_{};
  Temporal fraction_;
};

std::optional<Temporal> clamped_time(bool negative, std::int64_t hours, int minute, int second,
                                     const Temporal& fraction, bool round_up) {
  constexpr std::int64_t k_hours = 838;
  if (minute > 59 || second > 59) return std::nullopt;
  Temporal out = fraction;
  out.negative = negative;
  if (hours > k_hours || (hours == k_hours && minute == 59 && second == 59 && fraction.micro > 0)) {
    warn_truncated("TIME", "");
    out = Temporal{};
    out.negative = negative;
    out.hour = 838;
    out.minute = out.second = 59;
    out.digits = fraction.digits;
    return out;
  }
  out.hour = static_cast<int>(hours);
  out.minute = minute;
  out.second = second;
  return round_up ? next_micro(Kind::time, out) : out;
}

// A number that reads to its end, or nothing when it is absurd.
std::optional<std::int64_t> take_number(Reader& in) {
  std::int64_t out = 0;
  for (; is_digit(in.peek()); ++in.at) {
    out = out * 10 + (in.text[in.at] - '0');
    if (out > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  }
  return out;
}

// [-][days ]hh:mm[:ss[.fraction]] or hhmmss.
std::optional<Temporal> read_clock(Reader in, bool negative) {
  const auto first = take_number(in);
  if (!first) return std::nullopt;
  const std::size_t end_of_days = in.at;
  in.skip_spaces();
  std::array<std::int64_t, 4> parts{};  // days, hours, minutes, seconds
  std::size_t state = 4;
  if (in.left() > 1 && in.at != end_of_days && is_digit(in.peek())) {
    parts[0] = *first;
    state = 1;
  } else if (in.left() > 1 && in.peek() == ':' && is_digit(in.peek(1))) {
    parts[1] = *first;
    state = 2;
    ++in.at;
  } else {
    in.at = end_of_days;
    parts = {0, *first / 10'000, *first / 100 % 100, *first % 100};
  }
  while (state < 4) {
    const auto value = take_number(in);
    if (!value) return std::nullopt;
    parts[state++] = *value;
    if (state == 4 || in.left() < 2 || in.peek() != ':' || !is_digit(in.peek(1))) break;
    ++in.at;
  }
  Temporal fraction;
  bool round_up = false;
  if (in.peek() == '.' && (in.left() == 1 || is_digit(in.peek(1)))) {
    ++in.at;
    in.fraction(fraction, round_up);
  }
  if (parts[2] > 59 || parts[3] > 59) return std::nullopt;
  const auto out = clamped_time(negative, parts[0] * 24 + parts[1], static_cast<int>(parts[2]),
                                static_cast<int>(parts[3]), fraction, round_up);
  if (!in.only_spaces()) warn_truncated("time", in.text);
  return out;
}

}  // namespace

bool valid_date(const Temporal& t, ZeroParts zero) {
  if (t.hour > 23 || t.minute > 59 || t.second > 59 || t.year > 9999) return false;
  if (t.month > 12 || t.day > 31) return false;
  if (t.month != 0 && t.day > days_in_month(t.year, t.month)) return false;
  if (t.month != 0 && t.day != 0) return true;
  return zero == ZeroParts::allow && (t.year != 0 || t.month != 0 || t.day != 0);
}

std::optional<Parsed> read_datetime(std::string_view text, ZeroParts zero) {
  DatetimeReader reader(text);
  Parsed out;
  if (!reader.run(out) || !valid_date(out.when, zero) || !reader.zone(out)) {
    warn(k_bad_value, "Incorrect datetime value");
    return std::nullopt;
  }
  if (!reader.clean()) warn_truncated("datetime", text);
  if (reader.rounds_up()) out.when = next_micro(out.kind, out.when);
  return out;
}

std::optional<Temporal> read_time(std::string_view text) {
  Reader in{text};
  in.skip_spaces();
  const bool negative = in.peek() == '-';
  if (negative) ++in.at;
  if (in.done()) return std::nullopt;
  if (in.left() >= 12) {
    DatetimeReader reader(text);
    Parsed full;
    const bool read = reader.run(full) && !reader.lacks_space();
    if (read && full.kind == Kind::date) return std::nullopt;
    if (read) {
      if (!valid_date(full.when, ZeroParts::allow)) return std::nullopt;
      Temporal out = full.when;
      out.year = out.month = out.day = 0;
      return reader.rounds_up() ? next_micro(Kind::time, out) : out;
    }
  }
  if (!is_digit(in.peek()) && in.peek() != '.') {
    warn_truncated("time", text);
    return std::nullopt;
  }
  return read_clock(in, negative);
}

// YYMMDD, YYYYMMDD and both with hhmmss, as numbers.
std::optional<Parsed> number_to_datetime(const Decimal& number, ZeroParts zero) {
  const mpz_class whole = number.whole();
  if (!fits_signed(whole) || number.sign() < 0) return std::nullopt;
  std::int64_t n = whole.get_si();
  Parsed out;
  if (n >= 10'000'101'000'000) {
    out.kind = Kind::datetime;
    if (n > 99'999'999'999'999) return std::nullopt;
  } else if (n < 101) {
    return std::nullopt;
  } else if (n <= 691'231) {
    n = (n + 20'000'000) * 1'000'000;
  } else if (n < 700'101) {
    return std::nullopt;
  } else if (n <= 991'231) {
    n = (n + 19'000'000) * 1'000'000;
  } else if (n < 10'000'101 && zero == ZeroParts::refuse) {
    return std::nullopt;
  } else if (n <= 99'991'231) {
    n *= 1'000'000;
  } else if (n < 101'000'000) {
    return std::nullopt;
  } else {
    out.kind = Kind::datetime;
    if (n <= 691'231'235'959)
      n += 20'000'000'000'000;
    else if (n < 700'101'000'000)
      return std::nullopt;
    else if (n <= 991'231'235'959)
      n += 19'000'000'000'000;
  }
  Temporal& t = out.when;
  t.second = static_cast<int>(n % 100);
  t.minute = static_cast<int>(n / 100 % 100);
  t.hour = static_cast<int>(n / 10'000 % 100);
  n /= 1'000'000;
  t.year = static_cast<int>(n / 10'000);
  t.month = static_cast<int>(n / 100 % 100);
  t.day = static_cast<int>(n % 100);
  if (!valid_date(t, zero)) return std::nullopt;
  if (number.scale > 0) {
    t.digits = std::min(number.scale, 6);
    const Decimal rest = subtract(number, {whole, 0}).rounded(6);
    if (rest.digits != 0) out.kind = Kind::datetime;
    t.micro = static_cast<int>(rest.digits.get_si());
    if (t.micro == 1'000'000) {
      t.micro = 999'999;
      t = next_micro(Kind::datetime, t);
    }
  }
  return out;
}

std::optional<Temporal> number_to_time(const Decimal& number) {
  const Decimal rest = subtract(number, {number.whole(), 0}).rounded(6);
  Temporal fraction;
  fraction.digits = std::min(number.scale, 6);
  fraction.micro = std::min(std::abs(static_cast<int>(rest.digits.get_si())), 999'999);
  const mpz_class whole = abs(number.whole());
  if (whole > 8'385'959) {
    if (whole >= 10'000'000'000) {
      if (const auto full = number_to_datetime(number, ZeroParts::allow)) {
        Temporal out = full->when;
        out.year = out.month = out.day = 0;
        return out;
      }
    }
    warn_truncated("time", number.text());
    return std::nullopt;
  }
  const std::int64_t n = whole.get_si();
  return clamped_time(number.sign() < 0, n / 10'000, static_cast<int>(n / 100 % 100),
                      static_cast<int>(n % 100), fraction, false);
}

std::optional<Item> read_literal(Kind kind, std::string_view text) {
  if (kind == Kind::time) {
    const auto time = read_time(text);
    if (!time || text.empty()) return std::nullopt;
    return Item::of_temporal(kind, *time);
  }
  DatetimeReader reader(text);
  Parsed out;
  if (!reader.run(out) || !valid_date(out.when, ZeroParts::refuse) || !reader.zone(out) ||
      !reader.clean())
    return std::nullopt;
  if (kind == Kind::date && out.kind != Kind::date) return std::nullopt;
  if (reader.rounds_up()) out.when = next_micro(out.kind, out.when);
  Item item = Item::of_temporal(kind, out.when);
  if (out.offset) item.whole = *out.offset + 10'000;  // resolved once the zone is known
  return item;
}

}  // namespace erp2mysql::expr
