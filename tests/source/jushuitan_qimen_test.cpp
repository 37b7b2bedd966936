// SPDX-License-Identifier: Apache-2.0
// Jushuitan behind the gateway: request bytes against computed vectors, the verdict on every shape
// of answer that is known, and pages.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

std::unique_ptr<Source> make(const std::string& sign_method = "md5", std::int64_t page_size = 50) {
  job::Source settings;
  settings.platform = "jushuitan-qimen";
  settings.api = "jushuitan.saleout.list.query";
  settings.connection = {{"app_key", "12345678"},
                         {"app_secret", "qmsecret"},
                         {"customer_id", "100001"},
                         {"sign_method", sign_method}};
  return make_source(*find_platform("jushuitan-qimen"), settings, page_size);
}

data::Argument text(std::string name, std::string value) {
  return {std::move(name), data::Argument::Kind::text, std::move(value), {}};
}

const data::Arguments k_arguments{text("date_type", "0"), text("start_time", "2024-01-01 00:00:00"),
                                  text("end_time", "2024-01-02 00:00:00")};

base::Instant noon() { return *base::parse_datetime("2024-01-02T12:00:00+08:00", base::Zone()); }

std::string url_decode(std::string_view in) {
  std::string out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(in.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += in[i] == '+' ? ' ' : in[i];
    }
  }
  return out;
}

std::multimap<std::string, std::string> parse_form(std::string_view body) {
  std::multimap<std::string, std::string> out;
  while (!body.empty()) {
    const auto pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    out.emplace(url_decode(pair.substr(0, equals)), url_decode(pair.substr(equals + 1)));
  }
  return out;
}

std::string field(const std::multimap<std::string, std::string>& form, const std::string& name) {
  EXPECT_EQ(form.count(name), 1u) << name;
  const auto at = form.find(name);
  return at == form.end() ? std::string() : at->second;
}

TEST(JushuitanBuild, SignVectors) {
  const std::pair<const char*, const char*> cases[] = {
      {"md5", "3669A01385B6AF1A3608001BE08C3BD1"},
      {"hmac", "659B44C9DC9B89D3FFE14B72F59BD648"},
      {"hmac-sha256", "4D03D8BDB3575E1875C6BBA4236AD093541DFB7E24F07BE8804E14A9E81108B0"},
  };
  for (const auto& [method, sign] : cases) {
    const auto request = make(method)->build(k_arguments, {}, noon());
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "http://a1q40taq0j.api.taobao.com/router/qm");
    const auto form = parse_form(request.body);
    EXPECT_EQ(form.size(), 14u) << request.body;
    EXPECT_EQ(field(form, "sign"), sign) << method;
    EXPECT_EQ(field(form, "sign_method"), method);
    EXPECT_EQ(field(form, "timestamp"), "2024-01-02 12:00:00");
    EXPECT_EQ(field(form, "customer_id"), "100001");
    EXPECT_EQ(field(form, "target_app_key"), "23060081");
    EXPECT_EQ(field(form, "format"), "json");
  }
}

TEST(JushuitanBuild, SignedTextIsTheBaseStringWithAMaskedSecret) {
  const std::string rest =
      "app_key12345678customer_id100001date_type0end_time2024-01-02 00:00:00formatjsonmethod"
      "jushuitan.saleout.list.querypage_index1page_size50sign_method";
  const std::string tail =
      "start_time2024-01-01 00:00:00target_app_key23060081timestamp2024-01-02 12:00:00v2.0";
  EXPECT_EQ(make("md5")->signed_text(k_arguments, {}, noon()), "***" + rest + "md5" + tail + "***");
  EXPECT_EQ(make("hmac")->signed_text(k_arguments, {}, noon()), rest + "hmac" + tail);
}

TEST(JushuitanBuild, NeverShowsTheSecret) {
  for (const char* method : {"md5", "hmac", "hmac-sha256"}) {
    const auto source = make(method);
    const auto request = source->build(k_arguments, {}, noon());
    std::string all = request.url + request.body + source->rate_key() +
                      source->signed_text(k_arguments, {}, noon());
    for (const auto& [name, value] : request.headers) all += name + value;
    EXPECT_EQ(all.find("qmsecret"), std::string::npos) << all;
  }
}

TEST(JushuitanBuild, NeverSendsEmpties) {
  auto arguments = k_arguments;
  arguments.push_back(text("status", ""));
  arguments.push_back({"o_ids", data::Argument::Kind::list, "", {}});
  const auto source = make();
  EXPECT_EQ(source->build(arguments, {}, noon()).body, source->build(k_arguments, {}, noon()).body);
}

