// SPDX-License-Identifier: Apache-2.0
// Metadata as it stands in an article, made JSON again: typographic quotes, escaped underscores,
// full-width punctuation, HTML entities, comments, cut ends. It knows JSON and no key of a job.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::cli {

/// What was repaired, each kind once, with its first line and how often.
class Repairs {
 public:
  /// `line` is 1-based; 0 when there is none.
  void note(const std::string& what, std::size_t line);
  bool empty() const { return order_.empty(); }
  /// "source.json:3: curly quotes (12 times)"
  std::vector<std::string> lines(const std::string& file) const;

 private:
  struct Count {
    std::size_t line = 0, times = 0;
  };
  std::vector<std::string> order_;
  std::map<std::string, Count> counts_;
};

/// JSON text nearest to this one, empty when there is none in it or it is nested too deeply; valid
/// JSON comes back with the same meaning. `text` is UTF-8. Never throws.
std::string repair_json(std::string_view text, Repairs& repairs);

}  // namespace erp2mysql::cli
