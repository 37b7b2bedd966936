// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"
#include "values.hpp"

namespace erp2mysql::job {
namespace {

using data::Kind;
using data::Node;

std::string describe_found(const Context& context, const Node& node, bool quiet) {
  constexpr std::size_t k_longest = 40;
  switch (node.kind) {
    case Kind::null: return "null";
    case Kind::array: return "a list";
    case Kind::object: return "an object";
    default: break;
  }
  const std::string kind = node.is_text() ? "the text" : node.is_number() ? "the number" : "";
  if (quiet || context.has_secret(node)) {
    return node.is_text() ? "another text" : node.is_number() ? "a number" : "true or false";
  }
  const auto shown = base::shorten(node.scalar(), k_longest);
  if (node.is_text()) return kind + " " + base::quoted(shown);
  return kind.empty() ? shown : kind + " " + shown;
}

// The known name that differs by two neighbouring characters only, the commonest slip of short
// names that plain edit distance counts as two mistakes.
std::string swapped(std::string_view name, std::span<const std::string_view> known) {
  std::string candidate(name);
  for (std::size_t i = 0; i + 1 < candidate.size(); ++i) {
    std::swap(candidate[i], candidate[i + 1]);
    for (const auto other : known) {
      if (base::equal_ignore_case(candidate, other)) return std::string(other);
    }
    std::swap(candidate[i], candidate[i + 1]);
  }
  return {};
}

std::string describe_integer(const Field& field) {
  const bool open = field.most == std::numeric_limits<std::int64_t>::max();
  if (open) return fmt::format("a whole number from {}", field.least);
  return fmt::format("a whole number from {} to {}", field.least, field.most);
}

class Checker {
 public:
  Checker(Context& context, bool part) : context_(context), part_(part) {}

  void object(const Node& node, const std::string& pointer, const Section& section) {
    const bool before = std::exchange(quiet_, quiet_ || section.hide_values);
    if (node.is_object()) {
      members(node, pointer, section);
    } else {
      mismatch(node, pointer, "an object");
    }
    quiet_ = before;
  }

 private:
  void members(const Node& node, const std::string& pointer, const Section& section) {
    for (const auto& member : node.members()) {
      if (is_comment(member.key)) continue;
      const auto child = child_pointer(pointer, member.key);
      const Field* field = section.find(member.key);
      if (field == nullptr) {
        unknown_key(child, member.key, section);
      } else if (!member.value.is_null()) {
        value(member.value, child, *field);
      }
    }
    for (const auto& field : section.fields) {
      if (field.required && !part_ && !given(node, section, field.name)) {
        context_.problem(pointer, fmt::format("the key \"{}\" is missing", field.name),
                         std::string(field.description));
      }
    }
  }

  void mismatch(const Node& node, const std::string& pointer, std::string_view expected,
                std::string hint = {}) {
    report_mismatch(context_, node, pointer, expected, quiet_, std::move(hint));
  }

  static bool given(const Node& node, const Section& section, std::string_view name) {
    return std::any_of(node.members().begin(), node.members().end(), [&](const auto& member) {
      const Field* field = section.find(member.key);
      return field != nullptr && !member.value.is_null() &&
             (field->name == name || field->alias_of == name);
    });
  }

  void unknown_key(const std::string& pointer, std::string_view key, const Section& section) {
    std::vector<std::string_view> known;
    std::vector<std::string> listed;
    for (const auto& field : section.fields) {
      known.push_back(field.name);
      const bool shown = field.type != FieldType::ignored && field.type != FieldType::warned &&
                         field.type != FieldType::unsupported && field.alias_of.empty();
      if (shown) listed.emplace_back(field.name);
    }
    auto hint = did_you_mean(key, known);
    if (hint.empty()) hint = "known keys: " + base::join(listed, ", ");
    context_.key_problem(pointer, "unknown key", std::move(hint));
  }

