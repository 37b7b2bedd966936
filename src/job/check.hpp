// SPDX-License-Identifier: Apache-2.0
// Holds an object of the file against its field table. It knows no single key by name; rules
// between keys belong to the readers.
#pragma once

#include <string>
#include <string_view>

#include "context.hpp"
#include "erp2mysql/job/field_table.hpp"

namespace erp2mysql::job {

/// JSON has no comments; a key that begins with two slashes is one, whatever its value.
bool is_comment(std::string_view key);

/// Reports unknown and missing keys, wrong types and values out of range, and resolves all texts.
/// null counts as absent. Of a `part` another object holds the keys that are missing.
void check_object(Context& context, const data::Node& node, const std::string& pointer,
                  const Section& section, bool part = false);

/// `expected X, found Y` at the value; shows the value when it is short and harmless.
void report_mismatch(Context& context, const data::Node& node, const std::string& pointer,
                     std::string_view expected, bool quiet, std::string hint = {});

/// "a, b or c" from "a|b|c".
std::string list_choices(std::string_view allowed);
/// `did you mean "x"?`, or empty.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace erp2mysql::job