TEST(JushuitanBuild, SameInputSameBytes) {
  const auto a = make()->build(k_arguments, {3, true}, noon());
  const auto b = make()->build(k_arguments, {3, true}, noon());
  EXPECT_EQ(a.url, b.url);
  EXPECT_EQ(a.headers, b.headers);
  EXPECT_EQ(a.body, b.body);
  const auto later = make()->build(k_arguments, {3, true}, noon() + std::chrono::seconds(1));
  EXPECT_NE(field(parse_form(a.body), "sign"), field(parse_form(later.body), "sign"));
}

TEST(JushuitanBuild, PageFieldsComeFromTheTokenAndOnlyOnce) {
  auto arguments = k_arguments;
  arguments.push_back(text("page_index", "99"));
  arguments.push_back(text("page_size", "7"));
  const auto form = parse_form(make("md5", 20)->build(arguments, {4, true}, noon()).body);
  EXPECT_EQ(field(form, "page_index"), "4");
  EXPECT_EQ(field(form, "page_size"), "20");
}

TEST(JushuitanBuild, ListsTravelAsJson) {
  auto arguments = k_arguments;
  arguments.push_back(
      {"so_ids", data::Argument::Kind::list, "", {text("", "线上 1"), text("", "\"")}});
  const auto form = parse_form(make()->build(arguments, {}, noon()).body);
  EXPECT_EQ(field(form, "so_ids"), R"(["线上 1","\""])");
}

TEST(JushuitanBuild, RateKeyTellsApplicationsAndApisApart) {
  EXPECT_EQ(make()->rate_key(), "jushuitan-qimen/12345678/jushuitan.saleout.list.query");
}

struct JudgeCase {
  const char* name;
  const char* body;
  Action action;
  ErrorKind kind = ErrorKind::bug;  // not looked at when ok
  std::int64_t wait = -1;           // ms, -1: none
};

