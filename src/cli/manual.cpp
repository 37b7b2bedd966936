// SPDX-License-Identifier: Apache-2.0
// All commands and flags as one page: docs/cli.md and the man page.
#include <fmt/format.h>

#include <array>

#include "command_tree.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {
namespace {

struct ExitCode {
  int code;
  std::string_view meaning;
};
constexpr std::array k_exit_codes{
    ExitCode{0, "done"},
    ExitCode{3, "done; rows went to quarantine, within the limit"},
    ExitCode{11, "another run holds the job"},
    ExitCode{64, "wrong command line"},
    ExitCode{65, "data: too many bad rows, or the books do not balance"},
    ExitCode{69, "the peer refuses for good"},
    ExitCode{70, "a bug of the tool"},
    ExitCode{74, "a local file could not be read or written"},
    ExitCode{75, "temporary; run again later"},
    ExitCode{76, "the peer talks nonsense"},
    ExitCode{77, "credentials or rights"},
    ExitCode{78, "job file or target schema"},
    ExitCode{130, "interrupted (143: terminated); the next run goes on"}};

std::string usage(const CommandNode& node) {
  std::string out = "erp2mysql " + node.words;
  if (!node.commands.empty()) out += " COMMAND";
  for (const auto& argument : node.arguments) {
    auto word = argument.names[0] + (argument.many ? "…" : "");
    for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
    out += argument.required ? " " + word : " [" + word + "]";
  }
  if (node.flags.size() > 1) out += " [FLAGS]";
  return out;
}

std::string names(const Flag& flag) {
  const bool bare = flag.value.empty() || (flag.choices.empty() && !flag.names[0].starts_with('-'));
  return base::join(flag.names, ", ") + (bare ? "" : " " + flag.value);
}

std::string about(const Flag& flag) { return flag.about + (flag.required ? "; required" : ""); }

bool is_help(const Flag& flag) { return flag.names.back() == "--help"; }

// -- Markdown ------------------------------------------------------------------------------------

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void markdown(const CommandNode& node, std::string& out) {
  if (!node.words.empty()) {
    out += fmt::format("## {}\n\n{}.\n\n    {}\n\n", node.words, node.about, usage(node));
    std::string rows;
    for (const auto* list : {&node.arguments, &node.flags}) {
      for (const auto& flag : *list) {
        if (!is_help(flag))
          rows += fmt::format("| `{}` | {} |\n", cell(names(flag)), cell(about(flag)));
      }
    }
    if (!rows.empty()) out += "| argument or flag | meaning |\n|---|---|\n" + rows + "\n";
    for (const auto example : node.examples) out += fmt::format("    {}\n", example);
    if (!node.examples.empty()) out += "\n";
  }
  for (const auto& command : node.commands) markdown(command, out);
}

std::string markdown_page() {
  std::string out = "| command | does |\n|---|---|\n";
  const auto tree = command_tree();
  for (const auto& command : tree.commands) {
    out += fmt::format("| [`{0}`](#{0}) | {1} |\n", command.words, cell(command.about));
  }
  out += "\n";
  markdown(tree, out);
  out += "## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : k_exit_codes)
    out += fmt::format("| {} | {} |\n", code, meaning);
  return out;
}

// -- man -----------------------------------------------------------------------------------------

// Text that roff leaves alone.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

void man(const CommandNode& node, std::string& out) {
  if (!node.words.empty()) {
    out += fmt::format(".SS {}\n{}.\n.PP\n.B {}\n", plain(node.words), plain(node.about),
                       plain(usage(node)));
    for (const auto* list : {&node.arguments, &node.flags}) {
      for (const auto& flag : *list) {
        if (!is_help(flag))
          out += fmt::format(".TP\n.B {}\n{}\n", plain(names(flag)), plain(about(flag)));
      }
    }
    if (!node.examples.empty()) out += ".PP\nExample:\n.PP\n.nf\n";
    for (const auto example : node.examples) out += fmt::format("    {}\n", plain(example));
    if (!node.examples.empty()) out += ".fi\n";
  }
  for (const auto& command : node.commands) man(command, out);
}

std::string man_page() {
  const auto tree = command_tree();
  std::string out = fmt::format(
      ".TH ERP2MYSQL 1 \"\" \"erp2mysql {}\" \"User Commands\"\n"
      ".SH NAME\nerp2mysql \\- moves ERP data into MySQL from one JSON job file\n"
      ".SH SYNOPSIS\n.B erp2mysql\nCOMMAND [ARGUMENTS]\n"
      ".SH DESCRIPTION\nReads rows from the API of an ERP in time windows and writes them, with "
      "its "
      "progress in the same transaction, into MySQL or MariaDB. Results go to standard output, "
      "everything else to standard error.\n.SH COMMANDS\n",
      ERP2MYSQL_VERSION);
  man(tree, out);
  out += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : k_exit_codes)
    out += fmt::format(".TP\n.B {}\n{}\n", code, plain(meaning));
  return out +
         ".SH FILES\n.TP\n.B connections.json\nnamed connections, beside the job file\n"
         ".TP\n.B $STATE_DIRECTORY, $XDG_STATE_HOME/erp2mysql\nrenewed tokens\n";
}

}  // namespace

int manual(const Options& options) {
  print(options.form == "man" ? man_page() : markdown_page());
  return 0;
}

}  // namespace erp2mysql::cli
