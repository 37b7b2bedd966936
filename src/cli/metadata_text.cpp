// SPDX-License-Identifier: Apache-2.0
#include "metadata_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "metadata_marks.hpp"

namespace erp2mysql::cli {
namespace {

constexpr std::size_t k_most_digits = 15;  // a double holds so many
constexpr std::size_t k_most_depth = 64;   // as of a job file

class Repairer {
 public:
  Repairer(std::string_view text, Repairs& repairs)
      : text_(text), repairs_(repairs), valid_(nlohmann::json::accept(text)) {}

  std::string go() {
    skip_to_start();
    while (at_ < text_.size()) {
      if (finished()) break;
      step();
    }
    if (finished() && text_.substr(at_).find_first_not_of(" \t\r\n`;") != std::string_view::npos)
      note("text behind the JSON, left out");
    if (!open_.empty()) note("the text ends early; brackets were closed");
    while (!open_.empty()) close();
    return too_deep_ ? "" : out_;
  }

 private:
  bool finished() const { return started_ && open_.empty(); }
  void note(const std::string& what) { repairs_.note(what, line_); }
  std::string_view rest() const { return text_.substr(at_); }

  void skip(std::size_t bytes) {
    for (const char c : text_.substr(at_, bytes)) line_ += c == '\n' ? 1 : 0;
    at_ += bytes;
  }

  // Everything in front of the first bracket is prose; a first quote means that the outer braces
  // were not printed.
  void skip_to_start() {
    while (at_ < text_.size()) {
      if (const auto mark = structural_at(rest()); mark && (mark->sign == '{' || mark->sign == '['))
        break;
      if (prose_.empty() && quote_at(rest())) {
        note("the outer braces were missing");
        open('{');
        return;
      }
      const auto blank = blank_at(rest());
      if (blank == 0 && rest()[0] != '`' && prose_.empty())
        prose_ = "text before the JSON, left out";
      skip(std::max<std::size_t>(1, blank));
    }
    if (!prose_.empty()) note(prose_);
  }

  void step() {
    if (const auto blank = blank_at(rest()); blank > 0) {
      if (blank > 1) note("odd blanks");
      out_ += rest()[0] == '\n' ? '\n' : ' ';
      return skip(blank);
    }
    if (const auto left_out = comment_at(rest()); left_out > 0) {
      note(rest()[0] == '/' ? "comments, left out" : "\"...\" stands for a part that is missing");
      return skip(left_out);
    }
    if (const auto mark = structural_at(rest())) {
      if (mark->bytes > 1) note("full-width punctuation");
      skip(mark->bytes);
      return structure(mark->sign);
    }
    if (const auto quote = quote_at(rest())) return text(*quote);
    word();
  }

  void structure(char sign) {
    switch (sign) {
      case '{':
      case '[': return open(sign);
      case '}':
      case ']':
        // An end of another kind: something in between was not closed.
        while (open_.size() > 1 && open_.back() != sign) {
          note("a bracket was missing");
          close();
        }
        return close();
      case ',': return comma();
      default:
        if (last_ != 'k') return note("a colon too many");
        out_ += ':';
        last_ = ':';
    }
  }

  void comma() {
    complete();
    if (last_ != 'v') return note("a comma too many");
    last_ = ',';
  }

  bool name_expected() const { return !open_.empty() && open_.back() == '}' && last_ != ':'; }

  // A name without a value is one with none.
  void complete() {
    if (last_ == 'k') note("a name without a value");
    if (last_ == 'k') out_ += ':';
    if (last_ == 'k' || last_ == ':') out_ += "null";
    if (last_ == 'k' || last_ == ':') last_ = 'v';
  }

  void before_value() {
    if (last_ == ':') return;
    complete();
    if (last_ == 'v') note("a comma was missing");
    if (last_ == 'v' || last_ == ',') out_ += ',';
  }

  void open(char sign) {
    const bool nameless = name_expected();
    before_value();
    if (nameless) note("a bracket in the place of a name");
    if (nameless) out_ += "\"\":";
    started_ = true;
    out_ += sign;
    open_ += sign == '{' ? '}' : ']';
    too_deep_ = too_deep_ || open_.size() > k_most_depth;
    last_ = sign;
  }

  void close() {
    complete();
    if (last_ == ',') note("a comma too many");
    out_ += open_.back();
    open_.pop_back();
    last_ = 'v';
  }

  // A literal or a text with its quotes.
  void value(const std::string& json) {
    const bool name = name_expected();
    before_value();
    out_ += name && json[0] != '"' ? '"' + json + '"' : json;
    last_ = name ? 'k' : 'v';
  }

