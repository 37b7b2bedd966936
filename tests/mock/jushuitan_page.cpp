// SPDX-License-Identifier: Apache-2.0
// The business half of the class: parameters of jushuitan.saleout.list.query, and its pages.
#include <algorithm>
#include <charconv>

#include "civil_time.hpp"
#include "json_text.hpp"
#include "jushuitan_qimen.hpp"

namespace mock {
namespace {

constexpr std::int64_t longest_window = 7 * 86400;
constexpr const char* business_code = "130";

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

// "1,2", "[1,2]" or "[\"1\",\"2\"]"
std::optional<std::set<std::int64_t>> number_list(std::string_view text) {
  std::set<std::int64_t> numbers;
  std::string piece;
  const auto finish = [&] {
    const auto number = whole(piece);
    if (number) numbers.insert(*number);
    piece.clear();
    return number.has_value();
  };
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '"' || c == ' ') continue;
    if (c != ',') {
      piece += c;
    } else if (!finish()) {
      return std::nullopt;
    }
  }
  if (!finish()) return std::nullopt;
  return numbers;
}

// Takes typed parameters out of the call and remembers the first that cannot be converted.
class Reader {
 public:
  explicit Reader(const Params& params) : params_(params) {}

  template <typename Convert, typename Value>
  void read(const std::string& name, Convert convert, std::optional<Value>& into) {
    const auto found = params_.find(name);
    if (found == params_.end()) return;
    const auto value = convert(std::string_view(found->second));
    if (value) {
      into = *value;
    } else if (wrong_.empty()) {
      wrong_ = name;
    }
  }
  const std::string& wrong() const { return wrong_; }

 private:
  const Params& params_;
  std::string wrong_;
};

std::optional<bool> truth_value(std::string_view text) {
  if (text == "true" || text == "True" || text == "1") return true;
  if (text == "false" || text == "False" || text == "0") return false;
  return std::nullopt;
}

std::optional<std::uint8_t> status_index(std::string_view text) {
  const auto found = std::find(status_names.begin(), status_names.end(), text);
  if (found == status_names.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - status_names.begin());
}

// Faults inside the list of rows: what stands before the first field of row `number`.
std::string extra_fields(const Fault& fault, std::size_t number) {
  if (number != 0) return {};
  if (fault.name == "dup_key") return R"("shop_name":"first of two","io_id":1,)";
  if (fault.name == "not_utf8") return "\"gbk\":\"\xC4\xE3\xBA\xC3\xFF\xFE\",";
  if (fault.name == "control_character") return "\"raw_control\":\"a\x01\x1F b\",";
  return {};
}

void append_padding(std::string& out, const Fault& fault) {
  if (fault.name == "deep") {
    constexpr std::size_t levels = 100'000;
    out += ",\"deep\":";
    out.append(levels, '[');
    out.append(levels, ']');
  } else if (fault.name == "huge") {
    out += ",\"padding\":\"";
    out.append(static_cast<std::size_t>(fault.megabytes) << 20, 'x');
    out += '"';
  }
}

}  // namespace

std::optional<Refusal> JushuitanQimen::parse_query(const Params& params, Query& query) {
  Reader reader(params);
  Filter& filter = query.filter;
  std::optional<std::int64_t> index, size, date_type;
  std::optional<bool> total;
  reader.read("page_index", whole, index);
  reader.read("page_size", whole, size);
  reader.read("date_type", whole, date_type);
  reader.read("is_get_total", truth_value, total);
  reader.read("start_time", parse_time, filter.from);
  reader.read("end_time", parse_time, filter.to);
  reader.read("status", status_index, filter.status);
  reader.read("shop_id", whole, filter.shop_id);
  reader.read("start_ts", whole, filter.after_ts);
  reader.read("end_ts", whole, filter.until_ts);
  reader.read("io_ids", number_list, filter.io_ids);
  reader.read("o_ids", number_list, filter.o_ids);
  reader.read("so_ids", number_list, filter.so_ids);
  const auto refuse = [](const std::string& message) { return Refusal{business_code, message}; };
  if (!reader.wrong().empty()) return refuse("参数转换失败:" + reader.wrong());
  query.page_index = index.value_or(1);
  query.page_size = size.value_or(30);
  query.total = total.value_or(true);
  filter.by_io_date = date_type.value_or(0) == 2;
  if (query.page_index < 1) return refuse("page_index从1开始");
  if (query.page_size < 1 || query.page_size > 100) return refuse("page_size最大100");
  if (date_type && *date_type != 0 && *date_type != 2) return refuse("date_type只能是0或2");
  if (filter.from.has_value() != filter.to.has_value()) {
    return refuse("start_time和end_time必须同时存在");
  }
  if (filter.from && *filter.from > *filter.to) return refuse("start_time不能大于end_time");
  if (filter.from && *filter.to - *filter.from > longest_window) {
    return refuse("时间间隔不能超过七天");
  }
  if (!filter.from && !filter.after_ts && !filter.io_ids && !filter.o_ids && !filter.so_ids) {
    return refuse("时间、单号、start_ts不能同时为空");
  }
  return std::nullopt;
}

Answer JushuitanQimen::serve_page(const Query& query, const Fault& fault) {
  const std::int64_t page = fault.name == "repeat_page" ? 1 : query.page_index;
  const std::int64_t pages_before = std::min<std::int64_t>(page - 1, 1'000'000'000);
  const std::int64_t skip = pages_before * query.page_size;
  const Slice slice = orders_.find(query.filter, skip, query.page_size);
  if (too_big(options_.settings, slice.total, page)) {
    if (!options_.settings.is("window.manner", "timeout"))
      return refuse(*QimenGateway::refusal_of(Fault{"too_big"}));
    Answer late;
    replace_answer(Fault{"http504"}, late);
    return late;
  }
  const std::int64_t page_count = (slice.total + query.page_size - 1) / query.page_size;
  const bool shows_total = query.total && fault.name != "no_total";

  Answer answer;
  std::string& out = answer.body;
  out.reserve(slice.rows.size() * 4096 + 512);
  out = "{\"response\":{";
  JsonText json(out, {}, fault.name == "type_switch");
  json.first_has_no_comma();
  json.number("page_index", query.page_index);
  json.number("page_size", query.page_size);
  json.number("data_count", shows_total ? slice.total : 0);
  json.number("page_count", shows_total ? page_count : 0);
  json.boolean("has_next", query.page_index < page_count);
  append_padding(out, fault);
  const bool empty = fault.name == "empty_page";
  if (fault.name != "missing_list") {
    json.key("datas");
    out += '[';
    const int copies = fault.name == "duplicate_rows" ? 2 : 1;
    for (std::size_t i = 0; i < slice.rows.size() && !empty; ++i) {
      for (int copy = 0; copy < copies; ++copy) {
        if (i != 0 || copy != 0) out += ',';
        text_.append_document(out, slice.rows[i], fault.name == "type_switch",
                              extra_fields(fault, i));
      }
    }
    out += ']';
  }
  json.text("request_id", gateway_.request_id());
  out += "}}";
  stats_.page(empty ? 0 : static_cast<std::int64_t>(slice.rows.size()));
  return answer;
}

}  // namespace mock
