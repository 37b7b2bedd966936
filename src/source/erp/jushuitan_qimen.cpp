// SPDX-License-Identifier: Apache-2.0
// Jushuitan (聚水潭) through the Qimen gateway: flat text arguments, TOP signature, `datas` inside
// `response`. Facts: sources-b.md section 4.
#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/source.hpp"
#include "erp2mysql/source/top_gateway.hpp"

namespace erp2mysql::source {

const PlatformSpec& jushuitan_qimen_spec() {
  using namespace std::chrono_literals;
  static const PlatformSpec k_spec = [] {
    PlatformSpec spec;
    spec.name = "jushuitan-qimen";
    spec.summary = "Jushuitan (聚水潭) through the Qimen gateway";
    spec.page_field = "page_index";
    spec.size_field = "page_size";
    spec.default_page_size = 50;
    spec.max_page_size = 100;
    spec.from_fields = {"start_time", "modified_begin"};
    spec.to_fields = {"end_time", "modified_end"};
    spec.max_window = 7 * 24h;
    // The direct API's published limits; the gateway counts per application and API as well.
    spec.rate_limits = {{5, 1s}, {100, 60s}};
    return spec;
  }();
  return k_spec;
}

namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

// Jushuitan's own code numbers, when it complains behind the gateway (`msg`, not `message`).
http::Verdict judge_business(const data::Node& body) {
  const auto* code_node = body.find("code");
  const std::string_view code = code_node == nullptr ? std::string_view() : code_node->scalar();
  if (code.empty() || code == "0") return http::Verdict::good();
  const auto* text = body.find("msg") != nullptr ? body.find("msg") : body.find("message");
  const auto message =
      fmt::format("Jushuitan answered code {} {}", code,
                  base::quoted(text == nullptr ? "" : base::shorten(text->scalar(), 200)));
  if (code == "199" || code == "200" || code == "10004") {
    auto verdict = top::failure(Action::slow_down, ErrorKind::temporary, message);
    verdict.wait = std::chrono::seconds(code == "200" ? 60 : 1);
    verdict.error->retry_after(*verdict.wait);
    return verdict;
  }
  if (code == "10" || code == "100" || code == "110" || code == "120" || code == "190") {
    return top::failure(Action::permanent, ErrorKind::credentials, message,
                        "check the keys, the rights of the application and its IP list");
  }
  if (code == "140" || code == "180") {
    return top::failure(Action::retry, ErrorKind::source, message, "check the clock of this host");
  }
  if (code == "130") {
    return top::failure(Action::permanent, ErrorKind::config, message,
                        "compare the request fields of the job with the API's documentation");
  }
  return top::failure(Action::permanent, ErrorKind::source, message);
}

std::optional<std::int64_t> integer(const data::Node* node) {
  if (node == nullptr) return std::nullopt;
  const auto text = node->scalar();
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// true/false in the spellings that occur; nothing for null, empty and unknown ones.
std::optional<bool> flag(const data::Node* node) {
  const auto text = base::lower(node == nullptr ? std::string_view() : node->scalar());
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

class JushuitanQimen : public Source {
 public:
  JushuitanQimen(const job::Source& source, std::int64_t page_size)
      : api_(source.api), page_size_(page_size) {
    const auto key = [&](const char* name, const char* otherwise = "") {
      const auto at = source.connection.find(name);
      return at == source.connection.end() || at->second.empty() ? std::string(otherwise)
                                                                 : at->second;
    };
    url_ = key("base_url", "http://a1q40taq0j.api.taobao.com/router/qm");
    customer_id_ = key("customer_id");
    account_ = {key("app_key"), key("app_secret"), key("target_app_key", "23060081"),
                key("sign_method", "md5")};
  }

  const PlatformSpec& spec() const override { return jushuitan_qimen_spec(); }

  http::Request build(const data::Arguments& arguments, const data::PageToken& token,
                      base::Instant clock) const override {
    http::Request request;
    request.url = url_;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"}};
    request.body = http::form_encode(
        top::signed_fields(account_, api_, business_fields(arguments, token), clock));
    return request;
  }

  http::Verdict judge(const http::Response& response) const override {
    return judge_json(response, [](const data::Node& root) {
      auto verdict = top::judge_gateway(root);
      if (verdict.action != Action::ok) return verdict;
      const auto* body = top::payload(root);
      if (body == nullptr) {
        return top::failure(Action::permanent, ErrorKind::protocol,
                            "the answer has no \"response\"");
      }
      verdict = judge_business(*body);
      const auto* rows = body->find("datas");
      if (verdict.action == Action::ok && (rows == nullptr || !rows->is_array())) {
        return top::failure(Action::retry, ErrorKind::protocol,
                            "the answer has no list \"datas\"; a missing list is not an empty one");
      }
      return verdict;
    });
  }

  data::Page read(std::string body) const override {
    data::Page page = page_of(std::move(body));
    const auto& root = *top::payload(page.document->root());
    take_list(*root.find("datas"), page);
    page.total = integer(root.find("data_count"));
    // Without counting (is_get_total=false) the platform may say 0 beside rows.
    if (page.total == 0 && !page.records.empty()) page.total.reset();
    page.has_next = flag(root.find("has_next"));
    const auto index = integer(root.find("page_index"));
    const auto pages = integer(root.find("page_count"));
    if (!page.has_next && index && pages && *pages > 0) page.has_next = *index < *pages;
    return page;
  }

  std::string rate_key() const override {
    return fmt::format("jushuitan-qimen/{}/{}", account_.app_key, api_);
  }

  std::string signed_text(const data::Arguments& arguments, const data::PageToken& token,
                          base::Instant clock) const override {
    const auto fields =
        top::signed_fields(account_, api_, business_fields(arguments, token), clock);
    const std::string text = top::base_string(fields);
    return account_.sign_method == "md5" ? "***" + text + "***" : text;
  }

 private:
  top::Fields business_fields(const data::Arguments& arguments,
                              const data::PageToken& token) const {
    top::Fields fields{{"customer_id", customer_id_},
                       {"page_index", std::to_string(token.page)},
                       {"page_size", std::to_string(page_size_)}};
    for (const auto& argument : arguments) {
      if (argument.name == "page_index" || argument.name == "page_size") continue;
      fields.emplace_back(argument.name, flat_text(argument));
    }
    return fields;
  }

  std::string api_, url_, customer_id_;
  top::Account account_;
  std::int64_t page_size_;
};

}  // namespace

std::unique_ptr<Source> make_jushuitan_qimen(const job::Source& source, std::int64_t page_size) {
  return std::make_unique<JushuitanQimen>(source, page_size);
}

}  // namespace erp2mysql::source
