// SPDX-License-Identifier: Apache-2.0
#include "kingdee_filter.hpp"

#include <algorithm>
#include <cctype>

namespace mock {
namespace {

std::string lower_ascii(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool is_number(const Value& value) {
  if (value.is(Kind::text)) {
    const std::string_view token = value.token;
    return !token.empty() && token.find_first_not_of("-.0123456789") == std::string_view::npos;
  }
  return value.is_scalar() && !value.is(Kind::null) && !value.is(Kind::boolean);
}

// "2026-01-01", "2026-01-01T08:00:00.5" and "2026-01-01 08:00:00" become comparable texts.
std::string comparable(const Value& value) {
  std::string text = value.token;
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-') {
    if (text.size() == 10) text += " 00:00:00";
    if (text[10] == 'T') text[10] = ' ';
  }
  return text;
}

bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (like(text.substr(skip), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty() || (pattern[0] != '_' && pattern[0] != text[0])) return false;
  return like(text.substr(1), pattern.substr(1));
}

struct Token {
  enum class Type { end, word, text, symbol } type = Type::end;
  std::string text{};
};

}  // namespace

struct KingdeeFilter::Node {
  // and, or, not, =, <>, <, <=, >, >=, like, in, null, field, literal
  std::string what{};
  Value literal{};
  std::string field{};
  std::vector<Node> children{};
};

namespace {

using Node = KingdeeFilter::Node;

class Reader {
 public:
  Reader(std::string_view text, std::vector<std::string>& fields) : rest_(text), fields_(fields) {
    advance();
  }

  Node whole() {
    Node node = either();
    if (next_.type != Token::Type::end) fail();
    return node;
  }

 private:
  [[noreturn]] void fail() const { throw FilterError("过滤条件有语法错误,附近:" + next_.text); }

  void advance() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_[0])) != 0) {
      rest_.remove_prefix(1);
    }
    next_ = {};
    if (rest_.empty()) return;
    if (rest_.starts_with("{ts'") || rest_.starts_with("N'")) {
      const bool stamp = rest_[0] == '{';
      rest_.remove_prefix(rest_.find('\''));
      quoted();
      if (stamp && rest_.starts_with("}")) rest_.remove_prefix(1);
    } else if (rest_[0] == '\'') {
      quoted();
    } else if (is_word(rest_[0]) || (rest_[0] == '-' && rest_.size() > 1 && is_word(rest_[1]))) {
      std::size_t size = 1;
      while (size < rest_.size() && is_word(rest_[size])) ++size;
      take(Token::Type::word, size);
    } else {
      const bool two = rest_.starts_with("<=") || rest_.starts_with(">=") ||
                       rest_.starts_with("<>") || rest_.starts_with("!=");
      take(Token::Type::symbol, two ? 2 : 1);
    }
  }

  void take(Token::Type type, std::size_t size) {
    next_ = {type, std::string(rest_.substr(0, size))};
    rest_.remove_prefix(size);
  }

  void quoted() {
    std::string text;
    std::size_t i = 1;
    for (;; ++i) {
      if (i >= rest_.size()) throw FilterError("过滤条件中的引号没有结束");
      if (rest_[i] == '\'') {
        if (i + 1 >= rest_.size() || rest_[i + 1] != '\'') break;
        ++i;  // two quotes are one
      }
      text += rest_[i];
    }
    rest_.remove_prefix(i + 1);
    next_ = {Token::Type::text, text};
  }

  bool is(std::string_view what) const {
    return next_.type != Token::Type::text && lower_ascii(next_.text) == what;
  }
  bool accept(std::string_view what) {
    if (!is(what)) return false;
    advance();
    return true;
  }
  void expect(std::string_view what) {
    if (!accept(what)) fail();
  }

  Node either() {
    Node node = both();
    while (accept("or")) node = Node{"or", {}, {}, {std::move(node), both()}};
    return node;
  }

  Node both() {
    Node node = negation();
    while (accept("and")) node = Node{"and", {}, {}, {std::move(node), negation()}};
    return node;
  }

  Node negation() {
    if (accept("not")) return Node{"not", {}, {}, {negation()}};
    if (accept("(")) {
      Node node = either();
      expect(")");
      return node;
    }
    return comparison();
  }

  Node operand() {
    Node node;
    if (next_.type == Token::Type::text) {
      node = {"literal", Value::text(next_.text), {}, {}};
    } else if (next_.type != Token::Type::word) {
      fail();
    } else if (next_.text[0] == '-' ||
               std::isdigit(static_cast<unsigned char>(next_.text[0])) != 0) {
      node = {"literal", Value::of(Kind::number, next_.text), {}, {}};
    } else {
      node = {"field", {}, next_.text, {}};
      fields_.push_back(next_.text);
    }
    advance();
    return node;
  }

  Node comparison() {
    Node left = operand();
    if (accept("is")) {
      const bool negated = accept("not");
      expect("null");
      Node node{"null", {}, {}, {std::move(left)}};
      return negated ? Node{"not", {}, {}, {std::move(node)}} : node;
    }
    const bool negated = accept("not");
    Node node = tail(std::move(left));
    return negated ? Node{"not", {}, {}, {std::move(node)}} : node;
  }

  Node tail(Node left) {
    if (accept("like")) return Node{"like", {}, {}, {std::move(left), operand()}};
    if (accept("between")) {
      Node low{">=", {}, {}, {left, operand()}};
      expect("and");
      return Node{
          "and", {}, {}, {std::move(low), Node{"<=", {}, {}, {std::move(left), operand()}}}};
    }
    if (accept("in")) {
      Node node{"in", {}, {}, {std::move(left)}};
      expect("(");
      do node.children.push_back(operand());
      while (accept(","));
      expect(")");
      return node;
    }
    for (const std::string_view symbol : {"=", "<>", "!=", "<=", ">=", "<", ">"}) {
      if (accept(symbol)) {
        return Node{
            symbol == "!=" ? "<>" : std::string(symbol), {}, {}, {std::move(left), operand()}};
      }
    }
    fail();
  }

  std::string_view rest_;
  std::vector<std::string>& fields_;
  Token next_;
};

