// SPDX-License-Identifier: Apache-2.0
// `platforms`: what can be read, from the registry and the field tables alone.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "erp2mysql/source/source.hpp"
#include "resolved.hpp"
#include "starters.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(source::Paging paging) {
  switch (paging) {
    case source::Paging::numbers: return "from the last page to the first";
    case source::Paging::forward: return "from the first page to the last";
    case source::Paging::cursor: break;
  }
  return "by cursor or key";
}

// The facts hold for one API; another may differ.
struct Facts {
  explicit Facts(const source::Registration& platform) : entry(platform) {
    job::Source source;
    source.platform = platform.name;
    if (const auto* starter = find_starter(platform.name)) source.api = starter->api;
    api = source.api;
    spec = platform.facts(source);
  }
  const source::Registration& entry;
  std::string api;
  source::PlatformSpec spec;
};

std::string limits_text(const Facts& facts) {
  std::vector<std::string> out;
  for (const auto& limit : facts.spec.rate_limits) out.push_back(to_text(limit));
  return out.empty() ? "none known" : base::join(out, ", ");
}

std::string window_text(const Facts& facts) {
  return facts.spec.max_window ? base::format_duration(*facts.spec.max_window) : "any";
}

Json to_json(const Facts& facts) {
  Json keys = Json::array();
  for (const auto& field : job::connection_section(facts.entry.name)->fields) {
    keys.push_back({{"name", field.name},
                    {"required", field.required},
                    {"secret", field.secret},
                    {"description", field.description}});
  }
  Json limits = Json::array();
  for (const auto& limit : facts.spec.rate_limits)
    limits.push_back({{"requests", limit.requests}, {"per", base::format_duration(limit.per)}});
  return {{"platform", facts.entry.name},
          {"summary", facts.entry.summary},
          {"connection", keys},
          {"api", facts.api},
          {"rate_limits", limits},
          {"page_size",
           {{"default", facts.spec.default_page_size}, {"most", facts.spec.max_page_size}}},
          {"paging", word(facts.spec.paging)},
          {"longest_window", window_text(facts)}};
}

void print_line(std::string_view title, const std::string& text) {
  print("  " + base::pad_display(said_label(title), 12) + text + "\n");
}

void print_text(const Facts& facts) {
  print(fmt::format("{}: {}\n", facts.entry.name, facts.entry.summary));
  std::string keys;
  for (const auto& field : job::connection_section(facts.entry.name)->fields) {
    const auto name =
        field.required ? std::string(field.name) : said(fmt::format("{} (optional)", field.name));
    keys += (keys.empty() ? "" : ", ") + name;
  }
  print_line("connection", keys);
  print_line("api", said(fmt::format("any query API; the facts below are those of {}", facts.api)));
  print_line("limits", said_label(limits_text(facts)));
  print_line("pages",
             said(fmt::format("{} records, at most {}; read {}", facts.spec.default_page_size,
                              facts.spec.max_page_size, word(facts.spec.paging))));
  print_line("window", said_label(window_text(facts)));
  print("\n");
}

}  // namespace

int platforms(const Options& options) {
  Json all = Json::array();
  for (const auto* entry : source::registry()) {
    const Facts facts(*entry);
    all.push_back(to_json(facts));
    if (!options.json) print_text(facts);
  }
  if (options.json) print(all.dump(2) + "\n");
  return 0;
}

}  // namespace erp2mysql::cli
