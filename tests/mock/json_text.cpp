// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include <charconv>

#include "civil_time.hpp"

namespace mock {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_unit(std::string& out, std::uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[(unit >> shift) & 15U];
}

// Decodes one UTF-8 sequence of our own (hence valid) text.
std::uint32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(text[i]) & 0xFFU; };
  const std::uint32_t lead = byte(at);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t point = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i) point = (point << 6) | (byte(++at) & 0x3FU);
  ++at;
  return point;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text, bool ascii) {
  out += '"';
  std::size_t done = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && (c < 0x80 || !ascii)) {
      ++i;
      continue;
    }
    out.append(text, done, i - done);
    if (c >= 0x80) {
      const std::uint32_t point = decode(text, i);
      if (point >= 0x10000) {
        append_unit(out, 0xD800 + ((point - 0x10000) >> 10));
        append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
      } else {
        append_unit(out, point);
      }
    } else {
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\t': out += "\\t"; break;
        case '\r': out += "\\r"; break;
        default: append_unit(out, c);
      }
      ++i;
    }
    done = i;
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

void append_integer(std::string& out, std::int64_t value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, static_cast<std::size_t>(end - buffer));
}

void append_decimal(std::string& out, std::int64_t units, bool four) {
  if (units < 0) {
    out += '-';
    units = -units;
  }
  append_integer(out, units / 10000);
  const auto rest = static_cast<int>(units % 10000);
  out += '.';
  out += static_cast<char>('0' + rest / 1000);
  out += static_cast<char>('0' + rest / 100 % 10);
  if (four || rest % 100 != 0) {
    out += static_cast<char>('0' + rest / 10 % 10);
    out += static_cast<char>('0' + rest % 10);
  }
}

void JsonText::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += prefix_;
  out_ += name;
  out_ += "\":";
}

void JsonText::text(std::string_view name, std::string_view value, bool ascii) {
  key(name);
  append_quoted(out_, value, ascii);
}

void JsonText::time(std::string_view name, std::int64_t seconds) {
  key(name);
  out_ += '"';
  append_time(out_, seconds);
  out_ += '"';
}

void JsonText::null(std::string_view name) { raw(name, "null"); }

void JsonText::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
}

void JsonText::number(std::string_view name, std::int64_t value) {
  key(name);
  if (swap_types_) out_ += '"';
  append_integer(out_, value);
  if (swap_types_) out_ += '"';
}

void JsonText::boolean(std::string_view name, bool value) {
  key(name);
  if (swap_types_) out_ += '"';
  out_ += value ? "true" : "false";
  if (swap_types_) out_ += '"';
}

void JsonText::decimal(std::string_view name, std::int64_t units, bool four) {
  key(name);
  if (!swap_types_) out_ += '"';
  append_decimal(out_, units, four);
  if (!swap_types_) out_ += '"';
}

void JsonText::numeric_text(std::string_view name, std::string_view token) {
  key(name);
  if (!swap_types_) out_ += '"';
  out_ += token;
  if (!swap_types_) out_ += '"';
}

}  // namespace mock
