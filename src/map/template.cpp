// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/template.hpp"

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

// Letters, digits, '_', '.', '-' and everything beyond ASCII (Chinese field names).
bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-' ||
                      (static_cast<unsigned char>(c) & 0x80) != 0;
    if (!word) return false;
  }
  return true;
}

struct Found {
  std::size_t length;
  Reference reference;
};

// A reference that starts at the front of `text`, which starts with '{'.
std::optional<Found> find_reference(std::string_view text) {
  for (const std::string_view brace : {"{{", "{"}) {
    if (!text.starts_with(brace)) continue;
    const std::string_view close = brace.size() == 2 ? "}}" : "}";
    const auto end = text.find(close, brace.size());
    if (end == std::string_view::npos) continue;
    auto reference = parse_reference(text.substr(brace.size(), end - brace.size()));
    if (is_name(reference.name) && (reference.format.empty() || is_name(reference.format))) {
      return Found{end + close.size(), std::move(reference)};
    }
  }
  return std::nullopt;
}

}  // namespace

Reference parse_reference(std::string_view inside) {
  const auto bar = inside.find('|');
  if (bar == std::string_view::npos) return {std::string(base::trim(inside)), ""};
  return {std::string(base::trim(inside.substr(0, bar))),
          base::lower(base::trim(inside.substr(bar + 1)))};
}

std::optional<std::string_view> expression_text(std::string_view value) {
  constexpr std::string_view k_word = "_function";
  if (!value.starts_with(k_word)) return std::nullopt;
  return base::trim(value.substr(k_word.size()));
}

Template Template::compile(std::string_view text) {
  Template out;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) out.parts_.push_back({std::move(literal), std::nullopt});
    literal.clear();
  };
  while (!text.empty()) {
    if (text[0] == '{') {
      if (auto found = find_reference(text)) {
        end_literal();
        out.parts_.push_back({"", std::move(found->reference)});
        text.remove_prefix(found->length);
        continue;
      }
    }
    literal += text[0];
    text.remove_prefix(1);
  }
  end_literal();
  return out;
}

const Reference* Template::single() const& {
  return parts_.size() == 1 && parts_[0].reference ? &*parts_[0].reference : nullptr;
}

bool Template::constant() const { return references().empty(); }

std::vector<Reference> Template::references() const {
  std::vector<Reference> out;
  for (const auto& part : parts_) {
    if (part.reference) out.push_back(*part.reference);
  }
  return out;
}

std::string Template::fill(const Resolve& resolve) const {
  std::string out;
  for (const auto& part : parts_) {
    if (!part.reference) {
      out += part.literal;
    } else if (const auto text = resolve(*part.reference)) {
      out += *text;
    }
  }
  return out;
}

}  // namespace erp2mysql::map
