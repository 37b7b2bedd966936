// SPDX-License-Identifier: Apache-2.0
#include "metadata_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "metadata_values.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

struct Case {
  std::string damaged, meant;
  std::string told;  // part of what is reported; empty: nothing was to repair
};

TEST(RepairJson, MakesOfDamageWhatWasMeant) {
  const Case cases[] = {
      {R"({"a": "b"})", R"({"a":"b"})", ""},
      {R"({"a": "他说“好”，对", "b": "x”,y"})", R"({"a":"他说“好”，对","b":"x”,y"})", ""},
      {R"({"a": "&lt;b&gt; \"c\""})", R"({"a":"&lt;b&gt; \"c\""})", ""},
      {"\xEF\xBB\xBF{\"a\": 1}", R"({"a":1})", ""},
      {R"({“a”: “b”, “c”: “d"})", R"({"a":"b","c":"d"})", "curly quotes (4 times)"},
      {R"({“a”: “说“好”了”, "b": "c”, "d": 1})", R"({"a":"说“好”了","b":"c","d":1})",
       "curly quotes"},
      {R"({"a": "x\_y\_z"})", R"({"a":"x_y_z"})", "escaped underscores (2 times)"},
      {R"({"a": "\*b\* \u00e9 \u12"})", R"({"a":"*b* é u12"})", "a backslash in front of"},
      {R"({"a"：["b"，"c"]，"d"：1})", R"({"a":["b","c"],"d":1})",
       "full-width punctuation (4 times)"},
      {R"(【{"a": 1}】)", R"([{"a":1}])", "full-width punctuation"},
      {R"({&quot;a&quot;: &quot;b &lt; "c"&quot;})", R"({"a":"b < \"c\""})", "HTML entities"},
      {R"({"a": "b &amp; c &#39;d&#x27;", })", R"({"a":"b & c 'd'"})", "HTML entities (3 times)"},
      {R"({'a': 'it's', b: True, c: None})", R"({"a":"it's","b":true,"c":null})", "single quotes"},
      {"{\"a\": \"{\n{X}}\"}", R"({"a":"{\n{X}}"})", "line breaks inside a text"},
      {"{\"a\": 1, // the first\n \"b\": [1, 2, ...], /*/ x */ \"c\": 3\n …… }",
       R"({"a":1,"b":[1,2],"c":3})", "comments, left out (2 times)"},
      {R"({"a": [{"b": 1} {"b": 2}] "c": 3,})", R"({"a":[{"b":1},{"b":2}],"c":3})",
       "a comma was missing (2 times)"},
      {R"({"a": , "b": })", R"({"a":null,"b":null})", ""},
      {R"({"a": [{"b": "c"})", R"({"a":[{"b":"c"}]})", "the text ends early"},
      {R"({"a": [1, 2})", R"({"a":[1,2]})", "a bracket was missing"},
      {"源平台元数据如下：\n```json\n{\"a\": 1}\n```", R"({"a":1})", "text before the JSON"},
      {R"("a": 1, "b": "c")", R"({"a":1,"b":"c"})", "outer braces"},
      {R"({"a": 1} 以上)", R"({"a":1})", "text behind the JSON"},
      {R"({"a": 12345678901234567890, "b": 1.5})", R"({"a":"12345678901234567890","b":1.5})",
       "a long number is kept as text"},
      {"{\u00A0\"a\":\u3000\u200B1}", R"({"a":1})", "odd blanks (3 times)"},
      {"", "", ""},
      {"nothing here", "", "text before the JSON"},
  };
  for (const auto& [damaged, meant, told] : cases) {
    Repairs repairs;
    const auto repaired = repair_json(damaged, repairs);
    if (meant.empty()) {
      EXPECT_TRUE(repaired.empty()) << damaged << "\n" << repaired;
    } else {
      EXPECT_EQ(Json::parse(repaired, nullptr, false).dump(), Json::parse(meant).dump())
          << damaged << "\n"
          << repaired;
    }
    const auto lines = repairs.lines("f");
    const auto all = std::accumulate(lines.begin(), lines.end(), std::string());
    EXPECT_THAT(all, HasSubstr(told)) << damaged;
    if (told.empty() && meant != R"({"a":null,"b":null})") {
      EXPECT_EQ(all, "") << damaged;
    }
  }
}

