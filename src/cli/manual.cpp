// SPDX-License-Identifier: Apache-2.0
// All commands and flags as one page: docs/cli.md and the man page.
#include <fmt/format.h>

#include <array>

#include "command_tree.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"

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

std::string about(const Flag& flag) {
  return said(flag.about) +
         (flag.required ? (spoken() == Language::english ? "; " : "；") + said_label("required")
                        : "");
}

std::string_view stop() { return spoken() == Language::english ? "." : "。"; }

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
    out +=
        fmt::format("## {}\n\n{}{}\n\n`{}`\n\n", node.words, said(node.about), stop(), usage(node));
    std::string rows;
    for (const auto* list : {&node.arguments, &node.flags}) {
      for (const auto& flag : *list) {
        if (!is_help(flag))
          rows += fmt::format("| `{}` | {} |\n", cell(names(flag)), cell(about(flag)));
      }
    }
    if (!rows.empty())
      out += fmt::format("| {} | {} |\n|---|---|\n{}\n", said_label("argument or flag"),
                         said_label("meaning"), rows);
    if (!node.examples.empty()) out += "```sh\n";
    for (const auto example : node.examples) out += fmt::format("{}\n", example);
    if (!node.examples.empty()) out += "```\n\n";
  }
  for (const auto& command : node.commands) markdown(command, out);
}

std::string markdown_page() {
  std::string out =
      fmt::format("| {} | {} |\n|---|---|\n", said_label("command"), said_label("does"));
  const auto tree = command_tree();
  for (const auto& command : tree.commands) {
    out += fmt::format("| [`{0}`](#{0}) | {1} |\n", command.words, cell(said(command.about)));
  }
  out += "\n";
  markdown(tree, out);
  out += fmt::format("## {}\n\n| {} | {} |\n|---|---|\n", said_label("Exit codes"),
                     said_label("code"), said_label("meaning"));
  for (const auto& [code, meaning] : k_exit_codes)
    out += fmt::format("| {} | {} |\n", code, said_label(meaning));
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
    out += fmt::format(".SS {}\n{}{}\n.PP\n.B {}\n", plain(node.words), plain(said(node.about)),
                       stop(), plain(usage(node)));
    for (const auto* list : {&node.arguments, &node.flags}) {
      for (const auto& flag : *list) {
        if (!is_help(flag))
          out += fmt::format(".TP\n.B {}\n{}\n", plain(names(flag)), plain(about(flag)));
      }
    }
    if (!node.examples.empty()) out += fmt::format(".PP\n{}\n.PP\n.nf\n", said_label("Example:"));
    for (const auto example : node.examples) out += fmt::format("    {}\n", plain(example));
    if (!node.examples.empty()) out += ".fi\n";
  }
  for (const auto& command : node.commands) man(command, out);
}

std::string man_page() {
  const auto tree = command_tree();
  std::string out = fmt::format(
      ".TH ERP2MYSQL 1 \"\" \"erp2mysql {}\" \"{}\"\n.SH {}\nerp2mysql \\- {}\n"
      ".SH {}\n.B erp2mysql\nCOMMAND [ARGUMENTS]\n.SH {}\n{}\n.SH {}\n",
      ERP2MYSQL_VERSION, said_label("User Commands"), said_label("NAME"),
      said_label("moves ERP data into MySQL from one JSON job file"), said_label("SYNOPSIS"),
      said_label("DESCRIPTION"),
      said(
          "Reads rows from the API of an ERP in time windows and writes them, with its progress in "
          "the same transaction, into MySQL or MariaDB. Results go to standard output, everything "
          "else to standard error."),
      said_label("COMMANDS"));
  man(tree, out);
  out += fmt::format(".SH {}\n", said_label("EXIT STATUS"));
  for (const auto& [code, meaning] : k_exit_codes)
    out += fmt::format(".TP\n.B {}\n{}\n", code, plain(said_label(meaning)));
  return out + fmt::format(
                   ".SH {}\n.TP\n.B connections.json\n{}\n"
                   ".TP\n.B $STATE_DIRECTORY, $XDG_STATE_HOME/erp2mysql\n{}\n",
                   said_label("FILES"), said_label("named connections, beside the job file"),
                   said_label("renewed tokens, and what alerts have told"));
}

}  // namespace

int manual(const Options& options) {
  print(options.form == "man" ? man_page() : markdown_page());
  return 0;
}

}  // namespace erp2mysql::cli
