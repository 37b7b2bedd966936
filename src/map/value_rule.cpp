// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/value_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/lookup.hpp"

namespace erp2mysql::map {
namespace {

void check_formats(const std::vector<Reference>& references, const job::Item& item,
                   CompileProblems& problems) {
  for (const auto& reference : references) {
    if (known_format(reference.format)) continue;
    problems.push_back({item.pointer + "/value",
                        fmt::format("unknown format \"{}\" after the pipe", reference.format),
                        "known are datetime, date, time, timestamp and timestamp_ms"});
  }
}

}  // namespace

struct ValueRule::Find {
  std::string field, job;
  std::vector<std::pair<std::string, ValueRule>> conditions;
};

void ValueRule::compile_lookup(const std::string& value, const job::Item& item,
                               CompileProblems& problems) {
  try {
    const auto text = parse_lookup(value);
    auto find = std::make_shared<Find>(Find{text.field, text.job, {}});
    for (const auto& [field, right] : text.conditions) {
      job::Item condition;
      condition.pointer = item.pointer;
      condition.value = right;
      find->conditions.emplace_back(field, compile(condition, flat_, problems));
    }
    find_ = std::move(find);
  } catch (const base::Error& error) {
    problems.push_back({item.pointer + "/value", error.message(), error.hint()});
  }
}

std::optional<std::string> ValueRule::look_up(const FlatRow& row,
                                              const Variables& variables) const {
  expr::Lookup lookup{find_->field, find_->job, {}};
  for (const auto& [field, rule] : find_->conditions) {
    auto value = rule.text(row, variables);
    lookup.conditions.emplace_back(
        field, value ? expr::Value::of_text(std::move(*value)) : expr::Value::null());
  }
  auto found = RowScope(row, flat_, variables).find(lookup);
  if (found.is_null()) return std::nullopt;
  return std::move(found.text);
}

ValueRule ValueRule::compile(const job::Item& item, std::string_view flat,
                             CompileProblems& problems) {
  ValueRule rule;
  rule.flat_ = flat;
  rule.default_ = item.default_value;
  rule.parser_ = item.parser;
  rule.has_value_ = item.value.has_value();
  rule.null_on_division_by_zero_ = item.on_division_by_zero == "null";
  rule.text_on_error_ = item.on_function_error == "text";
  if (const auto type = parse_type(item.type)) {
    rule.type_ = *type;
  } else {
    problems.push_back(
        {item.pointer + "/type", fmt::format("unknown type \"{}\"", item.type),
         "known are string, int, float, number, datetime, date, boolean, object, array"});
  }
  const std::string value = item.value.value_or("");
  if (const auto expression = expression_text(value)) {
    try {
      rule.expression_ =
          std::make_shared<const expr::Expression>(expr::Expression::compile(*expression));
      std::vector<Reference> references;
      for (const auto& name : rule.expression_->references())
        references.push_back(parse_reference(name));
      check_formats(references, item, problems);
      rule.names_ = compile_names(rule.expression_->references(), flat);
    } catch (const base::Error& error) {
      problems.push_back({item.pointer + "/value", error.message(), error.hint()});
    }
    return rule;
  }
  if (is_lookup(value)) {
    rule.compile_lookup(value, item, problems);
    return rule;
  }
  rule.template_ = Template::compile(value);
  check_formats(rule.template_.references(), item, problems);
  for (const auto& part : rule.template_.parts()) {
    const std::string name = part.reference ? part.reference->name : "";
    rule.fields_.push_back({FieldPath(name, flat), is_variable(name)});
  }
  const Reference* single = rule.template_.single();
  rule.plain_ = single != nullptr && single->format.empty() && !is_variable(single->name);
  if (!rule.plain_ || rule.parser_) return rule;
  const FieldPath& path = rule.fields_.front().path;
  rule.quick_.usable = path.header().one_step() && (!path.line() || path.line()->one_step());
  rule.quick_.in_line = path.line().has_value();
  return rule;
}

const data::Node* ValueRule::find_and_learn(const FlatRow& row) const {
  const FieldPath& path = fields_.front().path;
  const auto* node = path.find(row);
  if (path.line()) quick_.line = path.line()->guess();
  quick_.header = path.header().guess();
  return node;
}

// Adds what one reference stands for; false for NULL.
bool ValueRule::append_part(std::size_t part, const FlatRow& row, const Variables& variables,
                            std::string& out) const {
  const Reference& reference = *template_.parts()[part].reference;
  if (fields_[part].variable || !variables.extra.empty()) {
    if (auto value = variables.find(reference.name, reference.format)) {
      out += value->text;
      return true;
    }
  }
  if (row.header == nullptr) return false;
  const data::Node* node = fields_[part].path.find(row);
  if (node == nullptr || node->is_null()) return false;
  if (reference.format.empty()) {
    append_text(out, *node);
    return true;
  }
  const std::string text = text_of(node);
  if (!text.empty()) out += apply_format(text, reference.format, variables.zone);
  return true;
}

std::optional<std::string> ValueRule::text(const FlatRow& row, const Variables& variables) const {
  std::string out;
  return append(row, variables, out) ? std::move(out) : default_;
}

std::optional<std::string> ValueRule::evaluate(const FlatRow& row,
                                               const Variables& variables) const {
  try {
    std::vector<expr::Warning> warnings;
    auto value =
        expression_->evaluate(RowScope(row, flat_, variables, names_),
                              {.division_by_zero_is_null = null_on_division_by_zero_,
                               .warnings = variables.warnings != nullptr ? &warnings : nullptr});
    if (!warnings.empty()) *variables.warnings += warnings.size();
    if (value.is_null()) return std::nullopt;
    return std::move(value.text);
  } catch (base::Error& error) {
    if (text_on_error_) return expression_->text();
    error.at("expression " + base::quoted(base::shorten(expression_->text(), 200)));
    throw;
  }
}

// Adds the value before coercion and default; false for NULL.
bool ValueRule::append(const FlatRow& row, const Variables& variables, std::string& out) const {
  if (!has_value_) return false;
  if (expression_ || find_) {
    auto value = expression_ ? evaluate(row, variables) : look_up(row, variables);
    if (value) out += *value;
    return value.has_value();
  }
  if (template_.single() != nullptr) return append_part(0, row, variables, out);
  for (std::size_t i = 0; i < template_.parts().size(); ++i) {
    const auto& part = template_.parts()[i];
    if (part.reference) {
      append_part(i, row, variables, out);
    } else {
      out += part.literal;
    }
  }
  return true;
}

Cell ValueRule::of_node(const data::Node* node, const Variables& variables,
                        std::string& scratch) const {
  const auto out = coerce(node, type_, variables.zone, scratch);
  return out || !default_ ? out : coerce_text(*default_, type_, variables.zone, scratch);
}

Cell ValueRule::made(const FlatRow& row, const Variables& variables, std::string& scratch) const {
  const bool named = plain_ && variables.extra.contains(template_.single()->name);
  if (plain_ && row.header != nullptr && !named) {
    const data::Node* node = fields_[0].path.find(row);
    if (!parser_) return of_node(node, variables, scratch);
    Cell out;
    if (auto parsed = parse(node)) {
      scratch = std::move(*parsed);
      out = scratch;
    }
    return out || !default_ ? out : coerce_text(*default_, type_, variables.zone, scratch);
  }
  Cell out;
  scratch.clear();
  if (append(row, variables, scratch)) out = coerce_text(scratch, type_, variables.zone, scratch);
  return out || !default_ ? out : coerce_text(*default_, type_, variables.zone, scratch);
}

// ArrayToString joins a list; StringToArray makes a JSON list of a text.
std::optional<std::string> ValueRule::parse(const data::Node* node) const {
  if (node == nullptr || node->is_null()) return std::nullopt;
  std::string out;
  if (parser_->name == "ArrayToString" && node->is_array()) {
    for (const auto& element : node->members()) {
      if (&element != node->first) out += parser_->params;
      out += text_of(&element.value);
    }
    return out;
  }
  if (parser_->name != "StringToArray" || !node->is_scalar()) return text_of(node);
  std::string_view rest = node->scalar();
  while (!base::trim(rest).empty()) {
    const auto at = parser_->params.empty() ? std::string_view::npos : rest.find(parser_->params);
    out += (out.empty() ? "" : ",") + base::quoted(rest.substr(0, at));
    rest = at == std::string_view::npos ? std::string_view()
                                        : rest.substr(at + parser_->params.size());
  }
  return "[" + out + "]";
}

bool ValueRule::same_for_record() const {
  if (expression_ || find_) return false;
  return std::none_of(fields_.begin(), fields_.end(),
                      [](const Field& field) { return field.path.line().has_value(); });
}

bool ValueRule::uses_window() const {
  if (find_) {
    return std::any_of(find_->conditions.begin(), find_->conditions.end(),
                       [](const auto& condition) { return condition.second.uses_window(); });
  }
  if (expression_) {
    for (const auto& name : expression_->references()) {
      if (is_window_variable(parse_reference(name).name)) return true;
    }
    return expression_->reads_clock();
  }
  for (const auto& reference : template_.references()) {
    if (is_window_variable(reference.name)) return true;
  }
  return false;
}

}  // namespace erp2mysql::map