TEST(RepairJson, NamesTheLine) {
  Repairs repairs;
  repair_json("{\n\"a\": 1,\n“b”: 2}", repairs);
  EXPECT_THAT(repairs.lines("s.json"), testing::ElementsAre("s.json:3: curly quotes"));
}

// Whatever comes in: what comes out is JSON, or nothing.
TEST(RepairJson, SurvivesEveryCut) {
  const std::string text =
      R"({“api”：'x\_y', "request": [{"field": “a”, "value": "{{X datetime}}&quot;"}, ...], // c)"
      "\n\"b\": {k: 12.5e3, l: None}, true: [ : ] {[1}, 'm', n]}";
  const auto border = [&](std::size_t at) {
    return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
  };
  std::size_t tried = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    for (std::size_t to = from; to <= text.size(); ++to) {
      if (!border(from) || !border(to)) continue;
      Repairs repairs;
      const auto repaired = repair_json(std::string_view(text).substr(from, to - from), repairs);
      ASSERT_TRUE(repaired.empty() || Json::accept(repaired))
          << text.substr(from, to - from) << "\n"
          << repaired;
      ++tried;
    }
  }
  EXPECT_GT(tried, 5000U);
}

TEST(RepairJson, GivesUpOnEndlessNesting) {
  Repairs repairs;
  EXPECT_EQ(repair_json(std::string(100'000, '['), repairs), "");
}

TEST(RepairValue, RestoresTemplates) {
  const Case cases[] = {
      {"{{LAST_SYNC_TIME|datetime}}", "{{LAST_SYNC_TIME|datetime}}", ""},
      {"{{LAST_SYNC_TIME datetime}}", "{{LAST_SYNC_TIME|datetime}}", "lost pipes"},
      {"{consign_time date}", "{consign_time|date}", "lost pipes"},
      {"{{ LAST_SYNC_TIME | datetime }}", "{{LAST_SYNC_TIME | datetime}}", "blanks inside braces"},
      {"{\n{DAYS_AGO_1|datetime}\n}", "{{DAYS_AGO_1|datetime}}", "blanks inside braces"},
      {"｛｛CURRENT_TIME｜datetime｝｝", "{{CURRENT_TIME|datetime}}", "full-width braces"},
      {"{so\\_id}", "{so_id}", "escaped underscores"},
      {"备注（全角）：“好”", "备注（全角）：“好”", ""},
      {"_function LEFT（‘{{DAYS_AGO_1 datetime}}’，10）",
       "_function LEFT('{{DAYS_AGO_1|datetime}}',10)", "full-width punctuation in an expression"},
      {"_function IF('{{a}}'='（是）','，','x')", "_function IF('{{a}}'='（是）','，','x')", ""},
      {"<{a: }>", "<{a: }>", ""},
      {"price date", "price date", ""},
  };
  for (const auto& [damaged, meant, told] : cases) {
    Repairs repairs;
    EXPECT_EQ(repair_value(damaged, repairs), meant);
    const auto lines = repairs.lines("f");
    const auto all = std::accumulate(lines.begin(), lines.end(), std::string());
    EXPECT_THAT(all, HasSubstr(told)) << damaged;
    if (told.empty()) {
      EXPECT_EQ(all, "") << damaged;
    }
  }
}

TEST(RepairValue, RestoresStatements) {
  Repairs repairs;
  EXPECT_EQ(repair_sql("INSERT INTO t（a，b）VALUES (&lt;{a: }&gt;，‘（x）’)；", repairs),
            "INSERT INTO t(a,b)VALUES (<{a: }>,'（x）');");
  EXPECT_EQ(repairs.lines("t").size(), 3U);
}

}  // namespace
}  // namespace erp2mysql::cli
