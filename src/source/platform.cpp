// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/platform.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"

namespace erp2mysql::source {

Platform::Platform(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
    : source_(source), spec_(std::move(spec)), page_size_(page_size) {}

Reading Platform::interpret(http::Response response) const {
  Reading out;
  std::optional<Answer> good;
  out.verdict = judge_json(std::move(response), [&](Answer& answer) {
    auto verdict = judge(answer);
    if (verdict.action == http::Verdict::Action::ok) good = std::move(answer);
    return verdict;
  });
  if (good) out.page = read(*good);
  return out;
}

std::string Platform::rate_key() const {
  std::string account;
  for (const char* name : {"app_key", "appkey", "sid", "corpid", "acct_id"}) {
    const auto value = key(name);
    if (!value.empty()) account += "/" + value;
  }
  return source_.platform + account + "/" + source_.api;
}

std::string Platform::key(std::string_view name, std::string_view otherwise) const {
  const auto at = source_.connection.find(std::string(name));
  return std::string(at == source_.connection.end() || at->second.empty() ? otherwise : at->second);
}

data::Arguments Platform::business(const data::Arguments& arguments) const {
  return without(arguments, {spec_.page_field, spec_.size_field, spec_.cursor_field});
}

data::Arguments Platform::page_fields(const data::PageToken& token) const {
  data::Arguments out;
  if (!spec_.page_field.empty()) {
    out.push_back(number_argument(spec_.page_field, page_number(token)));
  }
  if (!spec_.size_field.empty()) out.push_back(number_argument(spec_.size_field, page_size_));
  if (spec_.paging == Paging::cursor && !spec_.cursor_field.empty()) {
    out.push_back(text_argument(spec_.cursor_field,
                                token.cursor.empty() ? spec_.cursor_start : token.cursor));
  }
  return out;
}

std::vector<Bound> Platform::bounds(const data::Arguments& arguments) const {
  std::vector<Bound> out;
  const auto take = [&](const std::vector<std::string>& names, bool upper) {
    for (const auto& name : names) {
      const std::string* text = find_text(arguments, name);
      if (text == nullptr) continue;
      const auto at = parse_bound(*text, spec_.zone);
      if (!at) {
        throw base::Error(base::ErrorKind::config,
                          fmt::format("request field \"{}\" is not a time", name))
            .hint("write it as {{LAST_SYNC_TIME|datetime}} or {{CURRENT_TIME|datetime}}");
      }
      out.push_back({upper, *at});
    }
  };
  take(spec_.from_fields, false);
  take(spec_.to_fields, true);
  return out;
}

std::string join_url(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(base) + "/" + std::string(path);
}

std::string with_path(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  const auto scheme = base.find("://");
  const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
  return std::string(base) +
         std::string(base.find('/', host) == std::string_view::npos ? path : "");
}

std::optional<base::Instant> parse_bound(std::string_view text, const base::Zone& zone) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digits = failed == std::errc() && end == text.data() + text.size() && number >= 0;
  if (digits && text.size() >= 9 && text.size() <= 11) {
    return base::Instant(std::chrono::seconds(number));
  }
  if (digits && text.size() >= 12 && text.size() <= 14) return base::Instant(base::Millis(number));
  return base::parse_datetime(text, zone);
}

}  // namespace erp2mysql::source
