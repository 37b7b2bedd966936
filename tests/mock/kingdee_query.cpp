// SPDX-License-Identifier: Apache-2.0
// The half of the class that reads queries and makes rows.
#include <algorithm>
#include <array>

#include "kingdee.hpp"
#include "rng.hpp"

namespace mock {
namespace {

bool same(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  });
}

// The column of a head, or of a line; nothing when there is none of that name.
struct Place {
  const Column* column = nullptr;
  bool in_line = false;
};

Place place_of(const kingdee::Form& form, std::string_view field) {
  for (const Column& column : form.head) {
    if (same(column.name, field)) return {&column, false};
  }
  for (std::size_t i = 0; form.lines != nullptr && i < form.lines->inner_size; ++i) {
    if (same(form.lines->inner[i].name, field)) return {&form.lines->inner[i], true};
  }
  return {};
}

std::vector<std::string> split_keys(const std::string& text) {
  std::vector<std::string> keys{""};
  for (const char c : text) {
    if (c == ',') {
      keys.emplace_back();
    } else if (c != ' ') {
      keys.back() += c;
    }
  }
  std::erase(keys, "");
  return keys;
}

// A filter may be a list of {Left, FieldName, Compare, Value, Right, Logic}; becomes text here.
std::string filter_text(const Value& filter) {
  if (filter.is(Kind::null)) return {};
  if (filter.is_scalar()) return filter.token;
  std::string out;
  std::string logic;
  for (const Value& item : filter.items) {
    std::string compare = item.text_of("Compare");
    if (compare == "67") compare = "=";
    std::string value = item.text_of("Value");
    for (std::size_t at = 0; (at = value.find('\'', at)) != std::string::npos; at += 2) {
      value.insert(at, "'");
    }
    out += logic + item.text_of("Left") + " " + item.text_of("FieldName") + " " + compare + " '" +
           value + "' " + item.text_of("Right");
    logic = item.text_of("Logic") == "1" ? " or " : " and ";
  }
  return out;
}

Refusal unknown_field(const std::string& field) {
  return {"9", "元数据中标识为" + field + "的字段不存在"};
}

}  // namespace

std::optional<Value> Kingdee::request_of(const Call& call) {
  if (call.form_body) return parse(call.param("data"));
  auto body = parse(call.body);
  if (!body || !body->is(Kind::object)) return std::nullopt;
  for (const char* const name : {"data", "Data"}) {
    const Value* const data = body->find(name);
    if (data == nullptr) continue;
    auto inner = data->is(Kind::text) ? parse(data->token) : *data;
    if (inner && inner->is(Kind::object) && inner->find("FormId") == nullptr) {
      std::string form = body->text_of("FormId");
      if (form.empty()) form = body->text_of("formid");
      inner->add("FormId", Value::text(form));
    }
    return inner;
  }
  const Value* const parameters = body->find("parameters");
  if (parameters == nullptr) return std::nullopt;
  const auto list = parameters->is(Kind::text) ? parse(parameters->token) : *parameters;
  if (!list || !list->is(Kind::array) || list->items.empty()) return std::nullopt;
  const Value& first = list->items.front();
  return first.is(Kind::text) ? parse(first.token) : first;
}

std::variant<Kingdee::Query, Refusal> Kingdee::read_query(const Value& request) const {
  Query query;
  query.form = request.text_of("FormId");
  if (query.form.empty()) return Refusal{"5", "业务对象标识不能为空"};
  if (kingdee::form_of(query.form) == nullptr) return Refusal{"4", "业务对象不存在"};
  query.fields = split_keys(request.text_of("FieldKeys"));
  if (query.fields.empty()) return Refusal{"8", "查询字段不能为空"};
  if (const Value* const filter = request.find("FilterString")) query.filter = filter_text(*filter);
  query.order = request.text_of("OrderString");
  query.start = request.whole_of("StartRow").value_or(0);
  query.limit = request.whole_of("Limit").value_or(0);
  query.top = request.whole_of("TopRowCount").value_or(0);
  if (query.start < 0 || query.limit < 0 || query.top < 0) return Refusal{"8", "分页参数错误"};
  const std::int64_t cap = settings_.number("kingdee.limit");
  // More than the cap is cut down without a word, and 0 means the server's own measure.
  query.limit = query.limit == 0 ? cap : std::min(query.limit, cap);
  return query;
}

