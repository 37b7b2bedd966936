// SPDX-License-Identifier: Apache-2.0
// Comparing texts. The weights of characters are ICU's root collation; Chinese ideographs take the
// order of their code points, as the server has it, and not ICU's order of strokes.
#include <unicode/ucol.h>
#include <unicode/ucoleitr.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "charset.hpp"
#include "letters.hpp"

namespace erp2mysql::expr {
namespace {

using Weights = std::vector<std::uint32_t>;

struct CloseCollator {
  void operator()(UCollator* collator) const { ucol_close(collator); }
};
struct CloseElements {
  void operator()(UCollationElements* elements) const { ucol_closeElements(elements); }
};
using Collator = std::unique_ptr<UCollator, CloseCollator>;

Collator open_root(UCollationStrength strength) {
  UErrorCode status = U_ZERO_ERROR;
  Collator out(ucol_open("", &status));
  ucol_setStrength(out.get(), strength);
  return out;
}

const UCollator* root(Collation collation) {
  static const Collator k_primary = open_root(UCOL_PRIMARY);
  static const Collator k_secondary = open_root(UCOL_SECONDARY);
  static const Collator k_tertiary = open_root(UCOL_TERTIARY);
  if (collation == Collation::as_ci) return k_secondary.get();
  return collation == Collation::as_cs ? k_tertiary.get() : k_primary.get();
}

void add_icu_weights(const std::u16string& text, Weights& out) {
  UErrorCode status = U_ZERO_ERROR;
  thread_local std::unique_ptr<UCollationElements, CloseElements> elements(
      ucol_openElements(root(Collation::ai_ci), u"", 0, &status));
  ucol_setText(elements.get(), text.data(), static_cast<std::int32_t>(text.size()), &status);
  for (;;) {
    const auto element = ucol_next(elements.get(), &status);
    if (element == UCOL_NULLORDER) return;
    const auto weight = static_cast<std::uint32_t>(ucol_primaryOrder(element));
    if (weight != 0) out.push_back(weight);
  }
}

std::uint32_t ascii_weight(char c) {
  static const auto k_weights = [] {
    std::array<std::uint32_t, 128> out{};
    for (char16_t i = 0; i < 128; ++i) {
      Weights weights;
      add_icu_weights(std::u16string(1, i), weights);
      out[i] = weights.empty() ? 0 : weights[0];
    }
    return out;
  }();
  return k_weights[static_cast<unsigned char>(c)];
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Weights primary_weights(std::string_view text) {
  constexpr std::uint32_t k_ideograph = 0x1000'0000;
  Weights out;
  std::u16string pending;
  const auto flush = [&] {
    if (!pending.empty()) add_icu_weights(pending, out);
    pending.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const char first = text[at];
    const bool plain = static_cast<unsigned char>(first) < 0x80;
    const bool alone = at + 1 >= text.size() || static_cast<unsigned char>(text[at + 1]) < 0x80;
    if (plain && alone && pending.empty()) {
      if (const auto weight = ascii_weight(first); weight != 0) out.push_back(weight);
      ++at;
      continue;
    }
    const std::size_t start = at;
    const char32_t c = next_character(text, at);
    if (u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_UNIFIED_IDEOGRAPH)) {
      flush();
      out.push_back(k_ideograph + static_cast<std::uint32_t>(c));
    } else {
      pending += to_utf16(text.substr(start, at - start));
    }
  }
  flush();
  return out;
}

// One weight a character: the upper case of its base letter.
char32_t general_weight(char32_t c) {
  if (c < 0x80) return static_cast<char32_t>(u_toupper(static_cast<UChar32>(c)));
  if (c > 0xFFFF) return 0xFFFD;
  if (c == 0xDF) return U'S';
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = unorm2_getNFDInstance(&status);
  std::array<char16_t, 8> buffer{};
  const auto length =
      unorm2_getDecomposition(form, static_cast<UChar32>(c), buffer.data(), 8, &status);
  const char32_t base = length > 0 && U_SUCCESS(status) ? buffer[0] : c;
  return static_cast<char32_t>(u_toupper(static_cast<UChar32>(base)));
}

Weights general_weights(std::string_view text) {
  Weights out;
  for (std::size_t at = 0; at < text.size();)
    out.push_back(static_cast<std::uint32_t>(general_weight(next_character(text, at))));
  return out;
}

std::string_view unpadded(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool pads(Collation collation) {
  switch (collation) {
    case Collation::general_ci:
    case Collation::unicode_ci:
    case Collation::ascii_ci:
    case Collation::bin: return true;
    default: return false;
  }
}

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int by_icu(std::string_view a, std::string_view b, Collation collation) {
  const auto left = to_utf16(a);
  const auto right = to_utf16(b);
  const auto order =
      ucol_strcoll(root(collation), left.data(), static_cast<std::int32_t>(left.size()),
                   right.data(), static_cast<std::int32_t>(right.size()));
  return order == UCOL_LESS ? -1 : (order == UCOL_GREATER ? 1 : 0);
}

int by_primary(std::string_view a, std::string_view b) {
  if (!is_ascii(a) || !is_ascii(b)) return sign_of(primary_weights(a), primary_weights(b));
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    while (i < a.size() && ascii_weight(a[i]) == 0) ++i;
    while (j < b.size() && ascii_weight(b[j]) == 0) ++j;
    if (i == a.size() || j == b.size()) return (i < a.size() ? 1 : 0) - (j < b.size() ? 1 : 0);
    const int order = sign_of(ascii_weight(a[i++]), ascii_weight(b[j++]));
    if (order != 0) return order;
  }
}

}  // namespace

int compare_text(std::string_view a, std::string_view b, Collation collation) {
  if (pads(collation)) {
    a = unpadded(a);
    b = unpadded(b);
  }
  switch (collation) {
    case Collation::ai_ci:
    case Collation::unicode_ci: return by_primary(a, b);
    case Collation::general_ci: return sign_of(general_weights(a), general_weights(b));
    case Collation::ascii_ci: return sign_of(upper_text(a), upper_text(b));
    case Collation::as_ci:
    case Collation::as_cs: return by_icu(a, b, collation);
    default: return sign_of(a, b);
  }
}

bool equal_text(std::string_view a, std::string_view b, Collation collation) {
  if (a == b) return true;
  return compare_text(a, b, collation) == 0;
}

// The server slides a window of as many bytes as the part has.
namespace {

// Letters that count as others may be shorter or longer than those.
std::size_t find_folded(std::string_view text, std::string_view part, std::size_t from,
                        Collation collation) {
  const std::size_t most = 2 * count_characters(part) + 1;
  for (; from < text.size(); from += character_length(text, from)) {
    std::size_t end = from;
    for (std::size_t i = 0; i < most && end < text.size(); ++i) {
      end += character_length(text, end);
      if (compare_text(text.substr(from, end - from), part, collation) == 0) return from;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t find_text(std::string_view text, std::string_view part, std::size_t from,
                      Collation collation) {
  if (!case_insensitive(collation)) return text.find(part, from);
  if (!is_ascii(part) || !is_ascii(text)) return find_folded(text, part, from, collation);
  while (from + part.size() <= text.size()) {
    const std::size_t end = from + part.size();
    const bool whole = end == text.size() || (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    const auto window = text.substr(from, part.size());
    if (!whole) {
      from += character_length(text, from);
      continue;
    }
    if (window == part || compare_text(window, part, collation) == 0) return from;
    from += character_length(text, from);
  }
  return std::string_view::npos;
}

bool like(std::string_view text, std::string_view pattern, char32_t escape, Collation collation) {
  const bool bytes = collation == Collation::binary;
  const auto step = [bytes](std::string_view in, std::size_t at) {
    return bytes ? 1 : character_length(in, at);
  };
  const auto escape_length = [&](std::size_t at) -> std::size_t {
    std::size_t after = at;
    if (escape == 0 || next_character(pattern, after) != escape || after >= pattern.size())
      return 0;
    return after - at;
  };
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    const std::size_t skip = p < pattern.size() ? escape_length(p) : 0;
    if (p < pattern.size() && skip == 0 && pattern[p] == '%') {
      star = ++p;
      mark = t;
      continue;
    }
    bool same = false;
    std::size_t advance = 1;
    if (p < pattern.size()) {
      const std::size_t at = p + skip;
      advance = skip + step(pattern, at);
      same = (skip == 0 && pattern[p] == '_') ||
             equal_text(text.substr(t, step(text, t)), pattern.substr(at, step(pattern, at)),
                        collation == Collation::bin ? Collation::binary : collation);
    }
    if (same) {
      t += step(text, t);
      p += advance;
    } else if (star != std::string_view::npos) {
      mark += step(text, mark);
      t = mark;
      p = star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%' && escape != U'%') ++p;
  return p == pattern.size();
}

}  // namespace erp2mysql::expr
