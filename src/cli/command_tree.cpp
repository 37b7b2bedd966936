// SPDX-License-Identifier: Apache-2.0
#include "command_tree.hpp"

#include <algorithm>

#include "erp2mysql/base/text.hpp"
#include "option_parts.hpp"

namespace erp2mysql::cli {
namespace {

std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> out;
  const auto open = type.find('{');
  const auto close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return out;
  for (const auto word :
       base::split(std::string_view(type).substr(open + 1, close - open - 1), ','))
    out.emplace_back(base::trim(word));
  return out;
}

// CLI11 says "INT:INT in [1 - 64]", "TEXT:{a,b}", "TEXT ...".
std::string value_of(const std::string& type, const std::vector<std::string>& choices) {
  if (!choices.empty()) return base::join(choices, "|");
  const auto range = type.find(" in [");
  if (range != std::string::npos) {
    auto text = type.substr(range + 5);
    text.erase(text.find(']'));
    const auto dash = text.find(" - ");
    return "number, " + text.substr(0, dash) + " to " + text.substr(dash + 3);
  }
  const bool number = type.find("INT") != std::string::npos;
  return number ? "number" : "text";
}

Flag flag_of(const CLI::Option& option) {
  Flag out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_positional()) out.names = {option.get_name(true)};
  const auto type = option.get_type_name();
  if (option.get_items_expected_max() > 0) {
    out.choices = choices_of(type);
    out.value = value_of(type, out.choices);
  }
  out.about = option.get_description();
  out.required = option.get_required();
  out.many = option.get_items_expected_max() > 1;
  return out;
}

CommandNode node_of(const CLI::App& app, const std::string& words) {
  CommandNode out;
  out.words = words;
  out.about = app.get_description();
  out.examples = examples_of(words);
  for (const auto* option : app.get_options()) {
    auto& list = option->get_positional() ? out.arguments : out.flags;
    list.push_back(flag_of(*option));
  }
  for (const auto* command : app.get_subcommands(nullptr)) {
    if (command->get_group().empty()) continue;
    out.commands.push_back(
        node_of(*command, words + (words.empty() ? "" : " ") + command->get_name()));
  }
  return out;
}

}  // namespace

CommandNode command_tree() {
  Options options;
  Texts texts;
  CLI::App app;
  describe(app, options, texts);
  return node_of(app, "");
}

}  // namespace erp2mysql::cli
