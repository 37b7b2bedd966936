// SPDX-License-Identifier: Apache-2.0
// `eval` and `functions`: one expression, or one a line, answered as SELECT would.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using expr::Value;
using Json = nlohmann::ordered_json;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  if (!(out << file.rdbuf())) throw Error(ErrorKind::local, path + " cannot be read");
  return out.str();
}

/// Keeps the digits of numbers as they are written.
class RowReader : public nlohmann::json_sax<Json> {
 public:
  explicit RowReader(Json& out) : parser_(out, false) {}
  bool null() override { return parser_.null(); }
  bool boolean(bool v) override { return string_value(v ? "1" : "0"); }
  bool number_integer(number_integer_t v) override { return string_value(std::to_string(v)); }
  bool number_unsigned(number_unsigned_t v) override { return string_value(std::to_string(v)); }
  bool number_float(number_float_t, const string_t& text) override { return string_value(text); }
  bool string(string_t& v) override { return parser_.string(v); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t n) override { return parser_.start_object(n); }
  bool key(string_t& v) override { return parser_.key(v); }
  bool end_object() override { return parser_.end_object(); }
  bool start_array(std::size_t n) override { return parser_.start_array(n); }
  bool end_array() override { return parser_.end_array(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // A number travels as a text that begins with a byte no JSON text holds.
  bool string_value(std::string text) {
    text.insert(text.begin(), '\x01');
    return parser_.string(text);
  }
  nlohmann::detail::json_sax_dom_parser<Json> parser_;
};

Json restored(const Json& value) {
  if (!value.is_structured()) {
    const auto text = value.is_string() ? value.get<std::string>() : std::string();
    return text.starts_with('\x01') ? Json::parse(text.substr(1)) : value;
  }
  Json out = value;
  for (auto& child : out) child = restored(child);
  return out;
}

Value value_of(const Json* node) {
  if (node == nullptr || node->is_null()) return Value::null();
  if (!node->is_string()) return Value::of_text(restored(*node).dump());
  const auto text = node->get<std::string>();
  return text.starts_with('\x01') ? Value::number(text.substr(1)) : Value::of_text(text);
}

/// The fields of a JSON file, a clock that stands still.
class EvalScope : public expr::Scope {
 public:
  EvalScope(Json row, base::Instant now, int micros) : row_(std::move(row)), now_(now), micros_(micros) {}

  Value value(std::string_view name) const override {
    std::vector<const Json*> found;
    collect(row_, name, found);
    return value_of(found.empty() ? nullptr : found[0]);
  }
  std::optional<std::vector<Value>> list(std::string_view name) const override {
    std::vector<const Json*> found;
    if (!collect(row_, name, found)) return std::nullopt;
    std::vector<Value> out;
    for (const auto* node : found) out.push_back(value_of(node));
    return out;
  }
  base::Instant now() const override { return now_; }
  const base::Zone& zone() const override { return zone_; }
  int now_micros() const override { return micros_; }

 private:
  // True when the path crosses a list.
  static bool collect(const Json& node, std::string_view path, std::vector<const Json*>& out) {
    if (node.is_array()) {
      for (const auto& element : node) collect(element, path, out);
      return true;
    }
    if (path.empty()) {
      out.push_back(&node);
      return false;
    }
    const auto dot = path.find('.');
    const auto child = node.is_object() ? node.find(std::string(path.substr(0, dot))) : node.end();
    if (child == node.end()) return false;
    const auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (rest.empty() && child->is_array()) {
      out.push_back(&*child);
      return false;
    }
    return collect(*child, rest, out);
  }

  Json row_;
  base::Instant now_;
  int micros_;
  base::Zone zone_;
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
  Json row = Json::object();
  if (!options.row.empty()) {
    const std::string text = read_file(options.row);
    RowReader reader(row);
    if (!Json::sax_parse(text, &reader) || !row.is_object())
      throw Error(ErrorKind::data, options.row + " holds no JSON object");
  }
  return EvalScope(std::move(row), now, options.now ? micros_of(*options.now) : 0);
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
  if (options.batch != "-" && !file) throw Error(ErrorKind::local, options.batch + " cannot be read");
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
  if (options.expression.empty()) throw Error(ErrorKind::usage, "eval takes an expression or --batch");
  try {
    std::vector<expr::Warning> warnings;
    print(answer(options.expression, scope, &warnings) + "\n");
    for (const auto& warning : warnings) {
      const auto text = fmt::format("warning {}: {}\n", warning.number, warning.message);
      std::fwrite(text.data(), 1, text.size(), stderr);
    }
    return 0;
  } catch (const expr::ServerError& error) {
    print_error(Error(ErrorKind::data, fmt::format("ERROR {}: {}", error.number(), error.message())));
  } catch (const Error& error) {
    print_error(Error(ErrorKind::data, error.message()));
  }
  return base::exit_code(ErrorKind::data);
}

int functions(const Options&) {
  std::string out;
  for (const auto& family : expr::function_families()) {
    out += fmt::format("\n### {}\n\n| function | gives | example | answer |\n|---|---|---|---|\n",
                       family.title);
    const EvalScope scope(Json::object(), *base::parse_datetime("2024-03-05 15:08:09", base::Zone()), 0);
    for (const auto& entry : family.entries) {
      const auto cell = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
          text.insert(at, "\\");
        return text;
      };
      const bool random = entry.name == "RAND" && entry.example == "RAND()";
      out += fmt::format("| `{}({})` | {} | `{}` | `{}` |\n", entry.name, cell(std::string(entry.arguments)),
                         cell(std::string(entry.summary)), cell(std::string(entry.example)),
                         random ? "…" : cell(one_line(answer(std::string(entry.example), scope, nullptr))));
    }
  }
  print(out.substr(1));
  return 0;
}

}  // namespace erp2mysql::cli
