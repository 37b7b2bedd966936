// SPDX-License-Identifier: Apache-2.0
// simdjson's first stage finds where tokens start; they are made into nodes here. Its On-Demand
// front end makes every token several checked calls, and cannot know that records of a page mostly
// have the same keys in the same order.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <optional>

#include "document_impl.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"
#include "page_scanner.hpp"

namespace erp2mysql::data {
namespace {

// Objects of a page that have the same keys in the same order; keys as they are written.
struct Shape {
  std::span<const Member> members;
  std::uint32_t id;
};

std::uint32_t new_shape_id() {
  static std::atomic<std::uint32_t> last = 0;
  std::uint32_t id = 0;
  while (id == 0) id = ++last;
  return id;
}

// Tokens are read through bare pointers: the first stage marks the end with the offset of the NUL
// behind the text, which is no token, and looking further than a token is never needed.
class PageReader {
 public:
  PageReader(PageScanner& scanner, std::string_view text, Arena& arena,
             const Document::Limits& limits)
      : scanner_(scanner), text_(text), arena_(arena), limits_(limits) {
    const auto tokens = scanner.tokens(text);
    next_ = tokens.data();
    end_ = next_ + tokens.size();
  }

  Node read() {
    Node root;
    if (peek() == '{') {
      root = read_object(1);
    } else if (peek() == '[') {
      root = read_array(1);
    } else {
      refuse_page("it is neither an object nor a list");
    }
    if (next_ != end_) refuse_here("something follows its end");
    return root;
  }

 private:
  const char* at() const { return text_.data() + *next_; }
  char peek() const { return *at(); }
  [[noreturn]] void refuse_here(std::string_view what) const {
    if (next_ == end_) refuse_page("it is cut off");
    refuse_page(fmt::format("{} at byte {}", what, *next_));
  }

  // Into a place of the stack, which may move while lists and objects are read.
  void read_value(std::size_t place, std::size_t depth) {
    if (++nodes_ > limits_.nodes) refuse_page(fmt::format("more than {} values", limits_.nodes));
    switch (peek()) {
      case '"':
        stack_[place].value.kind = Kind::text;
        stack_[place].value.text = read_text();
        break;
      case '{': {
        const Node node = read_object(depth);
        stack_[place].value = node;
        break;
      }
      case '[': {
        const Node node = read_array(depth);
        stack_[place].value = node;
        break;
      }
      case 't':
      case 'f':
      case 'n': read_word(stack_[place].value); break;
      default: read_number(stack_[place].value);
    }
  }

  // A number or word with the blanks behind it.
  std::string_view token() const {
    return base::trim({at(), static_cast<std::size_t>(next_[1] - next_[0])});
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
    if (next_ == end_) refuse_here("");
    node.kind = Kind::number;
    node.text = token();
    node.digits = digits_of(node.text);
    base::NumberText parts;
    if (node.digits == Digits::other && !base::parse_number(node.text, parts)) {
      refuse_here("a malformed value");
    }
    ++next_;
  }

  // The first stage has made sure that every string ends.
  std::string_view read_text() {
    const char* const start = at() + 1;
    const char* end = quote_or_escape(start);
    ++next_;
    if (*end == '"') return {start, static_cast<std::size_t>(end - start)};
    while (*end != '"') end = quote_or_escape(end + 2);
    char* to = arena_.take(static_cast<std::size_t>(end - start) + simdjson::SIMDJSON_PADDING);
    const auto decoded = scanner_.unescape(start, to);
    arena_.give_back(to + decoded.size());
    return decoded;
  }

  // Eight bytes at a time, since the buffer has some to spare behind its end. `zeros` marks every
  // zero byte, and maybe bytes above one; so the lowest mark is always true.
  static const char* quote_or_escape(const char* text) {
    constexpr std::uint64_t k_ones = 0x0101010101010101;
    const auto zeros = [](std::uint64_t word) { return (word - k_ones) & ~word & (k_ones << 7); };
    while (std::endian::native == std::endian::little) {
      std::uint64_t word = 0;
      std::memcpy(&word, text, sizeof word);
      const auto found = zeros(word ^ (k_ones * '"')) | zeros(word ^ (k_ones * '\\'));
      if (found != 0) return text + std::countr_zero(found) / 8;
      text += sizeof word;
    }
    while (*text != '"' && *text != '\\') ++text;
    return text;
  }

  Node read_array(std::size_t depth) {
    const auto start = open(depth);
    if (peek() == ']') {
      ++next_;
    } else {
      do {
        stack_.emplace_back();
        read_value(stack_.size() - 1, depth + 1);
      } while (goes_on(']'));
    }
    return close(Kind::array, start);
  }