  void value(const Node& node, const std::string& pointer, const Field& field) {
    switch (field.type) {
      case FieldType::ignored: return;
      case FieldType::warned:
        return context_.warning(pointer, fmt::format("\"{}\" does nothing here", field.name),
                                std::string(field.allowed));
      case FieldType::unsupported:
        return context_.key_problem(
            pointer, fmt::format("\"{}\" is not supported by this version", field.name),
            std::string(field.allowed));
      case FieldType::object: return object(node, pointer, *field.inner);
      case FieldType::objects:
        if (field.instead != nullptr && node.is_object())
          return object(node, pointer, *field.instead);
        return elements(node, pointer, field, "a list of objects");
      case FieldType::objects_or_file:
        if (!node.is_text()) return elements(node, pointer, field, "a list of objects or a file");
        return scalar(node, pointer, {.name = field.name, .type = FieldType::text});
      case FieldType::groups: return groups(node, pointer, field);
      case FieldType::texts:
      case FieldType::choices: return elements(node, pointer, field, "a list of texts");
      case FieldType::scalars: return elements(node, pointer, field, "a list of values");
      case FieldType::any: return resolve_all(node, pointer);
      default: return scalar(node, pointer, field);
    }
  }

  void elements(const Node& node, const std::string& pointer, const Field& field,
                std::string_view expected) {
    const bool single = field.type == FieldType::texts && node.is_text();
    if (single) {
      return scalar(node, pointer,
                    {.name = field.name, .type = FieldType::text, .open = field.open});
    }
    if (!node.is_array()) {
      return mismatch(node, pointer, expected,
                      node.is_object() ? "put it into square brackets" : "");
    }
    Field element = field;
    element.type = field.type == FieldType::texts     ? FieldType::text
                   : field.type == FieldType::choices ? FieldType::choice
                                                      : FieldType::scalar;
    for (std::size_t i = 0; i < node.count; ++i) {
      const auto child = child_pointer(pointer, i);
      const Node& item = node.first[i].value;
      if (field.inner != nullptr) {
        object(item, child, *field.inner);
      } else {
        scalar(item, child, element);
      }
    }
  }

  void groups(const Node& node, const std::string& pointer, const Field& field) {
    constexpr std::string_view k_shape = "a list of lists of objects";
    constexpr auto k_hint = "the outer list means OR, the inner ones AND";
    if (!node.is_array()) return mismatch(node, pointer, k_shape, k_hint);
    for (std::size_t i = 0; i < node.count; ++i) {
      const auto child = child_pointer(pointer, i);
      const Node& group = node.first[i].value;
      if (!group.is_array()) {
        mismatch(group, child, "a list of objects", k_hint);
      } else {
        elements(group, child,
                 {.name = field.name, .type = FieldType::objects, .inner = field.inner}, k_shape);
      }
    }
  }

  void resolve_all(const Node& node, const std::string& pointer) {
    if (node.is_scalar()) return context_.resolve(node, pointer, false);
    for (std::size_t i = 0; i < node.count; ++i) {
      const auto& member = node.first[i];
      resolve_all(member.value, node.is_object() ? child_pointer(pointer, member.key)
                                                 : child_pointer(pointer, i));
    }
  }

  void scalar(const Node& node, const std::string& pointer, const Field& field) {
    context_.resolve(node, pointer, field.secret, field.open);
    if (context_.broken(node)) return;
    switch (field.type) {
      case FieldType::connection:
        if (!node.is_text() && !node.is_object()) mismatch(node, pointer, "an object or a name");
        return;
      case FieldType::text:
        if (!node.is_text()) return mismatch(node, pointer, "a text");
        return not_blank(node, pointer, field);
      case FieldType::scalar:
        if (!node.is_scalar() || node.is_null()) return mismatch(node, pointer, "a text");
        return not_blank(node, pointer, field);
      case FieldType::choice: return choice(node, pointer, field);
      case FieldType::integer: return integer(node, pointer, field);
      case FieldType::boolean:
        if (!node.is_scalar() || !to_boolean(context_.text(node))) {
          mismatch(node, pointer, "true or false");
        }
        return;
      default: return time(node, pointer, field);
    }
  }

