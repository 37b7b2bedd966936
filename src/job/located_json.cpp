// SPDX-License-Identifier: Apache-2.0
#include "located_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "erp2mysql/base/text.hpp"
#include "pointer.hpp"
#include "syntax_error.hpp"

namespace erp2mysql::job {
namespace {

using data::Kind;
using data::Member;
using data::Node;

class Lines {
 public:
  explicit Lines(std::string_view text) : starts_{0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }
  Place place(std::size_t offset) const {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return {static_cast<std::size_t>(next - starts_.begin()), offset - *std::prev(next) + 1};
  }

 private:
  std::vector<std::size_t> starts_;
};

// Every token but ',' and ':' is an event, so the start of a token is the first byte after the
// previous token that is no blank, comma or colon, and its end follows from its own bytes. The
// library's counter would not do: it has read one byte more after a number.
class Builder {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the library's parser asks for these names
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;
  // NOLINTEND(readability-identifier-naming)

  explicit Builder(std::string_view text) : text_(text) {}

  bool null() { return add(scalar(Kind::null, 4)); }
  bool boolean(bool truth) {
    Node node = scalar(Kind::boolean, truth ? 4 : 5);
    node.truth = truth;
    return add(node);
  }
  bool number_integer(number_integer_t) { return number(); }
  bool number_unsigned(number_unsigned_t) { return number(); }
  bool number_float(number_float_t, const string_t&) { return number(); }
  bool string(string_t& text) {
    Node node;
    node.kind = Kind::text;
    node.offset = static_cast<std::uint32_t>(take_string());
    node.text = builder_.keep(text);
    return add(node);
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    const std::size_t at = take_string();
    if (name.size() > k_longest_key) {
      return stop(at, fmt::format("a key of {} bytes; at most {}", name.size(), k_longest_key));
    }
    frames_.back().key = builder_.keep(name);
    frames_.back().key_offset = static_cast<std::uint32_t>(at);
    frames_.back().has_key = true;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    const auto [offset, separator] = offending_token(position);
    complaint = explain_syntax(text_, offset, expected(separator));
    return false;
  }

  data::Document finish() { return builder_.finish(root_); }

  /// Where in the tree the parser stopped.
  std::string pointer() const {
    std::string out;
    for (const auto& frame : frames_) {
      if (frame.node.is_object() && frame.has_key) out = child_pointer(out, frame.key);
      if (frame.node.is_array()) out = child_pointer(out, frame.members.size());
    }
    return out;
  }

  Complaint complaint;

 private:
  struct Frame {
    Node node;
    std::vector<Member> members;
    std::string_view key;
    std::uint32_t key_offset = 0;
    bool has_key = false;
  };

  std::size_t token_start() {
    while (cursor_ < text_.size() &&
           std::string_view(" \t\r\n,:").find(text_[cursor_]) != std::string_view::npos) {
      ++cursor_;
    }
    return cursor_;
  }

  Node scalar(Kind kind, std::size_t length) {
    Node node;
    node.kind = kind;
    node.offset = static_cast<std::uint32_t>(token_start());
    cursor_ += length;
    return node;
  }

  bool number() {
    Node node = scalar(Kind::number, 0);
    const auto end = std::min(text_.find_first_not_of("+-.0123456789eE", cursor_), text_.size());
    node.text = builder_.keep(text_.substr(cursor_, end - cursor_));
    cursor_ = end;
    // The library would take the first zero of 007 and stumble over the rest.
    base::NumberText parts;
    if (!base::parse_number(node.text, parts)) {
      complaint = explain_syntax(text_, node.offset, "a value");
      return false;
    }
    return add(node);
  }

  std::size_t take_string() {
    const std::size_t start = token_start();
    ++cursor_;
    while (text_[cursor_] != '"') cursor_ += text_[cursor_] == '\\' ? 2 : 1;
    ++cursor_;
    return start;
  }

  bool open(Kind kind) {
    Frame frame;
    frame.node = scalar(kind, 1);
    if (frames_.size() >= k_most_depth) {
      return stop(frame.node.offset, fmt::format("more than {} levels of nesting", k_most_depth));
    }
    frames_.push_back(std::move(frame));
    return true;
  }

  bool close() {
    token_start();
    ++cursor_;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    frame.node.count = static_cast<std::uint32_t>(frame.members.size());
    frame.node.first = builder_.keep(frame.members);
    return add(frame.node);
  }

