// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/job/schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "erp2mysql/job/load.hpp"

namespace erp2mysql::job {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_reference = "\\$\\{(env|file|credential):[^}]*\\}";
constexpr std::string_view k_duration = "^([0-9]+(ms|s|m|h|d))+$";
constexpr std::string_view k_datetime =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?"
    "\\s*(Z|[+-][0-9]{2}:?[0-9]{2})?)?$";
constexpr std::string_view k_zone =
    "^(Z|[+-][0-9]{2}:?[0-9]{2}|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*)$";

Json text(std::string_view pattern) { return {{"type", "string"}, {"pattern", pattern}}; }
Json reference() { return {{"$ref", "#/$defs/reference"}}; }
Json any_of(Json list) { return {{"anyOf", std::move(list)}}; }

// The loader does not mind the case of a choice; the list in front is what editors offer.
std::string in_any_case(std::string_view allowed) {
  std::string out = "^(";
  for (const char c : allowed) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) {
      out += fmt::format("[{}{}]", static_cast<char>(c & ~0x20), static_cast<char>(c | 0x20));
    } else {
      out += c;
    }
  }
  return out + ")$";
}

Json choice(std::string_view allowed) {
  Json known = Json::array();
  for (const auto one : base::split(allowed, '|')) known.push_back(one);
  return any_of({{{"enum", known}}, text(in_any_case(allowed)), reference()});
}

Json integer(const Field& field) {
  Json number{{"type", "integer"}};
  if (field.least != std::numeric_limits<std::int64_t>::min()) number["minimum"] = field.least;
  if (field.most != std::numeric_limits<std::int64_t>::max()) number["maximum"] = field.most;
  Json all = Json::array({number, reference()});
  if (field.text_ok) all.push_back(text("^\\s*[0-9]*(\\.0*)?([eE]\\+?[0-9]+)?\\s*$"));
  return any_of(std::move(all));
}

Json time(std::int64_t most) {
  return any_of({{{"type", "number"}, {"minimum", 0}, {"maximum", most}},
                 text("^\\s*[0-9]+(\\.[0-9]+)?([eE]\\+?[0-9]+)?\\s*$"),
                 text(k_duration),
                 reference()});
}

std::string name_of(const Section& section) {
  return connection_section(section.name) == &section ? fmt::format("connection-{}", section.name)
                                                      : std::string(section.name);
}

Json list_of(Json item) { return {{"type", "array"}, {"items", std::move(item)}}; }

