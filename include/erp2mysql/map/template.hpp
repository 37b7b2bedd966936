// SPDX-License-Identifier: Apache-2.0
// A value of the metadata as text with references: "{o_id}-{items_ioi_id}", "{{NAME|format}}".
// Compiled once. It does not know what the names mean; resolving is the caller's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::map {

struct Reference {
  std::string name;    // "items.sku_id", "LAST_SYNC_TIME"
  std::string format;  // lower case; empty when none
};

class Template {
 public:
  /// Never fails: braces that hold no reference stay text.
  static Template compile(std::string_view text);

  struct Part {
    std::string literal;  // when reference is empty
    std::optional<Reference> reference;
  };
  const std::vector<Part>& parts() const& { return parts_; }
  const std::vector<Part>& parts() && = delete;
  /// The only part is a reference.
  const Reference* single() const&;
  const Reference* single() && = delete;
  /// No reference at all.
  bool constant() const;
  std::vector<Reference> references() const;

  /// Text with every reference replaced by what `resolve` gives; nothing counts as empty text.
  using Resolve = std::function<std::optional<std::string>(const Reference&)>;
  std::string fill(const Resolve& resolve) const;

 private:
  std::vector<Part> parts_;
};

/// Splits "NAME|format"; both trimmed.
Reference parse_reference(std::string_view inside);

/// The value is an expression: starts with `_function`. The expression text follows the word.
std::optional<std::string_view> expression_text(std::string_view value);

}  // namespace erp2mysql::map
