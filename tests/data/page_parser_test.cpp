// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {
namespace {

using namespace std::string_view_literals;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

testing::AssertionResult refused(std::string_view text) {
  try {
    const auto page = Document::parse_page(std::string(text));
    return testing::AssertionFailure() << "accepted: " << text;
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::protocol) return testing::AssertionSuccess();
    return testing::AssertionFailure() << error.what();
  }
}

TEST(PageParser, RoundTripKeepsNumbersAndOrder) {
  const std::string_view texts[] = {
      R"({"id":112233445566778899,"amount":12345678901234.5600,"big":1e400,"zero":-0})",
      R"([1E+5,0.10,-1.5e-3,99999999999999999999999999999999])",
      R"({"z":1,"a":{"y":[],"x":{}},"m":null,"t":true,"f":false})",
      R"({"":"","中文":"é😀","q":"\"\\\n\r\t/\u0001"})",
      "{}",
      "[]"};
  for (const auto text : texts) {
    EXPECT_EQ(to_json(Document::parse_page(std::string(text)).root()), text);
  }
}

TEST(PageParser, DecodesEscapesAndBlanks) {
  const auto page = Document::parse_page(
      " \r\n{ \"a\\u0062\" : \"\\u4e2d\\ud83d\\ude00\\/\\u0000\" , \"n\":\t1 } \n");
  EXPECT_EQ(page.root().find("ab")->text, "中😀/\0"sv);
  EXPECT_EQ(page.root().find("n")->text, "1");
}

TEST(PageParser, SkipsOneByteOrderMark) {
  EXPECT_EQ(to_json(Document::parse_page("\xEF\xBB\xBF{\"a\":1}").root()), R"({"a":1})");
  EXPECT_TRUE(refused("\xEF\xBB\xBF\xEF\xBB\xBF{}"));
  EXPECT_TRUE(refused("\xEF\xBB\xBF"));
  EXPECT_TRUE(refused("\xFF\xFE{\0}\0"sv));
}

TEST(PageParser, RefusesWhatIsNotOneDocument) {
  const std::string_view texts[] = {"",
                                    " \n",
                                    "null",
                                    "1",
                                    "\"text\"",
                                    "nul",
                                    "{} {}",
                                    "{}x",
                                    "[1]]",
                                    "[1],",
                                    "{}\0"sv,
                                    "callback({})",
                                    ")]}'{}",
                                    "<html>busy</html>",
                                    "<!DOCTYPE html>\n<html></html>",
                                    "{",
                                    "[",
                                    "[1,2",
                                    R"({"a":)",
                                    R"({"a)",
                                    R"({"a":1]", "[1}", R"({"a":{"b":1})"};
  for (const auto text : texts) EXPECT_TRUE(refused(text));
}

TEST(PageParser, RefusesMalformedValues) {
  const std::string_view texts[] = {
      "[nul]",      "[nulll]",      "[tru]",        "[truee]",     "[fals]",
      "[True]",     "[NaN]",        "[Infinity]",   "[-]",         "[007]",
      "[+1]",       "[1.]",         "[.5]",         "[1e]",        "[0x10]",
      "[1 2]",      "[1,]",         "[,1]",         "[1,,2]",      R"({"a":1,})",
      R"({"a" 1})", R"({"a"})",     "{a:1}",        "{1:2}",       R"({"a":1 "b":2})",
      "['a']",      R"(["a" "b"])", R"(["\x"])",    R"(["\u12"])", R"(["\u12g4"])",
      "[\"a\nb\"]", "[\"a\tb\"]",   "[\"a\0b\"]"sv, "[\"\x01\"]",  "[1\f]",
      "[//x\n1]",   "[/**/]"};
  for (const auto text : texts) EXPECT_TRUE(refused(text));
}

