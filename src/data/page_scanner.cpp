// SPDX-License-Identifier: Apache-2.0
#include "page_scanner.hpp"

#include <algorithm>
#include <new>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::data {
namespace {

constexpr std::size_t k_least = 64 * 1024;
constexpr std::size_t k_most = 4 * 1024 * 1024;  // room for one huge page is not kept

const std::uint8_t* bytes(const char* text) { return reinterpret_cast<const std::uint8_t*>(text); }

void check(simdjson::error_code error) {
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();  // nothing is wrong with the answer
  if (error != simdjson::SUCCESS) refuse_page(simdjson::error_message(error));
}

}  // namespace

void refuse_page(const std::string& what) {
  throw base::Error(base::ErrorKind::protocol,
                    "the answer is not a complete JSON document: " + what);
}

PageScanner::PageScanner() {
  check(
      simdjson::get_active_implementation()->create_dom_parser_implementation(k_least, 1, stage_));
  check(unescaper_.allocate(k_least));
}

std::span<const std::uint32_t> PageScanner::tokens(std::string_view text) {
  if (text.size() >= stage_->capacity() || stage_->capacity() > k_most) {
    check(stage_->set_capacity(std::max(text.size() + 1, k_least)));
  }
  check(stage_->stage1(bytes(text.data()), text.size(), simdjson::stage1_mode::regular));
  auto* out = stage_->structural_indexes.get();
  out[stage_->n_structural_indexes] = static_cast<std::uint32_t>(text.size());
  return {out, stage_->n_structural_indexes};
}

std::string_view PageScanner::unescape(const char* raw, char* to) const {
  auto* out = reinterpret_cast<std::uint8_t*>(to);
  std::string_view text;
  check(unescaper_.unescape(simdjson::ondemand::raw_json_string(bytes(raw)), out).get(text));
  return text;
}

}  // namespace erp2mysql::data
