// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/kingdee_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/arguments.hpp"

namespace erp2mysql::source::kingdee {
namespace {

struct FormKey {
  std::string_view form, key;
};
// Base data whose internal id has a name of its own; bills call theirs FID.
constexpr std::array k_form_keys{
    FormKey{"bd_material", "FMATERIALID"}, FormKey{"bd_customer", "FCUSTID"},
    FormKey{"bd_supplier", "FSupplierId"}, FormKey{"bd_stock", "FStockId"},
    FormKey{"bd_unit", "FUNITID"},         FormKey{"bd_department", "FDEPTID"},
    FormKey{"bd_account", "FACCTID"},      FormKey{"org_organizations", "FORGID"},
};

const job::Item* find_item(const job::Source& source, std::string_view name) {
  for (const auto* list : {&source.request, &source.other_request}) {
    for (const auto& item : *list) {
      if (item.field == name) return &item;
    }
  }
  return nullptr;
}

std::string value_of(const job::Source& source, std::string_view name) {
  const auto* item = find_item(source, name);
  return item == nullptr ? std::string() : item->value.value_or(item->default_value.value_or(""));
}

bool is_parameter(std::string_view name) {
  constexpr std::array<std::string_view, 8> k_names{"FormId",      "FieldKeys",   "FilterString",
                                                    "OrderString", "TopRowCount", "StartRow",
                                                    "Limit",       "SubSystemId"};
  return std::find(k_names.begin(), k_names.end(), name) != k_names.end();
}

std::string local_name(std::string key) {
  std::replace(key.begin(), key.end(), '.', '_');
  return key;
}

void add_column(Query& query, std::string_view key, std::string_view name) {
  key = base::trim(key);
  if (key.empty()) return;
  query.columns.push_back(
      {std::string(key), name.empty() ? local_name(std::string(key)) : std::string(name)});
}

// "A,B" or a JSON list of texts.
void add_columns(Query& query, std::string_view keys) {
  if (base::trim(keys).starts_with('[')) {
    const auto list = data::Document::parse_page(std::string(keys));
    for (const auto& element : list.root().members()) add_column(query, element.value.scalar(), "");
    return;
  }
  for (const auto key : base::split(keys, ',')) add_column(query, key, "");
}

std::string_view unquoted_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos
             ? text
             : std::string_view();
}

std::string sql_literal(const std::string& text) {
  if (!unquoted_digits(text).empty()) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Query read_query(const job::Source& source) {
  Query query;
  query.form_id = value_of(source, "FormId");
  query.order = value_of(source, "OrderString");
  const auto* filter = find_item(source, "FilterString");
  query.list_filter = filter != nullptr && !filter->children.empty();
  const bool older = std::any_of(source.request.begin(), source.request.end(),
                                 [](const job::Item& item) { return is_parameter(item.field); });
  query.columns_in_request = !older;
  try {
    add_columns(query, value_of(source, "FieldKeys"));
  } catch (const base::Error&) {
    query.columns.clear();  // check() says that there are none
  }
  if (older || !query.columns.empty()) return query;
  for (const auto& item : source.request) {
    const auto key = item.value && !base::trim(*item.value).empty() ? *item.value : item.field;
    add_column(query, key, item.field);
  }
  return query;
}

std::string unique_key(const Query& query) {
  std::string_view wanted = "FID";
  for (const auto& row : k_form_keys) {
    if (row.form == base::lower(query.form_id)) wanted = row.key;
  }
  if (query.list_filter) return {};
  for (const auto& column : query.columns) {
    if (base::equal_ignore_case(column.key, wanted)) return column.key;
  }
  return {};
}

void ask_for_key(Query& query, const std::string& key) {
  const bool there = std::any_of(query.columns.begin(), query.columns.end(),
                                 [&](const Column& column) { return column.key == key; });
  if (there || key.empty()) return;
  query.columns.push_back({key, local_name(key)});
  query.hidden = key;
}

data::Arguments parameters(const Query& query, const data::Arguments& arguments,
                           const Place& place) {
  std::vector<std::string> keys;
  for (const auto& column : query.columns) keys.push_back(column.key);
  std::string order = query.order;
  auto filter = text_argument("FilterString", "");
  if (const auto* given = find_argument(arguments, "FilterString")) filter = *given;
  if (!place.key.empty()) {
    order = place.key + " ASC";
    if (!place.cursor.empty()) {
      const auto behind = fmt::format("{} > {}", place.key, sql_literal(place.cursor));
      filter.text = base::trim(filter.text).empty()
                        ? behind
                        : fmt::format("({}) AND {}", filter.text, behind);
    }
  }
  data::Arguments out{
      text_argument("FormId", query.form_id), text_argument("FieldKeys", base::join(keys, ",")),
      std::move(filter), text_argument("OrderString", order),
      // A cap over all pages: the size of one page here would empty all others.
      number_argument("TopRowCount", 0), number_argument("StartRow", place.start_row),
      number_argument("Limit", place.limit)};
  const auto* system = find_text(arguments, "SubSystemId");
  out.push_back(text_argument("SubSystemId", system == nullptr ? "" : *system));
  if (query.columns_in_request) return out;
  for (const auto& argument : arguments) {
    if (!is_parameter(argument.name)) out.push_back(argument);
  }
  return out;
}

std::vector<Bound> bounds_of(std::string_view filter, const base::Zone& zone) {
  std::vector<Bound> out;
  for (std::size_t at = filter.find('\''); at != std::string_view::npos;) {
    const auto end = filter.find('\'', at + 1);
    if (end == std::string_view::npos) break;
    const auto before = base::trim(filter.substr(0, at));
    const auto time = base::parse_datetime(filter.substr(at + 1, end - at - 1), zone);
    const bool equal = before.ends_with('=');
    const auto sign = equal ? before.substr(0, before.size() - 1) : before;
    if (time && (sign.ends_with('>') || sign.ends_with('<')) && !sign.ends_with("<>")) {
      out.push_back({sign.ends_with('<'), *time});
    }
    at = filter.find('\'', end + 1);
  }
  return out;
}

std::vector<Finding> check(const Query& query, const job::Source& source, bool keyset) {
  std::vector<Finding> out;
  const auto pointer = [&](std::string_view name) {
    const auto* item = find_item(source, name);
    return item == nullptr ? std::string("/source/request") : item->pointer + "/value";
  };
  if (query.form_id.empty()) {
    out.push_back({pointer("FormId"), "the query has no FormId",
                   "add {\"field\": \"FormId\", \"value\": \"SAL_SaleOrder\"} to otherRequest"});
  }
  if (query.columns.empty()) {
    out.push_back({pointer("FieldKeys"), "the query selects no columns",
                   "list them in FieldKeys, separated by commas, or one per item of request"});
  }
  const auto top = value_of(source, "TopRowCount");
  if (!top.empty() && top != "0") {
    out.push_back({pointer("TopRowCount"), "TopRowCount would cap the whole query and is sent as 0",
                   "remove it", true});
  }
  if (!keyset && query.order.empty() && !query.form_id.empty()) {
    out.push_back({"/source",
                   "no unique key is known, so pages follow row offsets without an order",
                   "select the form's internal id (FID for bills) or name a unique key in "
                   "source.read.key; at least give OrderString",
                   true});
  }
  return out;
}

}  // namespace erp2mysql::source::kingdee