TEST(PageParser, RefusesBrokenUnicode) {
  const std::string_view texts[] = {"[\"\xFF\"]",      "[\"\xC3\"]",          "[\"\xED\xA0\x80\"]",
                                    "[\"\xC0\xAF\"]",  "{\"\xE4\xB8\":1}",    R"(["\ud83d"])",
                                    R"(["\ude00"])",   R"(["\ud83d\u0041"])", R"(["\ud800\ud800"])",
                                    R"({"\ud83d":1})", R"(["\ude00\ud83d"])"};
  for (const auto text : texts) EXPECT_TRUE(refused(text));
}

TEST(PageParser, EveryPrefixIsRefused) {
  const std::string_view text =
      R"({"code":0,"data":[{"id":112233445566778899,"t":"中\u4e2d","b":true,"n":null,"x":[1.5e3]}]})";
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_TRUE(refused(text.substr(0, size)));
}

TEST(PageParser, DepthAndSizeLimits) {
  EXPECT_EQ(to_json(Document::parse_page(nested(64)).root()), nested(64));
  EXPECT_TRUE(refused(nested(65)));
  EXPECT_TRUE(refused(nested(100000)));
  EXPECT_TRUE(refused(std::string(100000, '[')));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"a":)";
  EXPECT_TRUE(refused(objects));
  EXPECT_THROW(Document::parse_page("[1,2,3]", {.depth = 64, .nodes = 3}), base::Error);
  EXPECT_NO_THROW(Document::parse_page("[1,2]", {.depth = 64, .nodes = 3}));
  const std::string most_tokens = R"({"a":{},"b":{},"c":{},"d":{},"e":{}})";
  EXPECT_NO_THROW(Document::parse_page(most_tokens, {.depth = 64, .nodes = 6}));
  EXPECT_THROW(Document::parse_page(most_tokens, {.depth = 64, .nodes = 5}), base::Error);
}

TEST(PageParser, HugeStringAndManyRows) {
  const std::string huge(5'000'000, 'x');
  const auto page = Document::parse_page("[\"" + huge + "\"]");
  EXPECT_EQ(page.root().members()[0].value.text, huge);
  std::string rows = "[";
  for (int i = 0; i < 20000; ++i) rows += R"({"id":112233445566778899,"name":"n"},)";
  rows.back() = ']';
  const auto many = Document::parse_page(rows);
  EXPECT_EQ(many.root().count, 20000U);
  EXPECT_EQ(to_json(many.root()), rows);
}

TEST(PageParser, DuplicateKeysStayButTheLastIsFound) {
  const auto page = Document::parse_page(R"({"a":1,"a":2})");
  EXPECT_EQ(page.root().count, 2U);
  EXPECT_EQ(page.root().find("a")->text, "2");
}

// Keys are learnt from page to page by the thread that reads; a document outlives both.
TEST(PageParser, KeysOutliveTheirThreadAndTheOnesLearntLater) {
  std::vector<Document> pages;
  std::thread([&] {
    const std::string longest(300, 'k');
    pages.push_back(Document::parse_page(R"([{"o_id":1,"name":"a"},{"o_id":2,"name":"b"}])"));
    pages.push_back(Document::parse_page(R"([{"o_id":3,"extra":0,"name":"c"},{"name":"d"}])"));
    pages.push_back(Document::parse_page(R"([{")" + longest + R"(":4,"o_id":5}])"));
    for (int page = 0; page < 12; ++page) {  // more keys than are kept
      std::string text = "[{\"o_id\":0";
      for (int i = 0; i < 500; ++i)
        text += ",\"" + std::to_string(page * 500 + i) + "\":" + std::to_string(i);
      pages.push_back(Document::parse_page(text + "}]"));
    }
    pages.push_back(Document::parse_page(R"([{"o_id":6,"name":"e"},{"o_id":7,"name":"f"}])"));
  }).join();
  EXPECT_EQ(to_json(pages[0].root()), R"([{"o_id":1,"name":"a"},{"o_id":2,"name":"b"}])");
  EXPECT_EQ(to_json(pages[1].root()), R"([{"o_id":3,"extra":0,"name":"c"},{"name":"d"}])");
  EXPECT_EQ(pages[2].root().members()[0].value.find(std::string(300, 'k'))->text, "4");
  EXPECT_EQ(pages[2].root().members()[0].value.find("o_id")->text, "5");
  for (int page = 0; page < 12; ++page) {
    const auto& dictionary = pages[static_cast<std::size_t>(3 + page)].root().members()[0].value;
    EXPECT_EQ(dictionary.count, 501U);
    EXPECT_EQ(dictionary.find(std::to_string(page * 500 + 499))->text, "499");
  }
  EXPECT_EQ(to_json(pages.back().root()), R"([{"o_id":6,"name":"e"},{"o_id":7,"name":"f"}])");
}

