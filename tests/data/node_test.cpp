// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/node.hpp"

#include <gtest/gtest.h>

namespace erp2mysql::data {
namespace {

TEST(Node, FindTakesTheLastDuplicate) {
  const auto page = Document::parse_page(R"({"a":1,"b":2,"a":3})");
  EXPECT_EQ(page.root().find("a")->text, "3");
  EXPECT_EQ(page.root().find("b")->text, "2");
  EXPECT_EQ(page.root().find("c"), nullptr);
  EXPECT_EQ(page.root().find("a")->find("x"), nullptr);
}

TEST(Node, FindWithHint) {
  const auto page = Document::parse_page(R"([{"x":0,"id":1,"n":2},{"id":3,"n":4},{"n":5}])");
  const auto rows = page.root().members();
  std::uint32_t hint = 0;
  EXPECT_EQ(rows[0].value.find("id", hint)->text, "1");
  EXPECT_EQ(hint, 1U);
  EXPECT_EQ(rows[1].value.find("id", hint)->text, "3");
  EXPECT_EQ(hint, 0U);
  EXPECT_EQ(rows[2].value.find("id", hint), nullptr);
  hint = 4000000;
  EXPECT_EQ(rows[0].value.find("n", hint)->text, "2");
}

TEST(Node, HintedFindAgreesWithPlainFindOnDuplicates) {
  const auto page = Document::parse_page(R"([{"id":1,"x":0},{"id":2,"x":0,"id":3}])");
  const auto rows = page.root().members();
  std::uint32_t hint = 0;
  EXPECT_EQ(rows[0].value.find("id", hint)->text, "1");
  EXPECT_EQ(rows[1].value.find("id", hint)->text, rows[1].value.find("id")->text);
}

TEST(Node, Paths) {
  const auto page = Document::parse_page(
      R"({"a":{"b":[{"c":"x"},{"c":null}]},"a.b":"whole","d":{"e.f":{"g":1}}})");
  const Node& root = page.root();
  struct Case {
    std::string_view path;
    std::string_view json;  // empty: missing
  };
  const Case cases[] = {{"a.b", "\"whole\""}, {"a.b.0.c", "\"x\""},
                        {"a.b.1.c", "null"},  {"a.b.2.c", ""},
                        {"a.b.-1.c", ""},     {"a.b.x.c", ""},
                        {"a.b.0.c.d", ""},    {"d.e.f", "{\"g\":1}"},
                        {"nothing", ""},      {"", ""},
                        {"a..b", ""},         {"a.b.00.c", "\"x\""}};
  for (const auto& c : cases) {
    const Node* node = find_path(root, c.path);
    EXPECT_EQ(node == nullptr ? "" : to_json(*node), c.json) << c.path;
  }
}

TEST(Node, ScalarsAndKinds) {
  const auto page = Document::parse_page(R"([null,true,false,1.50,"t",[],{}])");
  const std::string_view scalars[] = {"", "true", "false", "1.50", "t", "", ""};
  const std::string_view kinds[] = {"null", "true/false", "true/false", "number",
                                    "text", "list",       "object"};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(page.root().members()[i].value.scalar(), scalars[i]);
    EXPECT_EQ(to_string(page.root().members()[i].value.kind), kinds[i]);
  }
}

TEST(Builder, KeepsWhatItIsGiven) {
  DocumentBuilder builder;
  std::vector<Member> members;
  {
    const std::string key = "name";
    const std::string text = "value";
    Node node;
    node.kind = Kind::text;
    node.text = builder.keep(text);
    members.push_back({builder.keep(key), node, 0});
  }
  Node root;
  root.kind = Kind::object;
  root.count = 1;
  root.first = builder.keep(members);
  members.clear();
  Document document = builder.finish(root);
  const Document moved = std::move(document);
  EXPECT_EQ(to_json(moved.root()), R"({"name":"value"})");
}

}  // namespace
}  // namespace erp2mysql::data
