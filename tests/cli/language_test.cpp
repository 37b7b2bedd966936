// SPDX-License-Identifier: Apache-2.0
// Finished English texts said in Chinese: arguments taken over, compositions taken apart, data and
// unknown texts left alone.
#include "erp2mysql/cli/language.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "catalogue.hpp"
#include "erp2mysql/run/result.hpp"

namespace erp2mysql::cli {
namespace {

constexpr const char* k_po = R"(# a head
msgid ""
msgstr ""

msgid "page {}"
msgstr "第 {} 页"

msgid "page {} is empty"
msgstr "第 {} 页为空"

msgid "{} of {} rows in {{braces}}"
msgstr "{1} 行中的 {0} 行在 {{花括号}} 中"

msgid "say \"so\""
msgstr "说“是”"

msgid "could not note the run: {}"
msgstr "无法记录本次运行：{}"
)";

TEST(Catalogue, Translates) {
  const Catalogue catalogue(k_po);
  EXPECT_EQ(catalogue.size(), 5u);
  struct Case {
    const char *english, *chinese;
  };
  const Case cases[] = {
      {"page 7", "第 7 页"},
      {"page 7 is empty", "第 7 页为空"},  // the longer template wins
      {"2 of 5 rows in {braces}", "5 行中的 2 行在 {花括号} 中"},
      {"say \"so\"", "说“是”"},
      {"could not note the run: page 3 is empty", "无法记录本次运行：第 3 页为空"},
      {"jobs/a.json, page 3: say \"so\"", "jobs/a.json，第 3 页：说“是”"},
      {"nothing that is known", "nothing that is known"},
      {"apage 7", "apage 7"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(catalogue.translate(c.english), c.chinese) << c.english;
  EXPECT_FALSE(catalogue.find("jobs/a.json, page 3: say \"so\"").has_value());
}

TEST(Language, FlagBeforeEnvironment) {
  struct Case {
    const char *flag, *lc_all, *lc_messages, *lang;
    Language language;
  };
  using enum Language;
  const Case cases[] = {
      {"zh", "C", "", "", chinese},
      {"en", "zh_CN.UTF-8", "", "", english},
      {"", "", "", "zh_CN.UTF-8", chinese},
      {"", "", "zh_TW.UTF-8", "en_US.UTF-8", chinese},
      {"", "C", "zh_CN.UTF-8", "zh_CN.UTF-8", english},
      {"", "", "", "", english},
  };
  for (const auto& c : cases) {
    ::setenv("LC_ALL", c.lc_all, 1);
    ::setenv("LC_MESSAGES", c.lc_messages, 1);
    ::setenv("LANG", c.lang, 1);
    EXPECT_EQ(language_of(c.flag), c.language) << c.flag << c.lc_all << c.lc_messages << c.lang;
  }
}

run::RunResult sample() {
  const auto at = [](const char* text) { return base::parse_datetime(text, base::Zone()).value(); };
  run::RunResult r;
  r.job = "orders";
  r.status = "done";
  r.stretch = base::Range{at("2024-01-01"), at("2024-01-10 12:00:00")};
  r.windows_planned = 10;
  r.windows_done = 4;
  r.pages = 7;
  r.records = 300;
  r.rows = {100, 90, 4, 3, 2, 1};
  r.meters = {9, 2, 4096, base::Millis(1500), base::Millis(250)};
  r.seconds = 12.5;
  r.watermark_before = at("2024-01-01");
  r.watermark_after = at("2024-01-10 12:00:00");
  return r;
}

std::string chinese_summary(const run::RunResult& r) {
  const run::NextCommands next{"erp2mysql run a.json", "erp2mysql quarantine list a.json"};
  speak(Language::chinese);
  auto text = said_result(run::to_text(r, base::Zone(), next));
  speak(Language::english);
  return text;
}

TEST(Summary, Chinese) {
  EXPECT_EQ(chinese_summary(sample()),
            "时间      [2024-01-01 00:00:00, 2024-01-10 12:00:00)，窗口 4/10\n"
            "源端      请求 9 次（重试 2 次），7 页，300 条记录\n"
            "行数      读取 100 = 写入 90 + 未变 4 + 过滤 3 + 重复 2 + 隔离 1\n"
            "用时      12.5 秒，等待限流 1.5 秒，等待重试 0.2 秒\n"
            "DONE orders：写入 90 行，水位线 2024-01-10 12:00:00\n");
}

TEST(Summary, LastLineInChinese) {
  struct Case {
    const char *status, *line;
  };
  const Case cases[] = {
      {"nothing",
       "DONE orders：自 2024-01-01 00:00:00 以来没有新行，水位线移到 2024-01-10 12:00:00\n"},
      {"partial",
       "PARTIAL orders：写入 90 行，隔离 1 行；下一步：erp2mysql quarantine list a.json\n"},
      {"failed",
       "FAILED orders：水位线 2024-01-10 12:00:00，窗口完成 4/10；下一步：erp2mysql run a.json\n"},
      {"interrupted",
       "INTERRUPTED orders：水位线 2024-01-10 12:00:00，窗口完成 4/10；下一步：erp2mysql run "
       "a.json\n"},
  };
  for (const auto& c : cases) {
    auto r = sample();
    r.status = c.status;
    const auto text = chinese_summary(r);
    EXPECT_TRUE(text.ends_with(std::string("\n") + c.line)) << text;
  }
}

TEST(Said, RealMessages) {
  struct Case {
    const char *english, *chinese;
  };
  const Case cases[] = {
      {"window [2024-01-01 00:00:00, 2024-01-02 00:00:00), page 3",
       "窗口 [2024-01-01 00:00:00, 2024-01-02 00:00:00)，第 3 页"},
      {"gave up after 5 attempts; the last one: HTTP status 503",
       "尝试 5 次后放弃；最后一次：HTTP 状态 503"},
      {"table bi.orders has no column \"amuont\", nearest is \"amount\"",
       "表 bi.orders 没有列“amuont”，最接近的是“amount”"},
      {"expected a duration with its unit, such as \"500ms\", \"10m\" or \"7d\", found the text "
       "\"5\"",
       "应为 带单位的时长，例如 \"500ms\"、\"10m\" 或 \"7d\"，实际为 文本 \"5\""},
  };
  for (const auto& c : cases)
    EXPECT_EQ(said_in(Language::chinese, c.english), c.chinese) << c.english;
}

}  // namespace
}  // namespace erp2mysql::cli
