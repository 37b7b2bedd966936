// SPDX-License-Identifier: Apache-2.0
// Any bytes as a statement of a job, as a template and as a value: statements are understood or
// refused, a value in quotes is one literal whatever is in it, a template without references is
// its own text.
#include <cstddef>
#include <cstdint>
#include <string>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/store/statement.hpp"
#include "tokenizer.hpp"

namespace {

using namespace erp2mysql;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

template <class Parse>
void parse(const std::string& text, Parse read) {
  try {
    auto statement = read(text);
    std::vector<std::string> items;
    for (std::size_t i = 0; i <= statement.marks.size(); ++i)
      items.push_back("c" + std::to_string(i));
    for (const auto& mark : statement.marks) items.push_back(mark.name);
    store::bind_marks(statement, items);
    check(statement.sent.slots.size() == statement.marks.size());
    if (statement.keyed_update) store::insert_instead(statement);
  } catch (const base::Error& error) {
    check(error.kind() == base::ErrorKind::config);
  }
}

// Read back by the other reader of SQL that the program has.
void quote(const std::string& value) {
  const auto literal = mysql::quote_text(value);
  const std::string sql = "SELECT " + literal + ", " + mysql::quote_name(value);
  store::Tokenizer tokens(sql);
  check(tokens.take().is_word("SELECT"));
  if (literal.starts_with("X'")) tokens.take();
  check(tokens.take().kind == store::Token::Kind::text);
  check(tokens.take_mark(','));
  check(tokens.take().kind == store::Token::Kind::name);
  check(tokens.at_end());
  check(mysql::fill_marks("SELECT ?", {value}) == "SELECT " + literal);
  // What is quoted once is left alone.
  check(mysql::fill_marks("SELECT " + literal, {}) == "SELECT " + literal);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  parse(text, store::parse_batch);
  parse(text, store::parse_execute);
  quote(text);
  const auto pattern = map::Template::compile(text);
  const auto filled = pattern.fill([](const map::Reference&) { return std::nullopt; });
  check(pattern.constant() ? filled == text : filled.size() < text.size());
  return 0;
}
