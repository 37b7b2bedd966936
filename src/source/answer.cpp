// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/answer.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/body.hpp"

namespace erp2mysql::source {
namespace {

using base::Error;
using base::ErrorKind;

bool holds_json(const data::Node& node) {
  if (!node.is_text()) return false;
  const auto text = base::trim(node.text);
  return text.starts_with('{') || text.starts_with('[');
}

std::shared_ptr<const data::Document> parse(std::string text) {
  return std::make_shared<const data::Document>(data::Document::parse_page(std::move(text)));
}

std::optional<std::string> largest(const data::Page& page, const std::string& key) {
  std::optional<std::string> out;
  for (const auto* record : page.records) {
    const auto* node = data::find_path(*record, key);
    const auto text = node == nullptr ? std::string_view() : node->scalar();
    if (text.empty()) {
      throw Error(
          ErrorKind::protocol,
          fmt::format("a record has no {}, by which pages are continued", base::quoted(key)));
    }
    if (!out || cursor_less(*out, text)) out = text;
  }
  return out;
}

}  // namespace

Answer::Answer(std::string body) { documents_.push_back(parse(std::move(body))); }

const data::Node* Answer::open(const data::Node* node) {
  if (node == nullptr || !holds_json(*node)) return node;
  for (const auto& [text, document] : opened_) {
    if (text == node) {
      last_ = document;
      return &documents_[document]->root();
    }
  }
  documents_.push_back(parse(std::string(node->text)));
  last_ = documents_.size() - 1;
  opened_.emplace_back(node, last_);
  return &documents_[last_]->root();
}

const data::Node* Answer::find(std::string_view path) {
  last_ = 0;
  const data::Node* node = &root();
  while (node != nullptr && !path.empty()) {
    node = open(node);
    if (const auto* whole = node->find(path)) return whole;
    const auto dot = path.find('.');
    node = data::find_path(*node, path.substr(0, dot));
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return node;
}

const data::Node* Answer::list(std::string_view path) {
  while (true) {
    const auto* node = open(find(path));
    if (node != nullptr) return node->is_array() ? node : nullptr;
    const auto dot = path.rfind('.');
    if (path.empty()) return nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
    // Only a list may stand in for a longer path; an object there simply lacks the list.
    const auto* parent = open(find(path));
    if (parent != nullptr) return parent->is_array() ? parent : nullptr;
  }
}

std::string_view Answer::scalar(std::string_view path) {
  const auto* node = find(path);
  return node == nullptr ? std::string_view() : node->scalar();
}

data::Page Answer::page(const PlatformSpec& spec) {
  const auto* rows = list(spec.list);
  if (rows == nullptr && base::seeded_bug("missing-list-is-empty")) return {};
  if (rows == nullptr) {
    throw Error(ErrorKind::protocol,
                fmt::format("the answer has no list \"{}\"; a missing list is not an empty one",
                            spec.list));
  }
  data::Page page;
  page.document = documents_[last_];
  take_list(*rows, page);
  if (!spec.total.empty()) page.total = whole_number(find(spec.total));
  // Without counting some platforms say 0 beside rows.
  if (page.total == 0 && !page.records.empty()) page.total.reset();
  if (spec.paging != Paging::cursor || page.records.empty()) return page;
  if (!spec.cursor_key.empty()) {
    page.next = largest(page, spec.cursor_key);
    return page;
  }
  const auto next = scalar(spec.cursor_path);
  if (!next.empty()) page.next = next;
  return page;
}

std::optional<std::int64_t> whole_number(const data::Node* node) {
  if (node == nullptr) return std::nullopt;
  const auto text = node->scalar();
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<bool> truth(const data::Node* node) {
  const auto text = base::lower(node == nullptr ? std::string_view() : node->scalar());
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

bool cursor_less(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits(a) || !digits(b)) return a < b;
  const auto significant = [](std::string_view text) {
    const auto at = text.find_first_not_of('0');
    return at == std::string_view::npos ? std::string_view() : text.substr(at);
  };
  a = significant(a);
  b = significant(b);
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace erp2mysql::source
