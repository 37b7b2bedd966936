// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "erp2mysql/job/load.hpp"
#include "erp2mysql/job/schema.hpp"

namespace erp2mysql::job {
namespace {

// Inside a table of Markdown.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string choices(std::string_view allowed) {
  std::string out;
  for (const auto one : base::split(allowed, '|'))
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", one);
  return out;
}

std::string range(const Field& field) {
  const bool below = field.least != std::numeric_limits<std::int64_t>::min();
  const bool above = field.most != std::numeric_limits<std::int64_t>::max();
  if (below && above) return fmt::format("whole number, {} to {}", field.least, field.most);
  return below ? fmt::format("whole number from {}", field.least) : "whole number";
}

std::string anchor(const Section& section) {
  return fmt::format("[{}](#{})", section.name, base::lower(section.name));
}

std::string kind(const Field& field) {
  switch (field.type) {
    case FieldType::text: return "text";
    case FieldType::scalar: return "text or number";
    case FieldType::choice: return choices(field.allowed);
    case FieldType::integer: return range(field);
    case FieldType::boolean: return "true or false";
    case FieldType::duration: return "duration";
    case FieldType::seconds: return "seconds or duration";
    case FieldType::millis: return "milliseconds or duration";
    case FieldType::datetime: return "time";
    case FieldType::zone: return "time zone";
    case FieldType::object: return anchor(*field.inner);
    case FieldType::objects:
      return fmt::format("list of {}", anchor(*field.inner)) +
             (field.instead == nullptr ? "" : ", or " + anchor(*field.instead));
    case FieldType::objects_or_file:
      return fmt::format("list of {}, or a file with it", anchor(*field.inner));
    case FieldType::groups: return fmt::format("list of lists of {}", anchor(*field.inner));
    case FieldType::texts: return "list of texts";
    case FieldType::choices: return fmt::format("list of {}", choices(field.allowed));
    case FieldType::scalars: return "list of values";
    case FieldType::any: return "any";
    case FieldType::connection: return "[connection](#connections), or a name in connections.json";
    case FieldType::ignored:
    case FieldType::warned:
    case FieldType::unsupported: break;
  }
  return {};
}

bool lives(const Field& field) { return !kind(field).empty() && field.alias_of.empty(); }

std::string row(const Field& field) {
  std::string about(field.description);
  if (field.required) about += about.empty() ? "required" : "; **required**";
  if (field.secret) about += "; a secret";
  return fmt::format("| `{}` | {} | {} | {} |\n", field.name, cell(kind(field)),
                     field.fallback.empty() ? "" : fmt::format("`{}`", field.fallback),
                     cell(about));
}

// Keys of a kind, in one line.
std::string listed(const Section& section, FieldType type, std::string_view title) {
  std::string out;
  for (const auto& field : section.fields) {
    if (field.type != type) continue;
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", field.name);
    if (type != FieldType::ignored && !field.allowed.empty())
      out += fmt::format(" ({})", field.allowed);
  }
  return out.empty() ? "" : fmt::format("\n{}: {}.\n", title, out);
}

std::string spellings(const Section& section) {
  std::string out;
  for (const auto& field : section.fields) {
    if (!field.alias_of.empty())
      out += fmt::format("{}`{}` for `{}`", out.empty() ? "" : ", ", field.name, field.alias_of);
  }
  return out.empty() ? "" : fmt::format("\nOther spellings: {}.\n", out);
}

std::string table(const Section& section, std::string_view level) {
  std::string out = fmt::format(
      "{} {}\n\n{}.\n\n| key | value | default | meaning |\n"
      "|---|---|---|---|\n",
      level, section.name, section.description);
  for (const auto& field : section.fields) {
    if (lives(field)) out += row(field);
  }
  out += spellings(section);
  out += listed(section, FieldType::warned, "Load with a warning and do nothing");
  out += listed(section, FieldType::unsupported, "Refused");
  out += listed(section, FieldType::ignored, "Load and mean nothing at run time");
  return out + "\n";
}

void collect(const Section& section, std::vector<const Section*>& out) {
  if (std::find(out.begin(), out.end(), &section) != out.end()) return;
  out.push_back(&section);
  for (const auto& field : section.fields) {
    if (field.inner != nullptr) collect(*field.inner, out);
    if (field.instead != nullptr) collect(*field.instead, out);
  }
}

}  // namespace

std::string reference_page() {
  std::vector<const Section*> sections;
  collect(job_section(), sections);
  std::string out;
  for (const auto* section : sections) out += table(*section, "##");
  out += "## connections\n\nThe keys of `connection` by `platform`.\n\n";
  for (const auto& known : platforms()) out += table(*connection_section(known.platform), "###");
  out.pop_back();
  return out;
}

}  // namespace erp2mysql::job
