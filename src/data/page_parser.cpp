// SPDX-License-Identifier: Apache-2.0
// simdjson finds where tokens start (its first stage: also UTF-8, quotes, control characters); the
// tokens are made into nodes here. Its On-Demand front end does the same at a third of the speed:
// it cannot know that records of a page mostly have the same keys in the same order.
#include <fmt/format.h>

#include <algorithm>

#include "document_impl.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::data {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::ErrorKind::protocol,
                    "the answer is not a complete JSON document: " + what);
}

void check(simdjson::error_code error) {
  if (error != simdjson::SUCCESS) refuse(simdjson::error_message(error));
}

// Kept by each thread from page to page: fresh memory costs more page faults than parsing costs
// cycles.
class Scanner {
 public:
  Scanner() {
    check(simdjson::get_active_implementation()->create_dom_parser_implementation(k_least, 1,
                                                                                  stage_));
    check(unescaper_.allocate(k_least));
  }

  /// Offsets at which tokens start; valid until the next call.
  std::span<const std::uint32_t> tokens(std::string_view text) {
    if (text.size() >= stage_->capacity() || stage_->capacity() > k_most) {
      check(stage_->set_capacity(std::max(text.size() + 1, k_least)));
    }
    check(stage_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                         simdjson::stage1_mode::regular));
    return {stage_->structural_indexes.get(), stage_->n_structural_indexes};
  }

  /// Decodes the string that begins behind its quote at `raw`; `to` has room for it and the
  /// padding.
  std::string_view unescape(const char* raw, char* to) {
    auto* out = reinterpret_cast<std::uint8_t*>(to);
    std::string_view text;
    check(unescaper_
              .unescape(
                  simdjson::ondemand::raw_json_string(reinterpret_cast<const std::uint8_t*>(raw)),
                  out)
              .get(text));
    return text;
  }

 private:
  static constexpr std::size_t k_least = 64 * 1024;
  static constexpr std::size_t k_most = 4 * 1024 * 1024;  // one huge page is not kept in mind
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  simdjson::ondemand::parser unescaper_;
};

class PageReader {
 public:
  PageReader(Scanner& scanner, std::string_view text, Arena& arena, const Document::Limits& limits)
      : scanner_(scanner),
        text_(text),
        arena_(arena),
        limits_(limits),
        tokens_(scanner.tokens(text)) {}

  Node read() {
    if (peek() != '{' && peek() != '[') refuse("it is neither an object nor a list");
    const Node root = read(1);
    if (next_ != tokens_.size()) refuse_here("something follows its end");
    return root;
  }

 private:
  char peek() const {
    if (next_ == tokens_.size()) refuse("it is cut off");
    return text_[tokens_[next_]];
  }
  [[noreturn]] void refuse_here(std::string_view what) const {
    refuse(fmt::format("{} at byte {}", what, tokens_[next_]));
  }

  Node read(std::size_t depth) {
    if (depth > limits_.depth) refuse(fmt::format("nested deeper than {} levels", limits_.depth));
    if (++nodes_ > limits_.nodes) refuse(fmt::format("more than {} values", limits_.nodes));
    Node node;
    switch (peek()) {
      case '"':
        node.kind = Kind::text;
        node.text = read_text();
        break;
      case '{': read_object(node, depth); break;
      case '[': read_array(node, depth); break;
      case 't':
      case 'f':
      case 'n': read_word(node); break;
      default: read_number(node);
    }
    return node;
  }

  // A number or word with the blanks behind it.
  std::string_view token() {
    const std::size_t start = tokens_[next_];
    const std::size_t end = next_ + 1 < tokens_.size() ? tokens_[next_ + 1] : text_.size();
    return base::trim(text_.substr(start, end - start));
  }

  void read_word(Node& node) {
    const auto word = token();
    node.truth = word == "true";
    if (node.truth || word == "false") {
      node.kind = Kind::boolean;
    } else if (word != "null") {
      refuse_here("an unknown word");
    }
    ++next_;
  }

  void read_number(Node& node) {
    node.kind = Kind::number;
    node.text = token();
    base::NumberText parts;
    if (!base::is_plain_number(node.text) && !base::parse_number(node.text, parts)) {
      refuse_here("a malformed value");
    }
    ++next_;
  }

