// SPDX-License-Identifier: Apache-2.0
#include "metadata_job.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "init_text.hpp"
#include "metadata_values.hpp"

namespace erp2mysql::cli {
namespace {

using Json = MetadataJson;

bool has_text(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string();
}

std::string text_of(const Json& object, const char* key) {
  return has_text(object, key) ? object[key].get<std::string>() : std::string();
}

class Side {
 public:
  Side(std::string name, Repairs& repairs, Imported& out)
      : name_(std::move(name)), repairs_(repairs), out_(out) {}

  Json take(Json metadata, const job::Section& section) {
    if (!metadata.is_object()) {
      leave("the metadata is no object");
      return Json::object();
    }
    for (const char* key : {"request", "otherRequest"}) {
      if (metadata.contains(key)) metadata[key] = items(std::move(metadata[key]), key);
    }
    if (auto remedy = metadata.find("omissionRemedy");
        remedy != metadata.end() && remedy->is_object() && remedy->contains("takeOverRequest")) {
      (*remedy)["takeOverRequest"] =
          items(std::move((*remedy)["takeOverRequest"]), "takeOverRequest");
    }
    for (const char* key : {"id", "number", "api"}) {
      if (has_text(metadata, key)) metadata[key] = repair_value(metadata[key], repairs_);
    }
    return known_keys(metadata, section, "");
  }

 private:
  void leave(const std::string& what) { out_.left_out.push_back(name_ + ": " + what); }

  // Articles print a list of items as one object, name by name.
  Json items(Json list, const std::string& key) {
    if (list.is_object()) {
      repairs_.note(fmt::format("\"{}\" was printed as an object of names and values", key), 0);
      Json out = Json::array();
      for (const auto& [field, value] : list.items())
        out.push_back({{"field", field}, {"value", value}});
      list = std::move(out);
    }
    if (!list.is_array()) return list;
    list = nested(std::move(list));
    Json out = Json::array();
    for (auto& item : list) {
      if (!item.is_object()) {
        leave(fmt::format("an entry of {} that is no object", key));
        continue;
      }
      out.push_back(repaired(std::move(item)));
    }
    return out;
  }

  Json repaired(Json item) {
    const auto field = text_of(item, "field");
    const bool sql = field == "main_sql" || field.starts_with("extend_sql_");
    for (const char* key : {"value", "default"}) {
      if (!has_text(item, key)) continue;
      const auto text = item[key].get<std::string>();
      item[key] = sql ? repair_sql(text, repairs_) : repair_value(text, repairs_);
    }
    if (item.contains("children"))
      item["children"] = items(std::move(item["children"]), "children");
    return known_keys(item, job::k_item_section,
                      field.empty() ? " of an item" : fmt::format(" of item \"{}\"", field));
  }

  // Tables print children flat, with the name of their parent or in front of a dot.
  Json nested(Json list) {
    Json out = Json::array();
    for (auto& item : list) {
      const auto field = text_of(item, "field");
      auto parent = text_of(item, "parent");
      const auto dot = field.rfind('.');
      const bool dotted = dot != std::string::npos;
      if (parent.empty() && dotted) parent = field.substr(0, dot);
      Json* owner = parent.empty() ? nullptr : find(out, parent);
      if (owner == nullptr) {
        out.push_back(std::move(item));
        continue;
      }
      repairs_.note("children that stood beside their parent", 0);
      if (dotted && field.starts_with(parent + "."))
        item["field"] = field.substr(parent.size() + 1);
      (*owner)["children"].push_back(std::move(item));
    }
    return out;
  }

  static Json* find(Json& list, const std::string& path) {
    for (auto& item : list) {
      const auto type = base::lower(text_of(item, "type"));
      if (text_of(item, "field") == path && (type == "object" || type == "array")) return &item;
      const auto first = text_of(item, "field") + ".";
      if (first.size() > 1 && path.starts_with(first) && item.contains("children")) {
        if (auto* found = find(item["children"], path.substr(first.size()))) return found;
      }
    }
    return nullptr;
  }

