// SPDX-License-Identifier: Apache-2.0
// One file while it is being read: its places, its resolved texts and what is wrong with it. It
// knows no key of the file.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "erp2mysql/data/node.hpp"
#include "erp2mysql/job/load.hpp"
#include "located_json.hpp"
#include "pointer.hpp"

namespace erp2mysql::job {

class Context {
 public:
  /// `located` must live as long as the context and every node that is asked for.
  Context(std::string file, const Located& located, const LoadOptions& options);

  /// At the value, or at its nearest parent that stands in the file.
  void problem(const std::string& pointer, std::string message, std::string hint = {});
  /// At the key.
  void key_problem(const std::string& pointer, std::string message, std::string hint = {});
  void warning(const std::string& pointer, std::string message, std::string hint = {});

  /// Resolves the references of a text and reports those that fail; a value that is secret by its
  /// key or by its reference is registered, unless the key is an `open` one and the value looks
  /// like what belongs there; a literal secret earns a warning. Other kinds: nothing.
  void resolve(const data::Node& node, const std::string& pointer, bool secret, bool open = false);
  /// True when a reference of the text failed: its value must not be judged.
  bool broken(const data::Node& node) const;
  bool has_secret(const data::Node& node) const { return resolved_.contains(&node); }
  /// Scalars as text, lists and objects as compact JSON; with references resolved.
  std::string text(const data::Node& node) const;

  const std::string& file() const { return file_; }
  const std::string& directory() const { return directory_; }
  const LoadOptions& options() const { return options_; }

  std::vector<Problem> problems;
  std::vector<Problem> warnings;

 private:
  void append_json(std::string& out, const data::Node& node) const;

  struct Text {
    std::string value;
    bool broken = false;
  };

  std::string file_;
  std::string directory_;
  const Located& located_;
  const LoadOptions& options_;
  std::unordered_map<const data::Node*, Text> resolved_;
};

/// The place of `pointer` or of its nearest known parent.
Place find_place(const std::map<std::string, Place>& places, std::string_view pointer);
/// Without repetitions; `first_file` in front, then by place.
void sort_problems(std::vector<Problem>& problems, const std::string& first_file);

}  // namespace erp2mysql::job
