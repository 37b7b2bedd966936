// SPDX-License-Identifier: Apache-2.0
// A parsed answer and the places in it where records, totals and cursors stand. Platforms wrap
// lists in odd ways (JSON inside a text, a list in the place of the object that should hold it);
// these are unwrapped here, once for all. Knows no platform.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

class Answer {
 public:
  /// Throws base::Error{protocol} when the body is no JSON document.
  explicit Answer(std::string body);

  const data::Node& root() const { return documents_.front()->root(); }
  /// Walks a path as data::find_path does and parses a text on the way that holds JSON. Null when a
  /// step is missing. Throws base::Error{protocol} when such a text is cut or damaged.
  const data::Node* find(std::string_view path);
  /// The list at a path, or the list that stands where the path still wants to go on. Null when
  /// there is none.
  const data::Node* list(std::string_view path);
  std::string_view scalar(std::string_view path);

  /// Records, total and next cursor by the spec's paths. Throws base::Error{protocol} when the list
  /// is missing or holds something else than objects. Ends the use of this object.
  data::Page page(const PlatformSpec& spec);

 private:
  const data::Node* open(const data::Node* node);

  std::vector<std::shared_ptr<const data::Document>> documents_;
  std::vector<std::pair<const data::Node*, std::size_t>> opened_;  // text → its document
  std::size_t last_ = 0;  // document that the last path ended in
};

/// A whole number from 0, in digits; nothing for anything else.
std::optional<std::int64_t> whole_number(const data::Node* node);
/// true/false in the spellings that occur; nothing for null, empty and unknown ones.
std::optional<bool> truth(const data::Node* node);
/// Order of two cursors: whole numbers by value, other texts by bytes.
bool cursor_less(std::string_view a, std::string_view b);

}  // namespace erp2mysql::source
