// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/language.hpp"
#include "option_parts.hpp"

namespace erp2mysql::cli {
namespace {

base::LogLevel level_of(const std::string& word) {
  if (word == "debug") return base::LogLevel::debug;
  if (word == "info") return base::LogLevel::info;
  if (word == "error") return base::LogLevel::error;
  return word == "off" ? base::LogLevel::off : base::LogLevel::warning;
}

// Empty when all is well.
std::string finish(Options& options, const Texts& texts) {
  if (!texts.entries_of.empty()) options.jobs = {texts.entries_of};
  options.json = texts.output == "json";
  options.text = texts.output == "text";
  options.skip_if_locked = texts.if_locked == "skip";
  options.log.level = level_of(texts.level);
  options.log.format = texts.format == "json" ? base::LogFormat::json : base::LogFormat::text;
  for (const auto& text : texts.variables) {
    const auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0)
      return "--var takes name=value, found " + base::quoted(text);
    options.variables[text.substr(0, equal)] = text.substr(equal + 1);
  }
  if (options.from.has_value() != options.to.has_value()) return "--from and --to belong together";
  const bool chooses = options.action == "replay" || options.action == "drop";
  if (chooses && options.ids.empty() != options.all)
    return "quarantine " + options.action + " takes the ids of entries, or --all";
  if (options.command == "backfill" && !options.from && options.window.empty())
    return "backfill takes --from and --to, or --window";
  if (options.from && options.full) return "--full and --from exclude each other";
  return {};
}

// Every flag of every command, and the commands themselves.
void collect(const CLI::App& app, std::vector<std::string>& flags,
             std::vector<std::string>& commands) {
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    for (const auto& name : option->get_snames()) flags.push_back("-" + name);
  }
  for (const auto* command : app.get_subcommands(nullptr)) {
    commands.push_back(command->get_name());
    collect(*command, flags, commands);
  }
}

// The command that was named, so that only its flags are offered; else the whole program.
const CLI::App& named(const CLI::App& app, int argc, const char* const* argv) {
  for (const auto* command : app.get_subcommands(nullptr)) {
    if (argc > 1 && command->get_name() == argv[1]) return *command;
  }
  return app;
}

bool is_flag(std::string_view word) {
  const bool letter =
      word.size() > 1 && word[0] == '-' && (word[1] == '-' || (word[1] >= 'A' && word[1] <= 'z'));
  return letter && word != "--";
}

// What CLI11 says of a word that it does not know often names another one; so that word is looked
// for first.
std::string unknown_word(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> flags;
  std::vector<std::string> commands;
  collect(named(app, argc, argv), flags, commands);
  commands.clear();
  for (const auto* command : app.get_subcommands(nullptr)) commands.push_back(command->get_name());
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = base::split(argv[i], '=')[0];
    const bool flag = is_flag(word);
    if (!flag && i > 1) continue;
    const auto& words = flag ? flags : commands;
    if (std::find(words.begin(), words.end(), word) != words.end()) continue;
    auto message =
        flag ? fmt::format("unknown flag {}", word) : fmt::format("unknown command {}", word);
    const std::vector<std::string_view> known(words.begin(), words.end());
    const auto near = base::nearest(word, known);
    return near.empty() ? message : fmt::format(R"({}; did you mean "{}"?)", message, near);
  }
  return {};
}

// Help is wanted in the language as well, and asking for it ends the parsing.
std::string language_flag(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--lang=")) return std::string(word.substr(7));
    if (word == "--lang" && i + 1 < argc) return argv[i + 1];
  }
  return {};
}

void add_examples(CLI::App& app, const std::string& before) {
  for (auto* command : app.get_subcommands(nullptr)) {
    const auto words = before + command->get_name();
    std::string text;
    for (const auto example : examples_of(words)) text += fmt::format("\n  {}", example);
    if (!text.empty()) command->footer(said("Example:") + text);
    add_examples(*command, words + " ");
  }
}

}  // namespace

void describe(CLI::App& app, Options& options, Texts& texts) {
  app.name("erp2mysql");
  app.description("erp2mysql moves ERP data into MySQL from one JSON job file.");
  app.set_version_flag("--version", "erp2mysql " ERP2MYSQL_VERSION);
  app.footer(
      "Exit codes: 0 done, 3 rows in quarantine, 11 locked, 64 usage, 65 data, 69 refused, 70 "
      "bug,\n"
      "74 local file, 75 run again, 76 nonsense from the peer, 77 credentials, 78 job file or "
      "schema.");
  add_commands(app, options, texts);
  add_language(app, options);
  add_examples(app, "");
  translate_help(app);
}

Parsed parse(int argc, const char* const* argv) {
  Options options;
  Texts texts;
  CLI::App app;
  speak(language_of(language_flag(argc, argv)));
  describe(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, 0, app.help()};
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, 0, "erp2mysql " ERP2MYSQL_VERSION "\n"};
  } catch (const CLI::ParseError& error) {
    const int usage = base::exit_code(base::ErrorKind::usage);
    const auto unknown = unknown_word(app, argc, argv);
    return {std::nullopt, usage, unknown.empty() ? error.what() : unknown};
  }
  const auto* command = app.get_subcommands().front();
  options.command = command->get_name();
  if (!command->get_subcommands().empty())
    options.action = command->get_subcommands().front()->get_name();
  const std::string mistake = finish(options, texts);
  if (!mistake.empty()) return {std::nullopt, base::exit_code(base::ErrorKind::usage), mistake};
  return {std::move(options), 0, ""};
}

}  // namespace erp2mysql::cli
