// SPDX-License-Identifier: Apache-2.0
// Templates and their translations: which template a finished text was made from, and the text
// made from the other one. It knows no language and no message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace erp2mysql::cli {

class Catalogue {
 public:
  /// Reads msgid and msgstr lines of a PO file; the entry without a msgid is its head.
  explicit Catalogue(std::string_view po);

  /// The translation of a text that is an entry without placeholders.
  std::optional<std::string> exact(std::string_view text) const;
  /// The text as the catalogue has it, arguments translated as well; empty when no template fits.
  std::optional<std::string> find(std::string_view text) const { return find(text, 0); }
  /// The same, or the translation of its parts at ": ", "; " and ", "; else the text itself.
  std::string translate(std::string_view text) const { return translate(text, 0); }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<std::string> literals;  // what stands before, between and behind the arguments
    std::size_t letters = 0;            // of all literals: the longest fit is the right one
    std::string translation;
  };

  void add(const std::string& from, const std::string& to);
  std::optional<std::string> find(std::string_view text, int depth) const;
  std::string translate(std::string_view text, int depth) const;
  std::string fill(const std::string& to, const std::vector<std::string_view>& arguments,
                   int depth) const;

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> exact_;  // templates without arguments
};

}  // namespace erp2mysql::cli
