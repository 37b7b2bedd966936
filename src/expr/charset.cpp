// SPDX-License-Identifier: Apache-2.0
#include "charset.hpp"

#include <unicode/ucnv.h>

#include <array>
#include <memory>

#include "erp2mysql/base/text.hpp"
#include "letters.hpp"

namespace erp2mysql::expr {
namespace {

struct Known {
  std::string_view name;
  Charset charset;
  const char* icu;  // null: UTF-8 or bytes
};
constexpr std::array<Known, 9> k_charsets = {{
    {"utf8mb4", Charset::utf8mb4, nullptr},
    {"utf8mb3", Charset::utf8mb3, nullptr},
    {"utf8", Charset::utf8mb3, nullptr},
    {"binary", Charset::binary, nullptr},
    {"ascii", Charset::ascii, "US-ASCII"},
    {"latin1", Charset::latin1, "windows-1252"},
    {"gbk", Charset::gbk, "GBK"},
    {"gb18030", Charset::gb18030, "gb18030"},
    {"utf16", Charset::utf16, "UTF-16BE"},
}};

struct Close {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, Close>;

const Known& known(Charset charset) {
  for (const auto& entry : k_charsets) {
    if (entry.charset == charset) return entry;
  }
  return k_charsets[0];
}

Converter open(Charset charset) {
  UErrorCode status = U_ZERO_ERROR;
  Converter out(ucnv_open(known(charset).icu, &status));
  if (out == nullptr) return out;
  const bool wide = charset == Charset::utf16;
  ucnv_setSubstChars(out.get(), wide ? "\0?" : "?", wide ? 2 : 1, &status);
  return out;
}

struct Named {
  std::string_view name;
  NamedCollation collation;
};
constexpr std::array<Named, 20> k_collations = {{
    {"utf8mb4_0900_ai_ci", {Collation::ai_ci, Charset::utf8mb4}},
    {"utf8mb4_0900_as_ci", {Collation::as_ci, Charset::utf8mb4}},
    {"utf8mb4_0900_as_cs", {Collation::as_cs, Charset::utf8mb4}},
    {"utf8mb4_general_ci", {Collation::general_ci, Charset::utf8mb4}},
    {"utf8mb4_unicode_ci", {Collation::unicode_ci, Charset::utf8mb4}},
    {"utf8mb4_unicode_520_ci", {Collation::unicode_ci, Charset::utf8mb4}},
    {"utf8mb4_bin", {Collation::bin, Charset::utf8mb4}},
    {"utf8mb4_0900_bin", {Collation::bin_0900, Charset::utf8mb4}},
    {"utf8mb3_general_ci", {Collation::general_ci, Charset::utf8mb3}},
    {"utf8mb3_unicode_ci", {Collation::unicode_ci, Charset::utf8mb3}},
    {"utf8mb3_bin", {Collation::bin, Charset::utf8mb3}},
    {"ascii_general_ci", {Collation::general_ci, Charset::ascii}},
    {"ascii_bin", {Collation::bin, Charset::ascii}},
    {"latin1_swedish_ci", {Collation::general_ci, Charset::latin1}},
    {"latin1_bin", {Collation::bin, Charset::latin1}},
    {"gbk_chinese_ci", {Collation::ascii_ci, Charset::gbk}},
    {"gbk_bin", {Collation::bin, Charset::gbk}},
    {"gb18030_chinese_ci", {Collation::ascii_ci, Charset::gb18030}},
    {"utf16_general_ci", {Collation::general_ci, Charset::utf16}},
    {"binary", {Collation::binary, Charset::binary}},
}};

}  // namespace

std::optional<Charset> find_charset(std::string_view name) {
  for (const auto& entry : k_charsets) {
    if (base::equal_ignore_case(entry.name, name)) return entry.charset;
  }
  return std::nullopt;
}

std::string_view charset_name(Charset charset) { return known(charset).name; }

std::string encode(std::string_view utf8, Charset to) {
  if (to == Charset::utf8mb3) {
    std::string out;
    for (std::size_t at = 0; at < utf8.size();) {
      const char32_t c = next_character(utf8, at);
      append_character(out, c > 0xFFFF ? U'?' : c);
    }
    return out;
  }
  const auto converter = known(to).icu != nullptr ? open(to) : nullptr;
  if (converter == nullptr) return std::string(utf8);
  const auto wide = to_utf16(utf8);
  std::string out(wide.size() * 4 + 8, '\0');
  UErrorCode status = U_ZERO_ERROR;
  const auto length =
      ucnv_fromUChars(converter.get(), out.data(), static_cast<std::int32_t>(out.size()),
                      wide.data(), static_cast<std::int32_t>(wide.size()), &status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string decode(std::string_view bytes, Charset from) {
  const auto converter = known(from).icu != nullptr ? open(from) : nullptr;
  if (converter == nullptr) return std::string(bytes);
  std::u16string wide(bytes.size() * 2 + 8, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  const auto length =
      ucnv_toUChars(converter.get(), wide.data(), static_cast<std::int32_t>(wide.size()),
                    bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
  wide.resize(static_cast<std::size_t>(length));
  return from_utf16(wide);
}

std::optional<NamedCollation> find_collation(std::string_view name) {
  for (const auto& entry : k_collations) {
    if (base::equal_ignore_case(entry.name, name)) return entry.collation;
  }
  return std::nullopt;
}

std::string_view collation_name(Collation collation) {
  for (const auto& entry : k_collations) {
    if (entry.collation.collation == collation) return entry.name;
  }
  return "binary";
}

bool case_insensitive(Collation collation) {
  switch (collation) {
    case Collation::as_cs:
    case Collation::bin:
    case Collation::bin_0900:
    case Collation::binary: return false;
    default: return true;
  }
}

}  // namespace erp2mysql::expr
