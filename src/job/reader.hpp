// SPDX-License-Identifier: Apache-2.0
// Takes values out of an object that check_object has seen. What was reported there reads as
// absent here, so nothing is reported twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"

namespace erp2mysql::job {

class Reader {
 public:
  /// `node` may be null or of a wrong kind: then everything is absent.
  Reader(Context& context, const data::Node* node, std::string pointer)
      : context_(&context), node_(node), pointer_(std::move(pointer)) {}

  Context& context() const { return *context_; }
  const std::string& pointer() const { return pointer_; }
  std::string pointer(std::string_view key) const { return child_pointer(pointer_, key); }
  bool exists() const { return node_ != nullptr; }
  const data::Node* node() const { return node_; }

  /// Null for an absent key, for null, and for a text whose reference failed.
  const data::Node* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::string> lower(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  std::optional<base::Millis> duration(std::string_view key) const;
  /// A number of `unit` milliseconds, or a duration.
  std::optional<base::Millis> time(std::string_view key, std::int64_t unit) const;
  Reader object(std::string_view key) const;
  /// Elements of a list that are objects, or lists (for groups).
  std::vector<Reader> elements(std::string_view key) const;
  std::vector<Reader> elements() const;
  /// A list of scalars, or a single one.
  std::vector<std::string> texts(std::string_view key) const;

 private:
  Context* context_;
  const data::Node* node_;
  std::string pointer_;
};

}  // namespace erp2mysql::job