  Node read_object(std::size_t depth) {
    const auto start = open(depth);
    if (shapes_.size() <= depth) shapes_.resize(depth + 1);
    Order order;
    if (peek() == '}') {
      ++next_;
    } else {
      if (peek() == '"') order.shape = shape_of(depth);
      do {
        if (peek() != '"') refuse_here("a key that is no text");
        stack_.emplace_back().key = read_key(order);
        if (peek() != ':') refuse_here("a key without a colon");
        ++next_;
        read_value(stack_.size() - 1, depth + 1);
      } while (goes_on('}'));
    }
    Node node = close(Kind::object, start);
    if (!order.shape) {
      name_shape(node, depth);
    } else if (order.next == order.shape->members.size() && node.count == order.next) {
      node.shape = order.shape->id;
    }
    return node;
  }

  bool goes_on(char end) {
    const char c = peek();
    if (c != ',' && c != end) refuse_here("a value without a comma or an end");
    ++next_;
    return c == ',';
  }

  // Where an object stands in a shape that was met on its depth before. Without one any longer its
  // keys may repeat; else all were found there, in that order, and none of them does.
  struct Order {
    std::optional<Shape> shape;
    std::size_t next = 0;
  };

  bool stands_here(std::string_view key) const {
    const char* raw = at() + 1;
    const auto left = static_cast<std::size_t>(text_.data() + text_.size() - raw);
    return key.size() < left && raw[key.size()] == '"' && same_text(key, {raw, key.size()});
  }

  // The youngest one that begins with the key to be read.
  std::optional<Shape> shape_of(std::size_t depth) const {
    const auto& known = shapes_[depth];
    const auto found = std::find_if(known.rbegin(), known.rend(), [&](const Shape& shape) {
      return stands_here(shape.members.front().key);
    });
    return found == known.rend() ? std::nullopt : std::optional(*found);
  }

  std::string_view read_key(Order& order) {
    if (order.shape) {
      const auto members = order.shape->members;
      for (std::size_t i = order.next; i < members.size(); ++i) {
        if (!stands_here(members[i].key)) continue;
        order.next = i + 1;
        ++next_;
        return members[i].key;
      }
      order.shape.reset();
    }
    return read_text();
  }

  // Only a new shape is sorted, and kept for the objects to come. Keys are compared as they are
  // written, so those with escapes must not be.
  void name_shape(Node& node, std::size_t depth) {
    if (node.count == 0) return;
    keys_.clear();
    for (const auto& member : node.members()) keys_.push_back(member.key);
    std::sort(keys_.begin(), keys_.end());
    node.repeats = std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end();
    const auto escaped = [](std::string_view key) {
      return key.find_first_of("\"\\") != std::string_view::npos;
    };
    if (node.repeats || std::any_of(keys_.begin(), keys_.end(), escaped)) return;
    auto& known = shapes_[depth];
    if (known.size() == k_most_shapes) known.erase(known.begin());
    node.shape = new_shape_id();
    known.push_back({node.members(), node.shape});
  }

  struct Start {
    std::size_t place;
    const char* text;
  };
  Start open(std::size_t depth) {
    if (depth > limits_.depth)
      refuse_page(fmt::format("nested deeper than {} levels", limits_.depth));
    const Start start{stack_.size(), at()};
    ++next_;
    return start;
  }

  Node close(Kind kind, const Start& start) {
    Node node;
    node.kind = kind;
    node.count = static_cast<std::uint32_t>(stack_.size() - start.place);
    node.first = arena_.copy(std::span<const Member>(stack_).subspan(start.place));
    const char* end = text_.data() + next_[-1] + 1;
    node.text = {start.text, static_cast<std::size_t>(end - start.text)};
    stack_.resize(start.place);
    return node;
  }

  static constexpr std::size_t k_most_shapes = 8;  // of one depth: lists of several kinds

  PageScanner& scanner_;
  std::string_view text_;
  Arena& arena_;
  const Document::Limits& limits_;
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  std::size_t nodes_ = 1;
  std::vector<Member> stack_;
  std::vector<std::vector<Shape>> shapes_;  // by depth
  std::vector<std::string_view> keys_;
};

}  // namespace

Document Document::parse_page(std::string text, const Limits& limits) {
  static thread_local PageScanner scanner;
  Document document;
  Impl& impl = *document.impl_;
  impl.text = std::move(text);
  impl.text.reserve(impl.text.size() + simdjson::SIMDJSON_PADDING);
  std::string_view json = impl.text;
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  if (base::trim(json).empty()) refuse_page("it is empty");
  impl.root = PageReader(scanner, json, impl.arena, limits).read();
  return document;
}

Document Document::parse_page(std::string text) { return parse_page(std::move(text), Limits{}); }

}  // namespace erp2mysql::data