  Json known_keys(const Json& object, const job::Section& section, const std::string& where) {
    Json out = Json::object();
    for (const auto& [key, value] : object.items()) {
      const auto* field = section.find(key);
      if (field == nullptr) {
        leave(fmt::format("\"{}\"{} is no key that is known", key, where));
      } else if (field->type == job::FieldType::unsupported && !value.is_null()) {
        leave(fmt::format("\"{}\"{}: {}{}{}", key, where, field->description,
                          field->allowed.empty() ? "" : "; ", field->allowed));
      } else {
        out[key] = value;
      }
    }
    return out;
  }

  std::string name_;
  Repairs& repairs_;
  Imported& out_;
};

Json connection_of(const std::string& platform) {
  Json out = Json::object();
  for (const auto& [key, variable] : asked_keys(platform))
    out[key] = fmt::format("${{env:{}}}", variable);
  return out;
}

// The console of QEasy keeps these, not its metadata.
Json with_connection(const std::string& platform, Json connection, Json metadata) {
  Json out{{"platform", platform}, {"connection", std::move(connection)}};
  for (const auto& [key, value] : metadata.items()) {
    if (key != "platform" && key != "connection") out[key] = value;
  }
  return out;
}

}  // namespace

std::string platform_of(std::string_view api) {
  const auto name = base::lower(api);
  if (name == "executebillquery" || name == "billquery") return "kingdee";
  if (name.starts_with("jushuitan.")) return "jushuitan-qimen";
  if (name.starts_with("/open/")) return "jushuitan";
  if (name.starts_with("wdt.")) return "wangdiantong-qimen";
  if (name.find("pro/v2/api/") != std::string::npos) return "xiaobangbang";
  for (const auto* prefix : {"erp.", "oms.", "jackyun."}) {
    if (name.starts_with(prefix)) return "jikeyun";
  }
  // The direct interface writes class names in capitals: aftersales.refund.Refund.search.
  const bool dotted = name.find('.') != std::string::npos && name.find('/') == std::string::npos;
  return dotted && name != api && !name.ends_with(".php") ? "wangdiantong" : "";
}

Imported make_job(Json source, Json target, const ImportOptions& options, Repairs& source_repairs,
                  Repairs& target_repairs) {
  Imported out;
  source = Side("source", source_repairs, out).take(std::move(source), job::k_source_section);
  target = Side("target", target_repairs, out).take(std::move(target), job::k_target_section);
  auto platform = options.platform.empty() ? platform_of(text_of(source, "api")) : options.platform;
  if (platform.empty()) {
    out.added.push_back("source.platform: the api does not tell it; give --platform");
  } else {
    out.added.push_back(fmt::format("source.platform: {}", platform));
  }
  out.added.push_back(
      "connections: from the environment, see the file; "
      "or name one of connections.json");
  out.added.push_back(
      fmt::format("sync: from {}, windows of a day, 10 minutes of overlap", options.start));
  const Json mysql{{"host", "${env:MYSQL_HOST}"},
                   {"database", "bi"},
                   {"username", "${env:MYSQL_USER}"},
                   {"password", "${env:MYSQL_PASSWORD}"}};
  out.job = {{"name", options.name}, {"timezone", "+08:00"}};
  out.job["source"] = with_connection(platform, connection_of(platform), std::move(source));
  out.job["target"] = with_connection("mysql", mysql, std::move(target));
  out.job["sync"] = {{"start", options.start}, {"overlap", "10m"}, {"lag", "1m"}, {"window", "1d"}};
  return out;
}

namespace {

constexpr std::size_t k_line = 110;

void write(std::string& out, const Json& json, std::size_t indent) {
  const auto flat = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  const bool empty = !json.is_structured() || json.empty();
  if (empty) {
    out += flat;
    return;
  }
  bool simple = json.is_object();
  for (const auto& child : json) simple = simple && !child.is_structured();
  const bool one_line = simple && flat.size() + indent <= k_line && indent > 0;
  const std::string pad = one_line ? "" : "\n" + std::string(indent + 2, ' ');
  out += json.is_object() ? "{" : "[";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    out += first ? pad : one_line ? ", " : "," + pad;
    first = false;
    if (json.is_object())
      out += Json(key).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
    write(out, value, indent + 2);
  }
  if (!one_line) out += "\n" + std::string(indent, ' ');
  out += json.is_object() ? "}" : "]";
}

}  // namespace

std::string pretty(const Json& json) {
  std::string out;
  write(out, json, 0);
  return out + "\n";
}

}  // namespace erp2mysql::cli
