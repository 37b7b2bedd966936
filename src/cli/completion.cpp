// SPDX-License-Identifier: Apache-2.0
// Completion scripts. Both hold the command tree as a table; a shell that completes starts no
// process of ours.
#include <fmt/format.h>

#include "command_tree.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {
namespace {

std::string words_of(const CommandNode& node) {
  std::vector<std::string> out;
  for (const auto& command : node.commands) {
    const auto last = command.words.rfind(' ');
    out.push_back(last == std::string::npos ? command.words : command.words.substr(last + 1));
  }
  for (const auto& argument : node.arguments)
    out.insert(out.end(), argument.choices.begin(), argument.choices.end());
  return base::join(out, " ");
}

std::string flags_of(const CommandNode& node) {
  std::vector<std::string> out;
  for (const auto& flag : node.flags) {
    for (const auto& name : flag.names) {
      if (name.starts_with("--")) out.push_back(name);
    }
  }
  return base::join(out, " ");
}

void bash_cases(const CommandNode& node, std::string& out) {
  out += fmt::format("    '{}') words='{}'; flags='{}' ;;\n", node.words, words_of(node),
                     flags_of(node));
  for (const auto& command : node.commands) bash_cases(command, out);
}

// Values of a flag that takes one of a few; the same flag has the same ones everywhere but where
// the command stands in front.
void bash_values(const CommandNode& node, std::string& out) {
  for (const auto& flag : node.flags) {
    if (flag.choices.empty()) continue;
    std::vector<std::string> patterns;
    for (const auto& name : flag.names)
      patterns.push_back(fmt::format("'{} {}'", node.words, name));
    out += fmt::format("    {}) values='{}' ;;\n", base::join(patterns, "|"),
                       base::join(flag.choices, " "));
  }
  for (const auto& command : node.commands) bash_values(command, out);
}

constexpr std::string_view k_bash =
    R"(# bash completion of erp2mysql; made by: erp2mysql completion bash
_erp2mysql() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local path='' words='' flags='' values='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case "${{path:+$path }}$word" in
    {known}) path="${{path:+$path }}$word" ;;
    esac
  done
  case "$path $previous" in
{values}  esac
  if [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    return
  fi
  case "$path" in
{cases}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -o bashdefault -F _erp2mysql erp2mysql
)";

void known_paths(const CommandNode& node, std::vector<std::string>& out) {
  for (const auto& command : node.commands) {
    out.push_back(fmt::format("'{}'", command.words));
    known_paths(command, out);
  }
}

std::string bash() {
  const auto tree = command_tree();
  std::vector<std::string> known;
  known_paths(tree, known);
  std::string values;
  std::string cases;
  bash_values(tree, values);
  bash_cases(tree, cases);
  return fmt::format(fmt::runtime(k_bash), fmt::arg("known", base::join(known, "|")),
                     fmt::arg("values", values), fmt::arg("cases", cases));
}

// -- zsh -----------------------------------------------------------------------------------------

// Inside single quotes, and inside the brackets and colons of _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_action(const Flag& flag) {
  if (flag.value.empty()) return {};
  const auto what = flag.choices.empty() ? std::string("_files")
                                         : fmt::format("({})", base::join(flag.choices, " "));
  return fmt::format(":{}:{}", zsh_text(flag.names.back()), what);
}

std::string function_name(const CommandNode& node) {
  std::string out = "_erp2mysql";
  for (const char c : node.words) out += c == ' ' || c == '-' ? '_' : c;
  return node.words.empty() ? out : "_erp2mysql_" + out.substr(10);
}

void zsh_function(const CommandNode& node, std::string& out) {
  out += function_name(node) + "() {\n";
  if (!node.commands.empty()) {
    out +=
        "  local line state\n  _arguments -C '1:command:->command' '*::argument:->argument'\n"
        "  case $state in\n  command)\n    local commands=(\n";
    for (const auto& command : node.commands) {
      const auto last = command.words.rfind(' ');
      const auto word = last == std::string::npos ? command.words : command.words.substr(last + 1);
      out += fmt::format("      '{}:{}'\n", word, zsh_text(command.about));
    }
    out += "    )\n    _describe command commands ;;\n  argument)\n    case $line[1] in\n";
    for (const auto& command : node.commands) {
      const auto last = command.words.rfind(' ');
      const auto word = last == std::string::npos ? command.words : command.words.substr(last + 1);
      out += fmt::format("    {}) {} ;;\n", word, function_name(command));
    }
    out += "    esac ;;\n  esac\n}\n";
  } else {
    out += "  _arguments";
    for (const auto& flag : node.flags) {
      for (const auto& name : flag.names)
        out += fmt::format(" \\\n    '{}[{}]{}'", name, zsh_text(flag.about), zsh_action(flag));
    }
    for (const auto& argument : node.arguments)
      out += fmt::format(" \\\n    '{}{}'", argument.many ? "*" : "", zsh_action(argument));
    out += "\n}\n";
  }
  for (const auto& command : node.commands) zsh_function(command, out);
}

std::string zsh() {
  std::string out = "#compdef erp2mysql\n# made by: erp2mysql completion zsh\n";
  zsh_function(command_tree(), out);
  return out +
         "if [ \"$funcstack[1]\" = _erp2mysql ]; then\n  _erp2mysql \"$@\"\nelse\n"
         "  compdef _erp2mysql erp2mysql\nfi\n";
}

}  // namespace

int completion(const Options& options) {
  print(options.form == "zsh" ? zsh() : bash());
  return 0;
}

}  // namespace erp2mysql::cli