  // A word without quotes: a literal, a number, or a text that lost them.
  void word() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const auto here = text_.substr(end);
      if (structural_at(here) || quote_at(here) || blank_at(here) > 0) break;
      end += std::max<std::size_t>(1, code_point_bytes(here));
    }
    const auto word = text_.substr(at_, end - at_);
    skip(word.size());
    if (const auto known = literal_of(word)) {
      if (*known != word) note("True, False or None");
      return value(std::string(*known));
    }
    if (is_number(word)) {
      if (word.size() <= k_most_digits) return value(std::string(word));
      note("a long number is kept as text");
      return value(fmt::format("\"{}\"", word));
    }
    note("texts without quotes");
    std::string quoted = "\"";
    for (const char c : word) {
      if (c != '\\' && static_cast<unsigned char>(c) >= 0x20) quoted += c;
    }
    value(quoted + "\"");
  }

  // Quotes that close only before something structural; others inside belong to the text.
  bool ends_here(std::size_t after) const {
    while (after < text_.size()) {
      const auto here = text_.substr(after);
      if (here[0] == '\n') return true;
      const auto blank = blank_at(here);
      if (blank == 0) return structural_at(here).has_value() || comment_at(here) > 0;
      after += blank;
    }
    return true;
  }

  bool closes(const Quote& opened, const Quote& found, int curly_open) const {
    if (valid_) return found.kind == Quote::Kind::plain;
    if (opened.kind == Quote::Kind::plain && found.kind == Quote::Kind::plain) return true;
    const auto after = at_ + found.bytes;
    if (opened.kind == Quote::Kind::plain) {
      // “…” inside a plain text are its own; a lone ” in front of , or } is a slip.
      if (found.kind != Quote::Kind::curly || curly_open > 0 || after >= text_.size()) return false;
      return std::string_view(",:}]\n").find(text_[after]) != std::string_view::npos;
    }
    const bool single = opened.kind == Quote::Kind::single;
    if (single != (found.kind == Quote::Kind::single)) return false;
    return ends_here(after);
  }

  void text(const Quote& opened) {
    if (opened.kind != Quote::Kind::plain) note(opened.name());
    skip(opened.bytes);
    std::string json = "\"";
    int curly_open = 0;
    while (at_ < text_.size()) {
      if (const auto quote = quote_at(rest())) {
        if (closes(opened, *quote, curly_open)) {
          if (quote->kind != opened.kind) note(quote->name());
          skip(quote->bytes);
          break;
        }
        curly_open += rest().starts_with("“") ? 1 : rest().starts_with("”") ? -1 : 0;
      }
      character(json);
    }
    value(json + "\"");
  }

  void character(std::string& json) {
    const char c = rest()[0];
    if (c == '\\') return escape(json);
    if (const auto entity = valid_ ? std::nullopt : entity_at(rest())) {
      note("HTML entities");
      json += entity->text == "\"" ? "\\\"" : entity->text == "\\" ? "\\\\" : entity->text;
      return skip(entity->bytes);
    }
    if (c == '"') {
      json += "\\\"";
      return skip(1);
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      if (c == '\n') note("line breaks inside a text");
      if (c != '\r') json += c == '\n' ? "\\n" : " ";
      return skip(1);
    }
    json += c;
    skip(1);
  }

  void escape(std::string& json) {
    const auto next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    const bool unicode = next == 'u' && four_hex_digits(text_.substr(at_ + 1));
    if (unicode || std::string_view("\"\\/bfnrt").find(next) != std::string_view::npos) {
      json += text_.substr(at_, 2);
      return skip(2);
    }
    note(next == '_' ? "escaped underscores" : "a backslash in front of a plain character");
    skip(1);
  }

  std::string_view text_;
  Repairs& repairs_;
  bool valid_;  // signs of an article that stand in its texts are meant
  std::string out_, prose_;
  std::string open_;  // the brackets that have to come, innermost last
  std::size_t at_ = 0, line_ = 1;
  char last_ = '[';  // of the output: { [ , : or k behind a name, v behind a value
  bool started_ = false, too_deep_ = false;
};

}  // namespace

void Repairs::note(const std::string& what, std::size_t line) {
  auto [at, added] = counts_.try_emplace(what, Count{line, 0});
  ++at->second.times;
  if (added) order_.push_back(what);
}

std::vector<std::string> Repairs::lines(const std::string& file) const {
  std::vector<std::string> out;
  for (const auto& what : order_) {
    const auto& count = counts_.at(what);
    auto text = file;
    if (count.line > 0) text += fmt::format(":{}", count.line);
    text += ": " + what;
    if (count.times > 1) text += fmt::format(" ({} times)", count.times);
    out.push_back(std::move(text));
  }
  return out;
}

std::string repair_json(std::string_view text, Repairs& repairs) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return Repairer(text, repairs).go();
}

}  // namespace erp2mysql::cli
