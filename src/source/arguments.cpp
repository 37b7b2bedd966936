// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/arguments.hpp"

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::source {
namespace {

void append_json(std::string& out, const data::Argument& argument) {
  using Kind = data::Argument::Kind;
  if (argument.kind == Kind::text) {
    out += base::quoted(argument.text);
    return;
  }
  const bool object = argument.kind == Kind::object;
  out += object ? '{' : '[';
  bool first = true;
  for (const auto& child : argument.children) {
    if (!first) out += ',';
    first = false;
    if (object) out += base::quoted(child.name) + ':';
    append_json(out, child);
  }
  out += object ? '}' : ']';
}

}  // namespace

std::string flat_text(const data::Argument& argument) {
  if (argument.kind == data::Argument::Kind::text) return argument.text;
  if (argument.children.empty()) return {};
  std::string out;
  append_json(out, argument);
  return out;
}

const std::string* find_text(const data::Arguments& arguments, std::string_view name) {
  for (const auto& argument : arguments) {
    if (argument.name == name && !argument.text.empty()) return &argument.text;
  }
  return nullptr;
}

}  // namespace erp2mysql::source
