// SPDX-License-Identifier: Apache-2.0
// simdjson's first stage finds where tokens start; they are made into nodes here. Its On-Demand
// front end makes every token several checked calls, and cannot know that records of a page mostly
// have the same keys in the same order.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>

#include "document_impl.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"
#include "page_scanner.hpp"
#include "page_shapes.hpp"

namespace erp2mysql::data {
namespace {

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
  PageReader(PageScanner& scanner, ShapeBook& book, std::string_view text, Arena& arena,
             const Document::Limits& limits)
      : scanner_(scanner), book_(book), text_(text), arena_(arena), limits_(limits) {
    const auto tokens = scanner.tokens(text);
    // A value has five tokens at the most: key, colon, two brackets, comma. So a text of nothing
    // but tiny values is refused before its nodes take thirty times its room.
    if (tokens.size() / 5 > limits.nodes) refuse_too_many();
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
  [[noreturn]] void refuse_too_many() const {
    refuse_page(fmt::format("more than {} values", limits_.nodes));
  }
  char peek() const { return *at(); }
  [[noreturn]] void refuse_here(std::string_view what) const {
    if (next_ == end_) refuse_page("it is cut off");
    refuse_page(fmt::format("{} at byte {}", what, *next_));
  }

  // Into a place of the stack, which may move while lists and objects are read.
  void read_value(std::size_t place, std::size_t depth) {
    if (++nodes_ > limits_.nodes) refuse_too_many();
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
    Order order;
    if (peek() == '}') {
      ++next_;
    } else {
      order.shape = shape_of(depth);
      do {
        if (peek() != '"') refuse_here("a key that is no text");
        stack_.emplace_back();
        read_key(stack_.back(), depth, order);
        if (peek() != ':') refuse_here("a key without a colon");
        ++next_;
        read_value(stack_.size() - 1, depth + 1);
      } while (goes_on('}'));
    }
    Node node = close(Kind::object, start);
    if (order.shape == k_none) {
      node.repeats = has_repeated_key(node);
      book_.count(node.count == 0);
    } else {
      const auto& shape = book_.at_depth(depth)[order.shape];
      node.shape = shape.id;
      node.truth = node.count == shape.keys.size();
      book_.count(true);
    }
    return node;
  }

  bool goes_on(char end) {
    const char c = peek();
    if (c != ',' && c != end) refuse_here("a value without a comma or an end");
    ++next_;
    return c == ',';
  }

  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);
  // Where an object stands in the shape that it follows. Without one any longer its keys may
  // repeat; else they come in the order of the shape, and none of them does.
  struct Order {
    std::size_t shape = k_none;
    std::size_t next = 0;
  };

  // Compares bytes as they are written, so that keys with escapes are in no shape.
  bool stands_here(std::string_view key) const {
    const char* raw = at() + 1;
    const auto left = static_cast<std::size_t>(text_.data() + text_.size() - raw);
    return key.size() < left && raw[key.size()] == '"' && same_text(key, {raw, key.size()});
  }

  // The one that begins with the key to be read; a new one when there is none.
  std::size_t shape_of(std::size_t depth) {
    if (peek() != '"') return k_none;  // the end of the text is no key to compare with
    auto& known = book_.at_depth(depth);
    for (std::size_t i = 0; i < known.size(); ++i) {
      // Want of memory may have left one without a key.
      if (!known[i].keys.empty() && stands_here(known[i].keys.front())) return i;
    }
    if (known.size() == k_most_shapes) return k_none;
    const char* const start = at() + 1;
    const char* const end = quote_or_escape(start);
    if (*end != '"' || !book_.takes({start, static_cast<std::size_t>(end - start)})) return k_none;
    known.emplace_back();
    return known.size() - 1;
  }

  void read_key(Member& member, std::size_t depth, Order& order) {
    if (order.shape != k_none) {
      const auto& shape = book_.at_depth(depth)[order.shape];
      for (std::size_t i = order.next; i < shape.keys.size(); ++i) {
        if (!stands_here(shape.keys[i])) continue;
        ++next_;
        order.next = i + 1;
        member.key = shape.keys[i];
        member.key_offset = static_cast<std::uint32_t>(i);
        return;
      }
    }
    const char* raw = at() + 1;
    member.key = read_text();
    if (order.shape == k_none) return;
    // Not among the keys to come: new to the shape, or behind its place and maybe a repetition.
    auto& shape = book_.at_depth(depth)[order.shape];
    const auto place = shape.keys.begin() + static_cast<std::ptrdiff_t>(order.next);
    const bool escaped = member.key.data() != raw;
    if (escaped || shape.keys.size() == k_most_keys || !book_.takes(member.key) ||
        std::find(shape.keys.begin(), place, member.key) != place) {
      order.shape = k_none;
      return;
    }
    shape.keys.insert(place, book_.keep(member.key));
    shape.id = new_shape_id();
    member.key_offset = static_cast<std::uint32_t>(order.next++);
  }

  bool has_repeated_key(const Node& node) {
    keys_.clear();
    for (const auto& member : node.members()) keys_.push_back(member.key);
    std::sort(keys_.begin(), keys_.end());
    return std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end();
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

  static constexpr std::size_t k_most_shapes = 8;   // of one depth: lists of several kinds
  static constexpr std::size_t k_most_keys = 1000;  // more are the keys of a dictionary

  PageScanner& scanner_;
  ShapeBook& book_;
  std::string_view text_;
  Arena& arena_;
  const Document::Limits& limits_;
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  std::size_t nodes_ = 1;
  std::vector<Member> stack_;
  std::vector<std::string_view> keys_;
};

}  // namespace

Document Document::parse_page(std::string text, const Limits& limits) {
  static thread_local PageScanner scanner;
  static thread_local auto book = std::make_shared<ShapeBook>();
  if (!book->end_page()) book = std::make_shared<ShapeBook>();  // of the page before
  Document document;
  Impl& impl = *document.impl_;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  impl.text = std::make_shared<const std::string>(std::move(text));
  std::string_view json = *impl.text;
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  if (base::trim(json).empty()) refuse_page("it is empty");
  impl.keys = book;
  impl.root = PageReader(scanner, *book, json, impl.arena, limits).read();
  return document;
}

Document Document::parse_page(std::string text) { return parse_page(std::move(text), Limits{}); }

}  // namespace erp2mysql::data
