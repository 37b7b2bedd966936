// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/arguments.hpp"

#include <algorithm>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::source {
namespace {

using Kind = data::Argument::Kind;

void append_json(std::string& out, const data::Argument& argument) {
  if (argument.kind == Kind::text) {
    out += argument.bare ? argument.text : base::quoted(argument.text);
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

std::string to_json(const data::Argument& argument) {
  std::string out;
  append_json(out, argument);
  return out;
}

std::string to_json_object(const data::Arguments& arguments) {
  return to_json({"", Kind::object, "", arguments});
}

std::string flat_text(const data::Argument& argument) {
  if (argument.kind == Kind::text) return argument.text;
  return argument.children.empty() ? std::string() : to_json(argument);
}

const std::string* find_text(const data::Arguments& arguments, std::string_view name) {
  const auto* argument = find_argument(arguments, name);
  return argument == nullptr || argument->text.empty() ? nullptr : &argument->text;
}

const data::Argument* find_argument(const data::Arguments& arguments, std::string_view name) {
  for (const auto& argument : arguments) {
    if (argument.name == name) return &argument;
  }
  return nullptr;
}

data::Arguments without(data::Arguments arguments, std::initializer_list<std::string_view> names) {
  std::erase_if(arguments, [&](const data::Argument& argument) {
    return std::find(names.begin(), names.end(), argument.name) != names.end();
  });
  return arguments;
}

data::Argument text_argument(std::string_view name, std::string_view text) {
  return {std::string(name), Kind::text, std::string(text), {}};
}

data::Argument number_argument(std::string_view name, std::int64_t number) {
  return {std::string(name), Kind::text, std::to_string(number), {}, true};
}

std::string sorted_text(std::vector<std::pair<std::string, std::string>> fields) {
  std::sort(fields.begin(), fields.end());
  std::string out;
  for (const auto& [name, value] : fields) out += name + value;
  return out;
}

}  // namespace erp2mysql::source
