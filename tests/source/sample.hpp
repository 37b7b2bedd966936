// SPDX-License-Identifier: Apache-2.0
// Sources and requests for tests: the accounts of the vectors, forms and queries taken apart.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source::testing {

using Action = http::Verdict::Action;
using base::ErrorKind;
using Form = std::multimap<std::string, std::string>;

/// What this throws; a failure when it throws nothing.
template <class Work>
base::Error error_of(const Work& work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorKind::bug, ""};
}

inline std::unique_ptr<Source> make(job::Source settings, std::int64_t page_size) {
  return make_source(*find_platform(settings.platform), settings, page_size);
}

inline job::Item item(std::string field, std::string value = "") {
  job::Item out;
  out.field = std::move(field);
  out.pointer = "/source/request/" + out.field;
  if (!value.empty()) out.value = std::move(value);
  return out;
}

inline data::Argument text(std::string name, std::string value) {
  return {std::move(name), data::Argument::Kind::text, std::move(value), {}};
}
inline data::Argument number(std::string name, std::string value) {
  return {std::move(name), data::Argument::Kind::text, std::move(value), {}, true};
}
inline data::Argument list(std::string name, data::Arguments children) {
  return {std::move(name), data::Argument::Kind::list, "", std::move(children)};
}
inline data::Argument object(std::string name, data::Arguments children) {
  return {std::move(name), data::Argument::Kind::object, "", std::move(children)};
}

inline base::Instant time(std::string_view iso) {
  return base::parse_datetime(iso, base::Zone()).value();
}

inline std::string url_decode(std::string_view in) {
  std::string out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(in.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += in[i] == '+' ? ' ' : in[i];
    }
  }
  return out;
}

inline Form parse_form(std::string_view body) {
  Form out;
  while (!body.empty()) {
    const auto pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    out.emplace(url_decode(pair.substr(0, equals)), url_decode(pair.substr(equals + 1)));
  }
  return out;
}

inline std::string field(const Form& form, const std::string& name) {
  EXPECT_EQ(form.count(name), 1u) << name;
  const auto at = form.find(name);
  return at == form.end() ? std::string() : at->second;
}

inline std::string query_of(const http::Request& request) {
  const auto at = request.url.find('?');
  return at == std::string::npos ? std::string() : request.url.substr(at + 1);
}

inline std::string header(const http::Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

/// One answer and what the source must make of it.
struct JudgeCase {
  const char* name;
  std::string body;
  Action action;
  ErrorKind kind = ErrorKind::source;  // of anything but ok
  int status = 200;
};

inline http::Verdict verdict_of(const Source& source, http::Response response) {
  return source.interpret(std::move(response)).verdict;
}
/// The page of an answer that must be judged ok.
inline data::Page page_of(const Source& source, std::string body) {
  auto reading = source.interpret({200, {}, std::move(body)});
  EXPECT_EQ(reading.verdict.action, Action::ok)
      << (reading.verdict.error ? reading.verdict.error->message() : "");
  return std::move(reading.page);
}

inline void expect_verdicts(const Source& source, std::initializer_list<JudgeCase> cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto verdict = verdict_of(source, {c.status, {}, c.body});
    EXPECT_EQ(verdict.action, c.action) << (verdict.error ? verdict.error->message() : "");
    if (c.action == Action::ok) continue;
    ASSERT_TRUE(verdict.error);
    EXPECT_EQ(base::to_string(verdict.error->kind()), base::to_string(c.kind))
        << verdict.error->message();
  }
}

inline std::string cell(const data::Page& page, std::size_t record, std::string_view path) {
  if (record >= page.records.size()) return "(no record)";
  const auto* node = data::find_path(*page.records[record], path);
  return node == nullptr ? "(missing)" : data::to_json(*node);
}

}  // namespace erp2mysql::source::testing