class Writer {
 public:
  Json document() {
    Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
             {"title", "Job file of erp2mysql"}};
    out.update(object(job_section()));
    // Found while the tree above was written; each leads to more.
    for (std::size_t i = 0; i < waiting_.size(); ++i) definition(*waiting_[i]);
    definitions_["reference"] = text(k_reference);
    definitions_["reference"]["description"] =
        "A secret from the environment, a file or a systemd credential";
    out["$defs"] = definitions_;
    return out;
  }

 private:
  Json ref(const Section& section) {
    if (std::find(waiting_.begin(), waiting_.end(), &section) == waiting_.end())
      waiting_.push_back(&section);
    return {{"$ref", "#/$defs/" + name_of(section)}};
  }

  void definition(const Section& section) { definitions_[name_of(section)] = object(section); }

  Json object(const Section& section) {
    Json out{{"type", "object"}, {"description", section.description}};
    Json conditions = Json::array();
    for (const auto& field : section.fields) {
      out["properties"][std::string(field.name)] = property(section, field);
      // Of a source's connection see whole_connections.
      const bool part = connection_section(section.name) == &section && section.name != "mysql";
      if (field.required && !part) require(section, field, out, conditions);
    }
    if (&section == &k_source_section) by_platform(conditions);
    if (&section == &job_section()) whole_connections(conditions);
    if (!conditions.empty()) out["allOf"] = conditions;
    out["patternProperties"]["^//"] = {{"description", "A comment"}};
    out["additionalProperties"] = false;
    return out;
  }

  static void require(const Section& section, const Field& field, Json& out, Json& conditions) {
    Json spellings = Json::array({Json{{"required", {field.name}}}});
    for (const auto& other : section.fields) {
      if (other.alias_of == field.name) spellings.push_back(Json{{"required", {other.name}}});
    }
    if (spellings.size() == 1) {
      out["required"].push_back(field.name);
    } else {
      conditions.push_back(any_of(std::move(spellings)));
    }
  }

  // Which keys a connection has depends on the platform beside it.
  void by_platform(Json& conditions) {
    for (const auto& known : platforms()) {
      if (known.platform == "mysql") continue;
      const auto is = Json{{"properties", {{"platform", {{"const", known.platform}}}}}};
      const auto named = Json{{"type", "string"}};
      const auto keys = any_of({named, ref(*connection_section(known.platform))});
      conditions.push_back({{"if", is}, {"then", {{"properties", {{"connection", keys}}}}}});
    }
  }

  // Without accounts, which complete it, a connection must have all its keys.
  static void whole_connections(Json& conditions) {
    const auto property = [](const char* key, Json shape) -> Json {
      return {{"properties", {{key, std::move(shape)}}}};
    };
    for (const auto& known : platforms()) {
      if (known.platform == "mysql") continue;
      Json is = property("source", property("platform", {{"const", known.platform}}));
      is["not"] = {{"required", {"accounts"}}};
      const Json whole{{"if", {{"type", "object"}}}, {"then", {{"required", known.required}}}};
      conditions.push_back(
          {{"if", is}, {"then", property("source", property("connection", whole))}});
    }
  }

  Json property(const Section& section, const Field& field) {
    Json out{{"description", description(field)}};
    if (!field.fallback.empty()) out["default"] = field.fallback;
    if (field.type == FieldType::warned || field.type == FieldType::unsupported)
      out["deprecated"] = true;
    Json shape = shape_of(section, field);
    if (shape.empty()) return out;
    // null counts as absent.
    if (!field.required) shape = any_of({shape, {{"type", "null"}}});
    out.update(shape);
    return out;
  }

  static std::string description(const Field& field) {
    std::string out(field.description);
    if (!field.alias_of.empty()) out = fmt::format("Another spelling of {}", field.alias_of);
    if (field.type == FieldType::ignored) return out + " (means nothing at run time)";
    if (field.type == FieldType::warned) return out + " (does nothing here)";
    if (field.type == FieldType::unsupported) out += " (not supported)";
    if (field.type == FieldType::unsupported && !field.allowed.empty())
      out += fmt::format(": {}", field.allowed);
    return out;
  }

  Json shape_of(const Section& section, const Field& field) {
    switch (field.type) {
      case FieldType::text: return text_shape(section, field);
      case FieldType::scalar: return scalar(field.required);
      case FieldType::choice: return choice(field.allowed);
      case FieldType::integer: return integer(field);
      case FieldType::boolean:
        return any_of({{{"type", "boolean"}},
                       {{"enum", {0, 1, "0", "1"}}},
                       text(in_any_case("true|false")),
                       reference()});
      case FieldType::duration: return any_of({text(k_duration), reference()});
      case FieldType::seconds: return time(field.most / 1000);
      case FieldType::millis: return time(field.most);
      case FieldType::datetime: return any_of({text(k_datetime), reference()});
      case FieldType::zone: return any_of({text(k_zone), reference()});
      case FieldType::object: return ref(*field.inner);
      case FieldType::objects: {
        const auto list = list_of(ref(*field.inner));
        return field.instead == nullptr ? list : any_of({list, ref(*field.instead)});
      }
      case FieldType::objects_or_file:
        return any_of({list_of(ref(*field.inner)), {{"type", "string"}, {"minLength", 1}}});
      case FieldType::groups: return list_of(list_of(ref(*field.inner)));
      case FieldType::texts: return any_of({{{"type", "string"}}, list_of({{"type", "string"}})});
      case FieldType::choices: return list_of(choice(field.allowed));
      case FieldType::scalars: return list_of(scalar(false));
      case FieldType::connection: return connection(section);
      case FieldType::unsupported: return {{"type", "null"}};
      case FieldType::any:
      case FieldType::ignored:
      case FieldType::warned: break;
    }
    return Json::object();
  }

  static Json scalar(bool required) {
    Json out{{"type", {"string", "number", "boolean"}}};
    if (required) out["minLength"] = 1;
    return out;
  }

  static Json text_shape(const Section& section, const Field& field) {
    Json out{{"type", "string"}};
    if (field.required) out["minLength"] = 1;
    if (&section != &k_source_section || field.name != "platform") return out;
    for (const auto& known : platforms()) {
      if (known.platform != "mysql") out["enum"].push_back(known.platform);
    }
    return out;
  }

  Json connection(const Section& section) {
    const Json name{{"type", "string"}, {"minLength", 1}};
    if (&section != &k_target_section) return any_of({name, {{"type", "object"}}});
    return any_of({name, ref(*connection_section("mysql"))});
  }

  std::vector<const Section*> waiting_;
  Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema() { return Writer().document().dump(2); }

}  // namespace erp2mysql::job