const JudgeCase k_judge_cases[] = {
    {"full page", R"({"response":{"datas":[{"io_id":1}],"data_count":1}})", Action::ok},
    {"empty page", R"({"response":{"datas":[],"data_count":0,"has_next":false}})", Action::ok},
    {"success trio", R"({"response":{"flag":"success","code":0,"message":"","datas":[]}})",
     Action::ok},
    {"code zero as text", R"({"response":{"flag":"SUCCESS","code":"0","datas":[]}})", Action::ok},
    {"empty sub code", R"({"response":{"sub_code":"","code":"","datas":[]}})", Action::ok},
    {"method root", R"({"jushuitan_saleout_list_query_response":{"datas":[]}})", Action::ok},

    {"A: api limit with ban",
     R"({"error_response":{"code":7,"msg":"App Call Limited","sub_code":"accesscontrol.limited-by-api-access-count","sub_msg":"This ban will last for 3 more seconds"}})",
     Action::slow_down, ErrorKind::temporary, 4000},
    {"A: api limit with ban, code as text",
     R"({"error_response":{"code":"7","msg":"App Call Limited","sub_code":"accesscontrol.limited-by-app-api-access-count","sub_msg":"This ban will last for 3 more seconds"}})",
     Action::slow_down, ErrorKind::temporary, 4000},
    {"B: api limit with ban",
     R"({"response":{"flag":"failure","code":7,"message":"App Call Limited","sub_code":"accesscontrol.limited-by-api-access-count","sub_message":"This ban will last for 1 more second"}})",
     Action::slow_down, ErrorKind::temporary, 2000},
    {"ban in the main text",
     R"({"error_response":{"code":7,"msg":"This ban will last for 3 more seconds"}})",
     Action::slow_down, ErrorKind::temporary, 4000},
    {"dynamic limit without a time",
     R"({"error_response":{"code":7,"sub_code":"accesscontrol.limited-by-dynamic-access-count"}})",
     Action::slow_down, ErrorKind::temporary},
    {"ban that is no number",
     R"({"error_response":{"code":7,"sub_msg":"This ban will last for ever more seconds"}})",
     Action::slow_down, ErrorKind::temporary},
    {"ban of years",
     R"({"error_response":{"code":7,"sub_msg":"This ban will last for 99999999 more seconds"}})",
     Action::slow_down, ErrorKind::temporary},
    {"ban beyond numbers",
     R"({"error_response":{"code":7,"sub_msg":"This ban will last for 99999999999999999999 more seconds"}})",
     Action::slow_down, ErrorKind::temporary},
    {"quota used up",
     R"({"error_response":{"code":7,"msg":"App Call Limited","sub_code":"accesscontrol.limited-by-app-access-count","sub_msg":"This ban will last for 3 more seconds"}})",
     Action::quota_used_up, ErrorKind::temporary},
    {"B: quota used up",
     R"({"response":{"flag":"failure","code":"7","sub_code":"accesscontrol.limited-by-app-access-count"}})",
     Action::quota_used_up, ErrorKind::temporary},
    {"back-end flow control", R"({"error_response":{"code":15,"sub_code":"isp.call-limited"}})",
     Action::slow_down, ErrorKind::temporary},

    {"A: wrong signature", R"({"error_response":{"code":25,"msg":"Invalid signature"}})",
     Action::permanent, ErrorKind::credentials},
    {"B: wrong signature",
     R"({"response":{"flag":"failure","code":25,"message":"Invalid signature","request_id":"x"}})",
     Action::permanent, ErrorKind::credentials},
    {"B: flag in capitals, code as text",
     R"({"response":{"flag":"FAILURE","code":"25","message":"Invalid signature"}})",
     Action::permanent, ErrorKind::credentials},
    {"wrong app key", R"({"error_response":{"code":29,"msg":"Invalid app Key"}})",
     Action::permanent, ErrorKind::credentials},
    {"B: wrong app key as text", R"({"response":{"flag":"failure","code":"29"}})",
     Action::permanent, ErrorKind::credentials},
    {"signature refused behind the gateway",
     R"({"response":{"flag":"failure","sub_code":"sign-check-failure","sub_message":"Illegal request"}})",
     Action::permanent, ErrorKind::credentials},
    {"timestamp", R"({"error_response":{"code":31,"msg":"Invalid timestamp"}})", Action::retry,
     ErrorKind::source},
    {"unavailable", R"({"error_response":{"code":10,"msg":"Service Currently Unavailable"}})",
     Action::retry, ErrorKind::temporary},
    {"remote, isp",
     R"({"error_response":{"code":15,"msg":"Remote service error","sub_code":"isp.top-remote-connection-timeout"}})",
     Action::retry, ErrorKind::temporary},
    {"B: remote, isp",
     R"({"response":{"flag":"failure","code":"15","sub_code":"isp.system-busy"}})", Action::retry,
     ErrorKind::temporary},
    {"business code, isp", R"({"error_response":{"code":530,"sub_code":"isp.anything-new"}})",
     Action::retry, ErrorKind::temporary},
    {"remote, isv", R"({"error_response":{"code":15,"sub_code":"isv.invalid-parameter"}})",
     Action::permanent, ErrorKind::source},
    {"sub code without flag", R"({"response":{"sub_code":"isv.anything","datas":[]}})",
     Action::permanent, ErrorKind::source},
    {"unknown code", R"({"error_response":{"code":4711,"msg":"?"}})", Action::permanent,
     ErrorKind::source},
    {"no code at all", R"({"error_response":{}})", Action::permanent, ErrorKind::source},
    {"failure without anything", R"({"response":{"flag":"failure"}})", Action::permanent,
     ErrorKind::source},

    {"too many calls per second", R"({"response":{"code":199,"msg":"slow"}})", Action::slow_down,
     ErrorKind::temporary, 1000},
    {"too many calls per minute", R"({"response":{"code":"200","msg":"slow"}})", Action::slow_down,
     ErrorKind::temporary, 60000},
    {"ERP refuses the token", R"({"response":{"code":100,"msg":"x"}})", Action::permanent,
     ErrorKind::credentials},
    {"ERP refuses a parameter", R"({"response":{"code":130,"msg":"x"}})", Action::permanent,
     ErrorKind::config},
    {"unknown code of the ERP", R"({"response":{"code":4711,"message":"x","datas":[]}})",
     Action::permanent, ErrorKind::source},

    {"no list", R"({"response":{"data_count":0}})", Action::retry, ErrorKind::protocol},
    {"list is null", R"({"response":{"datas":null,"data_count":0}})", Action::retry,
     ErrorKind::protocol},
    {"list is an object", R"({"response":{"datas":{}}})", Action::retry, ErrorKind::protocol},
    {"response is text", R"({"response":"ok"})", Action::retry, ErrorKind::protocol},
    {"another root", R"({"a":1})", Action::permanent, ErrorKind::protocol},
    {"HTML", "<html><body>Login</body></html>", Action::retry, ErrorKind::protocol},
    {"HTML document", "\r\n <!DOCTYPE html><html></html>", Action::retry, ErrorKind::protocol},
    {"XML", "<?xml version=\"1.0\"?><error_response><code>25</code></error_response>",
     Action::retry, ErrorKind::protocol},
    {"truncated", R"({"response":{"datas":[{"io_id":1},{"io_i)", Action::retry,
     ErrorKind::protocol},
    {"empty", "", Action::retry, ErrorKind::protocol},
    {"blank", " \r\n", Action::retry, ErrorKind::protocol},
};

