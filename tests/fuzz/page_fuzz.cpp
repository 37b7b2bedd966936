// SPDX-License-Identifier: Apache-2.0
// Any bytes as the answer of a platform, which the first byte chooses: a verdict, or records that
// come back unchanged when written and read again. Errors are fine.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "erp2mysql/data/node.hpp"
#include "erp2mysql/map/record.hpp"
#include "erp2mysql/source/source.hpp"

namespace {

using namespace erp2mysql;

std::unique_ptr<source::Source> make(std::string_view platform) {
  job::Source job;
  job.platform = platform;
  job.api = platform == "wangdiantong" ? "aftersales.refund.Refund.search" : "executeBillQuery";
  job.connection = {{"base_url", "http://h/K3Cloud"},
                    {"auth", "password"},
                    {"appkey", "1"},
                    {"app_key", "1"},
                    {"appsecret", "s:t"},
                    {"app_secret", "s"},
                    {"wdt_appkey", "1"},
                    {"sid", "s"},
                    {"wdt_appsecret", "s:t"},
                    {"customer_id", "c"},
                    {"corpid", "c"},
                    {"token", "t"},
                    {"access_token", "t"},
                    {"acct_id", "a"},
                    {"refresh_token", "r"},
                    {"username", "u"},
                    {"password", "p"}};
  job::Item item;
  item.field = "n";
  item.value = "FID";
  job.request = {item};
  item.field = "FormId";
  item.value = "SAL_SaleOrder";
  job.other_request = {item};
  return source::make_source(*source::find_platform(platform), job, 3);
}

void read(const source::Source& source, const std::string& body) {
  const auto reading = source.interpret({200, {}, body});
  if (reading.verdict.action != http::Verdict::Action::ok) return;
  for (const auto* record : reading.page.records) {
    const auto text = data::to_json(*record);
    const auto again = data::Document::parse_page(text);
    if (data::to_json(again.root()) != text) __builtin_trap();
    if (map::flatten(*record, "details").empty()) __builtin_trap();
  }
}

void sign_in(const source::SignIn& hook, const std::string& body) {
  if (hook.judge({200, {}, body}).action == http::Verdict::Action::ok) hook.accept({200, {}, body});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto k_sources = [] {
    std::vector<std::unique_ptr<source::Source>> out;
    for (const auto* platform : source::registry()) out.push_back(make(platform->name));
    return out;
  }();
  if (size == 0) return 0;
  const auto& source = *k_sources[data[0] % k_sources.size()];
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    read(source, body);
  } catch (const base::Error&) {
  }
  try {
    if (source.sign_in() != nullptr) sign_in(*source.sign_in(), body);
  } catch (const base::Error&) {
  }
  return 0;
}