// A key that is known must not be looked for behind the end of a page that is cut off.
TEST(PageParser, CutPagesAreRefusedWhateverKeysAreKnown) {
  const std::string known = "{\"" + std::string(95, 'k') + "\":1}";
  for (const std::string cut : {"{", "[{", "[{},{", "{\"", "{\"a", "[{\"a\":1,"}) {
    Document::parse_page(known);
    Document::parse_page("[" + known + "," + known + "]");
    EXPECT_TRUE(refused(cut));
  }
}

// One that knows only what odd records have would make all others slow.
TEST(PageParser, OddRecordsDoNotSpoilThePagesAfterThem) {
  const std::string odd[] = {
      R"([{"b":1,"a":2},{"a":1,"b":2},{"a":1,"b":2}])", R"([{"a":1,"a":2}])",
      R"([{"l":[{"a":1},{"b":1},{"c":1},{"d":1},{"e":1},{"f":1},{"g":1},{"h":1},{"i":1}]}])"};
  for (const auto& text : odd) {
    Document::parse_page(text);
    for (int page = 0; page < 20; ++page) {
      const auto lines = Document::parse_page(R"([{"a":1,"b":2,"l":[{"x":1,"y":2},{"x":3,"y":4}]},
                                                 {"a":1,"b":2,"l":[{"x":1,"y":2}]}])");
      if (page < 19) continue;
      for (const auto& record : lines.root().members()) {
        EXPECT_NE(record.value.shape, 0U) << text;
        for (const auto& line : record.value.find("l")->members())
          EXPECT_NE(line.value.shape, 0U) << text;
      }
    }
  }
}

// What a shape says of its objects must hold on every page, whatever came before.
TEST(PageParser, ShapesStayTrueFromPageToPage) {
  const char* const pages[] = {
      R"([{"a":1,"b":2}])",       R"([{"a":1,"x":9,"b":2},{"a":3,"b":4}])", R"([{"b":2,"a":1}])",
      R"([{"a":1,"b":2,"a":3}])", R"([{"a":1,"\u0062":2,"b":3}])",          R"([{"a":1,"b":2}])"};
  std::map<std::uint32_t, std::vector<std::string>> places;
  for (const auto* text : pages) {
    const auto page = Document::parse_page(text);
    for (const auto& record : page.root().members()) {
      const Node& node = record.value;
      if (node.shape == 0) continue;
      EXPECT_FALSE(node.repeats);
      auto& keys = places[node.shape];
      for (const auto& member : node.members()) {
        if (keys.size() <= member.key_offset) keys.resize(member.key_offset + 1);
        auto& key = keys[member.key_offset];
        if (key.empty()) key = member.key;
        EXPECT_EQ(key, member.key) << text;
      }
    }
  }
}

TEST(PageParser, MessagesNeverQuoteTheText) {
  try {
    Document::parse_page(R"({"phone":"13800000000" x})");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(std::string(error.what()).find("138"), std::string::npos);
  }
}

}  // namespace
}  // namespace erp2mysql::data