  void not_blank(const Node& node, const std::string& pointer, const Field& field) {
    if (field.required && base::trim(context_.text(node)).empty()) {
      context_.problem(pointer, "must not be empty", std::string(field.description));
    }
  }

  void choice(const Node& node, const std::string& pointer, const Field& field) {
    const auto known = base::split(field.allowed, '|');
    const auto given = context_.text(node);
    const bool fits = node.is_text() && std::any_of(known.begin(), known.end(), [&](auto name) {
                        return base::equal_ignore_case(name, given);
                      });
    if (fits) return;
    const auto hint = node.is_text() && !quiet_ ? did_you_mean(given, known) : "";
    mismatch(node, pointer, list_choices(field.allowed), hint);
  }

  void integer(const Node& node, const std::string& pointer, const Field& field) {
    const auto given = context_.text(node);
    if (field.text_ok && node.is_text() && base::trim(given).empty()) return;
    const bool shape =
        node.is_number() || (node.is_text() && (field.text_ok || given != node.text));
    const auto number = shape ? to_integer(given) : std::nullopt;
    if (number && *number >= field.least && *number <= field.most) return;
    const bool quotes = node.is_text() && !field.text_ok && to_integer(given);
    mismatch(node, pointer, describe_integer(field), quotes ? "write it without quotes" : "");
  }

  void time(const Node& node, const std::string& pointer, const Field& field) {
    const auto given = context_.text(node);
    const bool text = node.is_text();
    if (field.type == FieldType::zone) {
      if (text && base::Zone::parse(given)) return;
      return mismatch(node, pointer, "a time zone such as \"+08:00\" or \"Asia/Shanghai\"");
    }
    if (field.type == FieldType::datetime) {
      if (text && base::parse_datetime(given, base::Zone())) return;
      return mismatch(node, pointer, "a time such as \"2024-01-31 00:00:00\"");
    }
    if (field.type == FieldType::duration) {
      const auto value = text ? base::parse_duration(given) : std::nullopt;
      if (value && value->count() >= field.least) return;
      const bool zero = value && value->count() < field.least;
      return mismatch(node, pointer,
                      zero ? "a duration above zero"
                           : "a duration with its unit, such as \"500ms\", \"10m\" or \"7d\"");
    }
    const bool seconds = field.type == FieldType::seconds;
    const auto value = text || node.is_number() ? to_time(given, seconds ? 1000 : 1) : std::nullopt;
    if (value && value->count() >= field.least && value->count() <= field.most) return;
    mismatch(node, pointer,
             fmt::format("a number of {} up to {}", seconds ? "seconds" : "milliseconds",
                         seconds ? field.most / 1000 : field.most));
  }

  Context& context_;
  bool part_;
  bool quiet_ = false;
};

}  // namespace

bool is_comment(std::string_view key) { return key.starts_with("//"); }

void check_object(Context& context, const Node& node, const std::string& pointer,
                  const Section& section, bool part) {
  Checker(context, part).object(node, pointer, section);
}

void report_mismatch(Context& context, const Node& node, const std::string& pointer,
                     std::string_view expected, bool quiet, std::string hint) {
  context.problem(
      pointer, fmt::format("expected {}, found {}", expected, describe_found(context, node, quiet)),
      std::move(hint));
}

std::string list_choices(std::string_view allowed) {
  const auto parts = base::split(allowed, '|');
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " or " : ", ";
    out += base::quoted(parts[i]);
  }
  return out;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  auto near = base::nearest(name, known);
  if (near.empty()) near = swapped(name, known);
  return near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
}

}  // namespace erp2mysql::job