TEST(JushuitanJudge, Table) {
  const auto source = make();
  for (const auto& c : k_judge_cases) {
    SCOPED_TRACE(c.name);
    const auto verdict = testing::verdict_of(*source, {200, {}, c.body});
    EXPECT_EQ(static_cast<int>(verdict.action), static_cast<int>(c.action));
    EXPECT_EQ(verdict.wait.value_or(base::Millis(-1)).count(), c.wait);
    EXPECT_EQ(verdict.error.has_value(), c.action != Action::ok);
    if (!verdict.error || c.action == Action::ok) continue;
    EXPECT_EQ(base::to_string(verdict.error->kind()), base::to_string(c.kind));
    EXPECT_FALSE(verdict.error->message().empty());
  }
}

TEST(JushuitanJudge, StatusComesFirst) {
  const auto source = make();
  const char* good = R"({"response":{"datas":[]}})";
  EXPECT_EQ(testing::verdict_of(*source, {500, {}, good}).action, Action::retry);
  EXPECT_EQ(testing::verdict_of(*source, {429, {}, good}).action, Action::slow_down);
  EXPECT_EQ(testing::verdict_of(*source, {404, {}, good}).action, Action::permanent);
}

TEST(JushuitanJudge, MessageNamesCodesAndTexts) {
  const auto verdict = testing::verdict_of(
      *make(),
      {200,
       {},
       R"({"error_response":{"code":15,"msg":"Remote","sub_code":"isv.x","sub_msg":"why"}})"});
  ASSERT_TRUE(verdict.error);
  for (const char* part : {"15", "\"Remote\"", "isv.x", "\"why\""})
    EXPECT_NE(verdict.error->message().find(part), std::string::npos) << part;
}

TEST(JushuitanJudge, SaysWhatCameInsteadOfJson) {
  const auto message = [](const char* body) {
    return testing::verdict_of(*make(), {200, {}, body}).error->message();
  };
  EXPECT_NE(message("<html>").find("HTML"), std::string::npos);
  EXPECT_NE(message("<?xml?>").find("XML"), std::string::npos);
}

TEST(JushuitanRead, Totals) {
  struct Case {
    const char* json;
    std::int64_t total;  // -1: none
  };
  const Case cases[] = {
      {R"("data_count":137)", 137}, {R"("data_count":"137")", 137},
      {R"("data_count":0)", 0},     {R"("data_count":3000000000)", 3000000000},
      {R"("data_count":null)", -1}, {R"("data_count":"")", -1},
      {R"("data_count":-1)", -1},   {R"("data_count":1.5)", -1},
      {R"("page_count":3)", -1},
  };
  for (const auto& c : cases) {
    const auto page =
        testing::page_of(*make(), std::string(R"({"response":{"datas":[],)") + c.json + "}}");
    EXPECT_EQ(page.total.value_or(-1), c.total) << c.json;
  }
}

TEST(JushuitanRead, HasNext) {
  struct Case {
    const char* json;
    std::optional<bool> next;
  };
  const Case cases[] = {
      {R"("has_next":true)", true},     {R"("has_next":"true")", true},
      {R"("has_next":1)", true},        {R"("has_next":"1")", true},
      {R"("has_next":false)", false},   {R"("has_next":0)", false},
      {R"("has_next":"false")", false}, {R"("other":true)", std::nullopt},
  };
  for (const auto& c : cases) {
    const auto page =
        testing::page_of(*make(), std::string(R"({"response":{"datas":[],)") + c.json + "}}");
    EXPECT_EQ(page.has_next, c.next) << c.json;
  }
}

TEST(JushuitanRead, RecordsKeepNumbersExactly) {
  const auto page = testing::page_of(
      *make(),
      R"({"response":{"datas":[{"io_id":12345678901234567890,"pay":59.90},{"io_id":1e3,"pay":"0.10"}]}})");
  ASSERT_EQ(page.records.size(), 2u);
  EXPECT_EQ(data::to_json(*page.records[0]), R"({"io_id":12345678901234567890,"pay":59.90})");
  EXPECT_EQ(page.records[1]->find("io_id")->scalar(), "1e3");
  EXPECT_EQ(page.records[1]->find("pay")->scalar(), "0.10");
}

TEST(JushuitanRead, ARecordMustBeAnObject) {
  for (const char* record : {"1", "\"x\"", "null", "[]"}) {
    try {
      testing::page_of(*make(), std::string(R"({"response":{"datas":[{},)") + record + "]}}");
      ADD_FAILURE() << "accepted " << record;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::protocol) << record;
    }
  }
}

TEST(Registry, NamesAreUniqueAndFactsFit) {
  std::set<std::string_view> names;
  for (const auto* entry : registry()) {
    EXPECT_TRUE(names.insert(entry->name).second) << entry->name;
    const auto spec = entry->facts({});
    EXPECT_GE(spec.max_page_size, spec.default_page_size);
    EXPECT_EQ(spec.from_fields.size(), spec.to_fields.size());
    EXPECT_EQ(find_platform(entry->name), entry);
  }
  EXPECT_EQ(find_platform("nothing"), nullptr);
}

}  // namespace
}  // namespace erp2mysql::source