  // The first stage has made sure that every string ends.
  std::string_view read_text() {
    const std::size_t start = tokens_[next_] + 1;
    std::size_t end = start;
    while (text_[end] != '"' && text_[end] != '\\') ++end;
    if (text_[end] == '"') {
      ++next_;
      return text_.substr(start, end - start);
    }
    while (text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    char* to = arena_.take(end - start + simdjson::SIMDJSON_PADDING);
    const auto decoded = scanner_.unescape(text_.data() + start, to);
    arena_.give_back(to + decoded.size());
    ++next_;
    return decoded;
  }

  void read_array(Node& node, std::size_t depth) {
    node.kind = Kind::array;
    const std::size_t start = stack_.size();
    const std::size_t open = tokens_[next_++];
    if (peek() == ']') {
      ++next_;
    } else {
      do {
        const Node child = read(depth + 1);
        stack_.push_back({{}, child, 0});
      } while (goes_on(']'));
    }
    keep(node, start, open);
  }

  void read_object(Node& node, std::size_t depth) {
    node.kind = Kind::object;
    const std::size_t start = stack_.size();
    const std::size_t open = tokens_[next_++];
    if (shapes_.size() <= depth) shapes_.resize(depth + 1);
    Order order;
    if (peek() == '}') {
      ++next_;
    } else {
      do {
        const std::string_view key = read_key(shapes_[depth], order);
        if (peek() != ':') refuse_here("a key without a colon");
        ++next_;
        const Node child = read(depth + 1);
        stack_.push_back({key, child, 0});
      } while (goes_on('}'));
    }
    keep(node, start, open);
    if (!order.known) node.repeats = has_repeated_key(node.members(), shapes_[depth]);
  }

  bool goes_on(char close) {
    const char c = peek();
    if (c != ',' && c != close) refuse_here("a value without a comma or an end");
    ++next_;
    return c == ',';
  }

  // Where an object stands in the shape of the one before it on the same depth.
  struct Order {
    std::size_t next = 0;
    bool known = true;  // all keys were found there, in that order: so none of them repeats
  };
  using Shape = std::span<const Member>;

  std::string_view read_key(Shape shape, Order& order) {
    if (peek() != '"') refuse_here("a key that is no text");
    const char* raw = text_.data() + tokens_[next_] + 1;
    const auto left = static_cast<std::size_t>(text_.data() + text_.size() - raw);
    for (std::size_t i = order.next; order.known && i < shape.size(); ++i) {
      const std::string_view key = shape[i].key;
      if (key.size() >= left || raw[key.size()] != '"') continue;
      if (!same_text(key, {raw, key.size()})) continue;
      order.next = i + 1;
      ++next_;
      return key;
    }
    order.known = false;
    return read_text();
  }

  // Only a new shape is sorted, and kept for the objects to come. Keys are compared as they are
  // written, so those with escapes must not be.
  bool has_repeated_key(Shape members, Shape& shape) {
    keys_.clear();
    for (const auto& member : members) keys_.push_back(member.key);
    std::sort(keys_.begin(), keys_.end());
    if (std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end()) return true;
    const auto escaped = [](std::string_view key) {
      return key.find_first_of("\"\\") != std::string_view::npos;
    };
    if (std::none_of(keys_.begin(), keys_.end(), escaped)) shape = members;
    return false;
  }

  void keep(Node& node, std::size_t start, std::size_t open) {
    node.count = static_cast<std::uint32_t>(stack_.size() - start);
    node.first = arena_.copy(std::span<const Member>(stack_).subspan(start));
    node.text = text_.substr(open, tokens_[next_ - 1] + 1 - open);
    stack_.resize(start);
  }

  Scanner& scanner_;
  std::string_view text_;
  Arena& arena_;
  const Document::Limits& limits_;
  std::span<const std::uint32_t> tokens_;
  std::size_t next_ = 0;
  std::size_t nodes_ = 0;
  std::vector<Member> stack_;
  std::vector<Shape> shapes_;  // by depth: the last one without repetition
  std::vector<std::string_view> keys_;
};

}  // namespace

Document Document::parse_page(std::string text, const Limits& limits) {
  static thread_local Scanner scanner;
  Document document;
  Impl& impl = *document.impl_;
  impl.text = std::move(text);
  impl.text.reserve(impl.text.size() + simdjson::SIMDJSON_PADDING);
  std::string_view json = impl.text;
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  if (base::trim(json).empty()) refuse("it is empty");
  impl.root = PageReader(scanner, json, impl.arena, limits).read();
  return document;
}

Document Document::parse_page(std::string text) { return parse_page(std::move(text), Limits{}); }

}  // namespace erp2mysql::data
