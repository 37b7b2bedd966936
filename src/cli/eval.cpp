// SPDX-License-Identifier: Apache-2.0
// `eval` and `functions`: one expression, or one a line, answered as SELECT would.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/expr/expression.hpp"
#include "erp2mysql/map/record.hpp"
#include "erp2mysql/map/variables.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using expr::Value;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  if (!(out << file.rdbuf())) throw Error(ErrorKind::local, path + " cannot be read");
  return out.str();
}

/// The fields of a JSON object, a clock that stands still.
class EvalScope : public expr::Scope {
 public:
  EvalScope(data::Document row, base::Instant now, int micros)
      : document_(std::move(row)), flat_{&document_.root(), nullptr}, micros_(micros) {
    variables_.window = {now, now};
  }
  Value value(std::string_view name) const override { return row().value(name); }
  std::optional<std::vector<Value>> list(std::string_view name) const override {
    return row().list(name);
  }
  base::Instant now() const override { return variables_.window.to; }
  const base::Zone& zone() const override { return variables_.zone; }
  int now_micros() const override { return micros_; }

 private:
  map::RowScope row() const { return {flat_, "", variables_}; }

  data::Document document_;
  map::FlatRow flat_;
  map::Variables variables_;
  int micros_;
};

// Microseconds below the milliseconds that the common reader of times keeps.
int micros_of(std::string_view text) {
  const auto point = text.rfind('.');
  if (point == std::string_view::npos) return 0;
  int out = 0;
  for (std::size_t i = 1; i <= 6; ++i) {
    const char c = point + i < text.size() ? text[point + i] : '0';
    if (c < '0' || c > '9') return 0;
    if (i > 3) out = out * 10 + (c - '0');
  }
  return out;
}

EvalScope scope_of(const Options& options) {
  base::Instant now = base::system_clock().now();
  if (options.now) now = parse_time(*options.now, base::Zone(), "--now");
  return {data::Document::parse_page(options.row.empty() ? "{}" : read_file(options.row)), now,
          options.now ? micros_of(*options.now) : 0};
}

// As in the files of answers: one value a line.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\0': out += "\\0"; break;
      default: out += c;
    }
  }
  return out;
}

std::string answer(const std::string& text, const EvalScope& scope,
                   std::vector<expr::Warning>* warnings) {
  const auto expression = expr::Expression::compile(text);
  const Value value = expression.evaluate(scope, {true, warnings});
  return value.is_null() ? "NULL" : value.text;
}

int eval_batch(const Options& options, const EvalScope& scope) {
  std::ifstream file;
  if (options.batch != "-") file.open(options.batch, std::ios::binary);
  if (options.batch != "-" && !file)
    throw Error(ErrorKind::local, options.batch + " cannot be read");
  std::istream& in = options.batch == "-" ? std::cin : file;
  std::string line;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    try {
      print(one_line(answer(line, scope, nullptr)) + "\n");
    } catch (const expr::ServerError& error) {
      print(fmt::format("ERROR {}\n", error.number()));
    } catch (const Error&) {
      print("ERROR\n");
    }
  }
  return 0;
}

}  // namespace

int eval(const Options& options) {
  const auto scope = scope_of(options);
  if (!options.batch.empty()) return eval_batch(options, scope);
  if (options.expression.empty())
    throw Error(ErrorKind::usage, "eval takes an expression or --batch");
  try {
    std::vector<expr::Warning> warnings;
    print(answer(options.expression, scope, &warnings) + "\n");
    for (const auto& warning : warnings) {
      const auto text = fmt::format("warning {}: {}\n", warning.number, warning.message);
      std::fwrite(text.data(), 1, text.size(), stderr);
    }
    return 0;
  } catch (const expr::ServerError& error) {
    print_error(
        Error(ErrorKind::data, fmt::format("ERROR {}: {}", error.number(), error.message())));
  } catch (const Error& error) {
    print_error(Error(ErrorKind::data, error.message()));
  }
  return base::exit_code(ErrorKind::data);
}

namespace {

// Inside a table of Markdown.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

}  // namespace

int functions(const Options&) {
  const auto now = base::parse_datetime("2024-03-05 15:08:09", base::Zone());
  const EvalScope scope(data::Document::parse_page("{}"), *now, 0);
  for (const auto& family : expr::function_families()) {
    print(fmt::format("### {}\n\n| function | gives | example | answer |\n|---|---|---|---|\n",
                      family.title));
    for (const auto& entry : family.entries) {
      const std::string example(entry.example);
      print(fmt::format("| `{}({})` | {} | `{}` | `{}` |\n", entry.name,
                        cell(std::string(entry.arguments)), cell(std::string(entry.summary)),
                        cell(example), cell(one_line(answer(example, scope, nullptr)))));
    }
    print("\n");
  }
  return 0;
}

}  // namespace erp2mysql::cli