Value evaluate(const Node& node, const CellOf& cell_of) {
  return node.what == "field" ? cell_of(node.field) : node.literal;
}

bool judge(const Node& node, const CellOf& cell_of) {
  const auto& children = node.children;
  if (node.what == "and") return judge(children[0], cell_of) && judge(children[1], cell_of);
  if (node.what == "or") return judge(children[0], cell_of) || judge(children[1], cell_of);
  if (node.what == "not") return !judge(children[0], cell_of);
  const Value left = evaluate(children[0], cell_of);
  if (node.what == "null") return left.is(Kind::null);
  if (left.is(Kind::null)) return false;
  if (node.what == "in") {
    return std::any_of(children.begin() + 1, children.end(), [&](const Node& child) {
      return compare_cells(left, evaluate(child, cell_of)) == 0;
    });
  }
  const Value right = evaluate(children[1], cell_of);
  if (right.is(Kind::null)) return false;
  if (node.what == "like") return like(left.token, right.token);
  const int order = compare_cells(left, right);
  if (node.what == "=") return order == 0;
  if (node.what == "<>") return order != 0;
  if (node.what == "<") return order < 0;
  if (node.what == "<=") return order <= 0;
  return node.what == ">" ? order > 0 : order >= 0;
}

}  // namespace

int compare_cells(const Value& left, const Value& right) {
  const bool left_null = left.is(Kind::null), right_null = right.is(Kind::null);
  if (left_null || right_null) return static_cast<int>(right_null) - static_cast<int>(left_null);
  if (is_number(left) && is_number(right)) return compare_decimals(left.token, right.token);
  return comparable(left).compare(comparable(right));
}

KingdeeFilter::KingdeeFilter(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  root_ = std::make_shared<const Node>(Reader(text, fields_).whole());
}

bool KingdeeFilter::holds(const CellOf& cell_of) const { return !root_ || judge(*root_, cell_of); }

std::vector<KingdeeOrder> parse_order(std::string_view text) {
  std::vector<KingdeeOrder> orders;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t begin = part.find_first_not_of(' ');
    if (begin == std::string_view::npos) continue;
    part = part.substr(begin, part.find_last_not_of(' ') + 1 - begin);
    const std::size_t blank = part.find(' ');
    const std::string way = blank == std::string_view::npos
                                ? "asc"
                                : lower_ascii(part.substr(part.find_last_of(' ') + 1));
    if (way != "asc" && way != "desc") throw FilterError("排序字段有语法错误:" + std::string(part));
    orders.push_back({std::string(part.substr(0, blank)), way == "desc"});
  }
  return orders;
}

}  // namespace mock
