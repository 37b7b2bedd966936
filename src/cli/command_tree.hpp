// SPDX-License-Identifier: Apache-2.0
// The command line as data, read off the parser itself: what help, man page, docs and completion
// are made of, so that none of them can drift. Knows no command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::cli {

struct Flag {
  std::vector<std::string> names;  // "-o", "--output"; of an argument: its name
  std::string value;               // "text|json", "number 1 to 64"; empty: it takes none
  std::vector<std::string> choices;
  std::string about;
  bool required = false;
  bool many = false;  // an argument that may be repeated
};

struct CommandNode {
  std::string words;  // "quarantine list"; the program's own node has none
  std::string about;
  std::vector<Flag> arguments, flags;
  std::vector<std::string_view> examples;
  std::vector<CommandNode> commands;
};

/// The whole program; commands that are not for daily use are left out.
CommandNode command_tree();

}  // namespace erp2mysql::cli