std::optional<Refusal> Kingdee::check_fields(const Query& query, const KingdeeFilter& filter,
                                             const std::vector<KingdeeOrder>& order) const {
  const kingdee::Form& form = *kingdee::form_of(query.form);
  std::vector<std::string> used = query.fields;
  used.insert(used.end(), filter.fields().begin(), filter.fields().end());
  for (const KingdeeOrder& one : order) used.push_back(one.field);
  for (const std::string& field : used) {
    if (place_of(form, field).column == nullptr) return unknown_field(field);
  }
  return std::nullopt;
}

std::vector<Kingdee::Line> Kingdee::lines_of(const Table& table, const Query& query,
                                             const std::vector<Record>& records) const {
  const kingdee::Form& form = *kingdee::form_of(query.form);
  const bool by_line =
      std::any_of(query.fields.begin(), query.fields.end(),
                  [&](const std::string& field) { return place_of(form, field).in_line; });
  std::vector<Line> lines;
  for (const Record& record : records) {
    const std::int64_t count = by_line ? line_count(*form.lines, table.facts(record)) : 1;
    for (std::int64_t number = 0; number < count; ++number) lines.push_back({record, number});
  }
  return lines;
}

Value Kingdee::cell(const Table& table, const Query& query, const Line& line,
                    const std::string& field) const {
  const Place place = place_of(*kingdee::form_of(query.form), field);
  const Facts facts = table.facts(line.record);
  Value value;
  make_cell(*place.column, place.in_line ? line_facts(facts, line.number) : facts, value);
  return value;
}

Value Kingdee::row(const Table& table, const Query& query, const Line& line, bool objects) const {
  Value row = objects ? Value::map() : Value::list();
  for (const std::string& field : query.fields) {
    if (objects) row.names.push_back(field);
    row.items.push_back(cell(table, query, line, field));
  }
  return row;
}

void Kingdee::sort(std::vector<Line>& lines, const Table& table, const Query& query,
                   const std::vector<KingdeeOrder>& order) {
  // Whatever the order leaves open comes differently on every call.
  const std::uint64_t call = ++calls_;
  struct Sortable {
    std::vector<Value> cells;
    std::uint64_t chance;
    Line line;
  };
  std::vector<Sortable> sortable;
  for (const Line& line : lines) {
    const auto id = static_cast<std::uint64_t>(line.record.index * most_lines + line.number);
    Sortable one{{}, mix(id ^ call << 40), line};
    for (const KingdeeOrder& by : order) one.cells.push_back(cell(table, query, line, by.field));
    sortable.push_back(std::move(one));
  }
  std::sort(sortable.begin(), sortable.end(), [&](const Sortable& a, const Sortable& b) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const int compared = compare_cells(a.cells[i], b.cells[i]);
      if (compared != 0) return order[i].descending ? compared > 0 : compared < 0;
    }
    return a.chance < b.chance;
  });
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i] = sortable[i].line;
}

std::variant<Answer, Refusal> Kingdee::query(const Query& query, bool objects, const Fault& fault) {
  Table& rows = *table(query.form);
  std::vector<Line> lines;
  try {
    const KingdeeFilter filter(query.filter);
    const auto order = parse_order(query.order);
    if (const auto refusal = check_fields(query, filter, order)) return *refusal;
    lines = lines_of(rows, query, rows.records().find({}, Sorting::key));
    const bool half = settings_.is("kingdee.permission", "half");
    std::erase_if(lines, [&](const Line& line) {
      if (half && line.record.index % 2 == 1) return true;
      return !filter.holds([&](const std::string& f) { return cell(rows, query, line, f); });
    });
    sort(lines, rows, query, order);
  } catch (const FilterError& error) {
    return Refusal{"4", error.what()};
  }
  const auto total = static_cast<std::int64_t>(lines.size());
  const std::int64_t end = query.top > 0 ? std::min(query.top, total) : total;
  const std::int64_t first = std::min(fault.name == "repeat_page" ? 0 : query.start, end);
  const std::int64_t last = first + std::min(query.limit, end - first);
  const int copies = fault.name == "empty_page" ? 0 : fault.name == "duplicate_rows" ? 2 : 1;
  Value page = Value::list();
  std::vector<Record> records;
  for (std::int64_t i = first; i < last; ++i) {
    const Line& line = lines[static_cast<std::size_t>(i)];
    if (line.number == 0) records.push_back(line.record);
    for (int copy = 0; copy < copies; ++copy) {
      page.items.push_back(row(rows, query, line, objects));
    }
  }
  served(rows, {}, records, page.items.size());
  return json(written(page, dress(fault)));
}

}  // namespace mock