  bool add(const Node& node) {
    if (++nodes_ > k_most_nodes) {
      return stop(node.offset, fmt::format("more than {} values in one file", k_most_nodes));
    }
    if (frames_.empty()) {
      root_ = node;
      done_ = true;
      return true;
    }
    Frame& frame = frames_.back();
    frame.members.push_back({frame.key, node, frame.key_offset});
    frame.key = {};
    frame.has_key = false;
    return true;
  }

  bool stop(std::size_t offset, std::string message) {
    complaint = {offset, std::move(message), {}};
    return false;
  }

  // The start of the last token before `position`, and the ',' or ':' that stood before it.
  std::pair<std::size_t, char> offending_token(std::size_t position) const {
    std::size_t at = cursor_;
    char separator = '\0';
    while (true) {
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
      if (at >= text_.size() || at + 1 >= position) return {at, separator};
      const bool fits = separator == '\0' && text_[at] == wanted_separator();
      if (!fits) return {at, separator};
      separator = text_[at++];
    }
  }

  char wanted_separator() const {
    if (frames_.empty()) return '\0';
    const Frame& frame = frames_.back();
    if (frame.node.is_object() && frame.has_key) return ':';
    return frame.members.empty() ? '\0' : ',';
  }

  std::string_view expected(char separator) const {
    if (done_) return "the end of the file after the closing brace";
    if (frames_.empty()) return "a value: a job file is one JSON object";
    const Frame& frame = frames_.back();
    if (frame.node.is_array()) {
      if (separator == ',') return "a value after the comma";
      return frame.members.empty() ? "a value or \"]\"" : "\",\" or \"]\"";
    }
    if (frame.has_key) return separator == ':' ? "a value" : "\":\" after the name";
    if (separator == ',') return "a key in double quotes";
    return frame.members.empty() ? "a key in double quotes or \"}\"" : "\",\" or \"}\"";
  }

  std::string_view text_;
  std::size_t cursor_ = 0;
  std::size_t nodes_ = 0;
  bool done_ = false;
  std::vector<Frame> frames_;
  data::DocumentBuilder builder_;
  Node root_;
};

class Indexer {
 public:
  Indexer(std::string file, const Lines& lines, Located& out)
      : file_(std::move(file)), lines_(lines), out_(out) {}

  // As deep as the parser allowed.
  void walk(const Node& node, const std::string& pointer) {
    out_.places[pointer] = lines_.place(node.offset);
    std::unordered_map<std::string_view, std::uint32_t> seen;
    for (std::size_t i = 0; i < node.count; ++i) {
      const Member& member = node.first[i];
      if (!node.is_object()) {
        walk(member.value, child_pointer(pointer, i));
        continue;
      }
      const auto child = child_pointer(pointer, member.key);
      const auto [first, fresh] = seen.try_emplace(member.key, member.key_offset);
      if (!fresh) duplicate(child, member, first->second);
      out_.key_places[child] = lines_.place(member.key_offset);
      walk(member.value, child);
    }
  }

 private:
  void duplicate(const std::string& pointer, const Member& member, std::uint32_t first) {
    out_.problems.push_back(
        {file_, lines_.place(member.key_offset), pointer,
         fmt::format("the key stands here again, first in line {}", lines_.place(first).line),
         "keep one of them"});
  }

  std::string file_;
  const Lines& lines_;
  Located& out_;
};

}  // namespace

Located parse_located(const std::string& file, std::string_view text) {
  Located out;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > k_most_bytes) {
    out.problems.push_back({file, {}, "", "the file is larger than 16 MiB", {}});
    return out;
  }
  const Lines lines(text);
  const auto fail = [&](const Complaint& what, std::string pointer) {
    out.problems.push_back(
        {file, lines.place(what.offset), std::move(pointer), what.message, what.hint});
  };
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    fail({0, "the file is empty", "a job file is one JSON object"}, "");
    return out;
  }
  if (const auto bad = find_bad_utf8(text); bad != std::string_view::npos) {
    fail({bad, "not UTF-8", "save the file as UTF-8"}, "");
    return out;
  }
  Builder builder(text);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    fail(builder.complaint, builder.pointer());
    return out;
  }
  out.document = builder.finish();
  Indexer(file, lines, out).walk(out.document->root(), "");
  return out;
}

}  // namespace erp2mysql::job
