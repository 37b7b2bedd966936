// SPDX-License-Identifier: Apache-2.0
// Broken job files: each is refused with the right place and a message that helps.
#include <gtest/gtest.h>

#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using testing::all_text;
using testing::edited;

struct BadJob {
  std::string name;
  std::string text;
  std::string pointer;
  std::size_t line, column;
  std::string message;  // a part of message and hint
};

std::string with_top(std::string_view keys) {
  return edited({{"{\n  \"name\"", "{" + std::string(keys) + ",\n  \"name\""}});
}
std::string with_source(std::string_view keys) {
  return edited({{"\"source\": {", "\"source\": {" + std::string(keys) + ","}});
}
std::string with_target(std::string_view keys) {
  return edited({{"\"target\": {", "\"target\": {" + std::string(keys) + ","}});
}
std::string with_item(std::string_view item) {
  return edited({{R"({"field": "id", "value": "{io_id}"})", item}});
}
std::string with_control(std::string_view item) {
  return edited({{"VALUES\"}]", "VALUES\"}," + std::string(item) + "]"}});
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

void PrintTo(const BadJob& bad, std::ostream* out) { *out << bad.name; }

class BadJobTest : public ::testing::TestWithParam<BadJob> {};

TEST_P(BadJobTest, IsRefusedWithPlaceAndReason) {
  const auto& bad = GetParam();
  const auto loaded = load_text("jobs/orders.json", bad.text, testing::options());
  ASSERT_EQ(loaded.problems.size(), 1u) << all_text(loaded.problems);
  const auto& problem = loaded.problems[0];
  EXPECT_EQ(problem.file, "jobs/orders.json");
  EXPECT_EQ(problem.pointer, bad.pointer);
  EXPECT_EQ(problem.place.line, bad.line);
  EXPECT_EQ(problem.place.column, bad.column);
  const auto text = problem.message + "; " + problem.hint;
  EXPECT_NE(text.find(bad.message), std::string::npos) << text;
  EXPECT_TRUE(loaded.job.fingerprint.empty());
}

std::string test_name(const ::testing::TestParamInfo<BadJob>& info) { return info.param.name; }

const BadJob k_syntax[] = {
    {"Empty", "", "", 1, 1, "the file is empty"},
    {"OnlyBlanks", " \n\n", "", 1, 1, "the file is empty"},
    {"OnlyMark", "\xEF\xBB\xBF", "", 1, 1, "the file is empty"},
    {"TopLevelList", "[]", "", 1, 1, "expected one JSON object, found a list"},
    {"TopLevelText", "\"job\"", "", 1, 1, "expected one JSON object, found another text"},
    {"Truncated", "{\n  \"name\": \"orders\",\n  \"source\": {\"api\": ", "/source/api", 3, 21,
     "expected a value, but the file ends here"},
    {"TruncatedInText", "{\n  \"name\": \"ord", "/name", 2, 11, "without its closing double quote"},
    {"TextOverLines", "{\"name\": \"a\nb\"}", "/name", 1, 12, "ends in the middle of a line"},
    {"TabInText", "{\"name\": \"a\tb\"}", "/name", 1, 12, "write a tab as \\t"},
    {"BadEscape", R"({"name": "C:\path"})", "/name", 1, 13, "write a backslash as \\\\"},
    {"HalfSurrogate", R"({"name": "\ud800"})", "/name", 1, 11, "surrogate"},
    {"TwoDocuments", "{}\n{}", "", 2, 1, "expected the end of the file"},
    {"TrailingComma", "{\n  \"name\": \"a\",\n}", "", 3, 1, "remove the comma before it"},
    {"TrailingCommaInList", "{\"alerts\": [1,]}", "/alerts/1", 1, 15, "remove the comma"},
    {"MissingComma", "{\"name\": \"a\"\n \"sync\": {}}", "", 2, 2,
     "a comma or colon may be missing"},
    {"MissingColon", "{\"name\" \"a\"}", "/name", 1, 9, "expected \":\" after the name"},
    {"DoubleComma", "{\"name\": \"a\",,}", "", 1, 14, "expected a key in double quotes"},
    {"SingleQuotes", "{'name': 'a'}", "", 1, 2, "found a single quote"},
    {"CurlyQuotes", "{“name”: 1}", "", 1, 2, "found a curly quote"},
    {"FullWidthComma", "{\"name\": \"a\"，\"x\": 1}", "", 1, 13, "found a full-width comma"},
    {"LineComment", "{\n  // the name\n  \"name\": \"a\"}", "", 2, 3, "comments are not allowed"},
    {"BlockComment", "{\"name\": /* x */ \"a\"}", "/name", 1, 10, "comments are not allowed"},
    {"HashComment", "# job\n{}", "", 1, 1, "comments are not allowed"},
    {"NaN", "{\"delay\": NaN}", "/delay", 1, 11, "NaN is no JSON value"},
    {"PythonTrue", "{\"delay\": True}", "/delay", 1, 11, "true, false and null in small letters"},
    {"BareWord", "{name: \"a\"}", "", 1, 2, "keys and texts stand in double quotes"},
    {"HugeNumber", "{\"delay\": 1e400}", "/delay", 1, 11, "the number is out of range"},
    {"LeadingZero", "{\"delay\": 007}", "/delay", 1, 11, "no leading zero"},
    {"PlusSign", "{\"delay\": +7}", "/delay", 1, 11, "malformed number"},
    {"PointAtEnd", "{\"delay\": 7.}", "/delay", 1, 11, "malformed number"},
    {"NotUtf8", "{\n\"name\": \"\xC4\xE3\"}", "", 2, 10, "save the file as UTF-8"},
    {"Utf16", std::string("\xFF\xFE{\0}\0", 6), "", 1, 1, "not UTF-8"},
    {"WrongCloser", "{\"alerts\": [}", "/alerts/0", 1, 13,
     "expected a value or \"]\", found \"}\""},
    {"DeeplyNested", "{\"notes\": " + repeat("[", 100'000), "/notes" + repeat("/0", 63), 1, 74,
     "more than 64 levels"},
    {"Huge", "{\"notes\": \"" + std::string(16u << 20, 'x') + "\"}", "", 0, 0, "16 MiB"},
    {"TooManyValues", "{\"notes\": [" + repeat("1,", 100'000) + "1]}", "/notes/100000", 1, 200012,
     "more than 100000 values"},
    {"LongKey", "{\"" + std::string(300, 'k') + "\": 1}", "", 1, 2, "a key of 300 bytes"},
};
INSTANTIATE_TEST_SUITE_P(Syntax, BadJobTest, ::testing::ValuesIn(k_syntax), test_name);

const BadJob k_top[] = {
    {"UnknownKey", with_top(R"("sourc": {})"), "/sourc", 1, 2, "did you mean \"source\"?"},
    {"FarUnknownKey", with_top(R"("owner": "me")"), "/owner", 1, 2,
     "known keys: name, uuid, timezone"},
    {"KeyWithSlash", with_top(R"("a/b~c": 1)"), "/a~1b~0c", 1, 2, "unknown key"},
    {"DuplicateKey", edited({{"\"api\": \"jus", "\"api\": \"x\",\n\"api\": \"jus"}}), "/source/api",
     7, 1, "first in line 6"},
    {"NameTooLong", edited({{"orders", std::string(65, 'x')}}), "/name", 2, 11,
     "has 65 characters"},
    {"NameWithBlank", edited({{"orders", "my orders"}}), "/name", 2, 11, "\" \" must not stand"},
    {"NameWithStop", edited({{"orders", "订单。"}}), "/name", 2, 11, "must not stand in a name"},
    {"NameEmpty", edited({{"orders", ""}}), "/name", 2, 11, "the name is empty"},
    {"NameNumber", edited({{"\"orders\"", "7"}}), "/name", 2, 11,
     "expected a text, found the number 7"},
    {"BadZone", with_top(R"("timezone": "Mars/Olympus")"), "/timezone", 1, 14, "a time zone"},
    {"BadOffset", with_top(R"("timezone": "+25:00")"), "/timezone", 1, 14, "a time zone"},
    {"SyncList", with_top(R"("sync": [])"), "/sync", 1, 10, "expected an object, found a list"},
    {"BadDuration", with_top(R"("sync": {"window": "5 apples"})"), "/sync/window", 1, 21,
     "such as \"500ms\""},
    {"DurationNumber", with_top(R"("sync": {"lag": 60})"), "/sync/lag", 1, 18,
     "found the number 60"},
    {"NegativeDuration", with_top(R"("sync": {"overlap": "-10m"})"), "/sync/overlap", 1, 22,
     "a duration with its unit"},
    {"ZeroWindow", with_top(R"("sync": {"window": "0s"})"), "/sync/window", 1, 21,
     "a duration above zero"},
    {"BadDate", with_top(R"("sync": {"start": "2024-02-30"})"), "/sync/start", 1, 20,
     "a time such as"},
    {"Paging", with_top(R"("sync": {"paging": "backward"})"), "/sync/paging", 1, 21,
     R"("auto", "forward" or "reverse")"},
    {"ParallelZero", with_top(R"("sync": {"parallel": 0})"), "/sync/parallel", 1, 23,
     "from 1 to 64, found the number 0"},
    {"ParallelText", with_top(R"("sync": {"parallel": "2"})"), "/sync/parallel", 1, 23,
     "without quotes"},
    {"ParallelFraction", with_top(R"("sync": {"parallel": 1.5})"), "/sync/parallel", 1, 23,
     "a whole number"},
    {"RateObject", with_top(R"("rateLimit": {"requests": 5})"), "/rateLimit/requests", 1, 16,
     "known keys: limits, shared"},
    {"RateEmpty", with_top(R"("rateLimit": [])"), "/rateLimit", 1, 15, "at least one limit"},
    {"RateZero", with_top(R"("rateLimit": [{"requests": 0, "per": "1s"}])"),
     "/rateLimit/0/requests", 1, 29, "from 1 to"},
    {"RateNoPer", with_top(R"("rateLimit": [{"requests": 1}])"), "/rateLimit/0", 1, 16,
     "the key \"per\" is missing"},
    {"RatePerZero", with_top(R"("rateLimit": [{"requests": 1, "per": "0s"}])"), "/rateLimit/0/per",
     1, 39, "above zero"},
    {"NegativeAttempts", with_top(R"("retry": {"maxAttempts": -1})"), "/retry/maxAttempts", 1, 27,
     "from 1 to 100, found the number -1"},
    {"HugeAttempts", with_top(R"("retry": {"maxAttempts": 99999999999999999999})"),
     "/retry/maxAttempts", 1, 27, "from 1 to 100"},
    {"RetryDelays", with_top(R"("retry": {"delay": "2m", "maxDelay": "1m"})"), "/retry/maxDelay", 1,
     39, "maxDelay is below delay"},
    {"RetryTwice", with_top(R"("retry": {}, "retryPolicy": {})"), "/retryPolicy", 1, 15,
     "first at /retry"},
    {"RetryPolicyDelay", with_top(R"("retryPolicy": {"delay": "soon"})"), "/retryPolicy/delay", 1,
     27, "milliseconds"},
    {"MaxBadRows", with_top(R"("quality": {"maxBadRows": -5})"), "/quality/maxBadRows", 1, 28,
     "from 0, found the number -5"},
    {"RuleNoField", with_top(R"("quality": {"rules": [{"required": true}]})"), "/quality/rules/0",
     1, 24, "\"field\" is missing"},
    {"RulePattern", with_top(R"("quality": {"rules": [{"field": "a", "pattern": "(ab"}]})"),
     "/quality/rules/0/pattern", 1, 50, "a ( is never closed"},
    {"RuleMinMax", with_top(R"("quality": {"rules": [{"field": "a", "min": 5, "max": 4}]})"),
     "/quality/rules/0/max", 1, 56, "max is below min"},
    // These are the same number to a double.
    {"RuleMinMaxExact", with_top(R"("quality": {"rules": [{"field": "a", "max": 9007199254740992,
      "min": 9007199254740993}]})"),
     "/quality/rules/0/max", 1, 46, "max is below min"},
    {"RuleMinMaxNegative",
     with_top(R"("quality": {"rules": [{"field": "a", "min": -1, "max": -1.5}]})"),
     "/quality/rules/0/max", 1, 57, "max is below min"},
    {"RuleOnFail", with_top(R"("quality": {"rules": [{"field": "a", "onFail": "skip"}]})"),
     "/quality/rules/0/onFail", 1, 49, "\"quarantine\", \"null\""},
    {"RuleNoDefault", with_top(R"("quality": {"rules": [{"field": "a", "onFail": "default"}]})"),
     "/quality/rules/0/onFail", 1, 49, "needs the key \"default\""},
    {"StateDatabase", with_top(R"("state": {"database": ""})"), "/state/database", 1, 24,
     "1 to 64 characters"},
    {"AlertType", with_top(R"("alerts": [{"type": "slack", "url": "https://u"}])"),
     "/alerts/0/type", 1, 22, "\"dingtalk\", \"wecom\""},
    {"AlertOn", with_top(R"("alerts": [{"type": "wecom", "url": "https://u", "on": ["always"]}])"),
     "/alerts/0/on/0", 1, 58, "\"recovery\" or \"success\""},
    {"AlertUrl", with_top(R"("alerts": [{"type": "wecom", "url": "ftp://u"}])"), "/alerts/0/url", 1,
     38, "http:// or https://"},
    {"MaxRows", with_top(R"("quality": {"minRows": 5, "maxRows": 4})"), "/quality/maxRows", 1, 39,
     "maxRows is below minRows"},
    {"DropBelow", with_top(R"("quality": {"dropBelow": 50})"), "/quality/dropBelow", 1, 27,
     "a number from 0 to 1"},
    {"FailOn", with_top(R"("quality": {"failOn": ["rows"]})"), "/quality/failOn/0", 1, 25,
     "\"minRows\""},
};
INSTANTIATE_TEST_SUITE_P(Top, BadJobTest, ::testing::ValuesIn(k_top), test_name);

const BadJob k_source[] = {
    {"NoPlatform", edited({{"    \"platform\": \"jushuitan-qimen\",\n", ""}}), "/source", 3, 13,
     "\"platform\" is missing"},
    {"UnknownPlatform", edited({{"jushuitan-qimen", "jushuitan-qmen"}}), "/source/platform", 4, 17,
     "did you mean \"jushuitan-qimen\"?"},
    {"MysqlSource", edited({{"jushuitan-qimen", "mysql"}}), "/source/platform", 4, 17,
     "known platforms: jikeyun"},
    {"NoApi", edited({{"\"api\": \"jus", "\"name\": \"jus"}}), "/source", 3, 13,
     "\"api\" is missing"},
    {"BlankApi", edited({{"jushuitan.saleout.list.query", " "}}), "/source/api", 6, 12,
     "must not be empty"},
    {"ConnectionList",
     edited({{R"({"app_key": "1", "app_secret": "${env:S}", "customer_id": "c"})", "[]"}}),
     "/source/connection", 5, 19, "an object or a name"},
    {"ConnectionKey",
     edited({{"customer_id\": \"c\"", "customer_id\": \"c\", \"appsecret\": \"x\""}}),
     "/source/connection/appsecret", 5, 82, "did you mean \"app_secret\"?"},
    {"ConnectionMissing", edited({{", \"customer_id\": \"c\"", ""}}), "/source/connection", 5, 19,
     "\"customer_id\" is missing"},
    {"ConnectionEmpty", edited({{"\"c\"}", "\"\"}"}}), "/source/connection/customer_id", 5, 77,
     "must not be empty"},
    {"BaseUrl", edited({{"\"app_key\": \"1\"", "\"app_key\": \"1\", \"base_url\": \"erp:80\""}}),
     "/source/connection/base_url", 5, 48, "http:// or https://"},
    {"SignMethod",
     edited({{"\"app_key\": \"1\"", "\"app_key\": \"1\", \"sign_method\": \"sha1\""}}),
     "/source/connection/sign_method", 5, 51,
     "\"md5\", \"hmac\" or \"hmac-sha256\", found another"},
    {"MissingEnv", edited({{"${env:S}", "${env:JST_SECRET}"}}), "/source/connection/app_secret", 5,
     50, "environment variable JST_SECRET is not set"},
    {"MissingFile", edited({{"${env:S}", "${file:no/such}"}}), "/source/connection/app_secret", 5,
     50, "file \"no/such\" cannot be read"},
    {"MissingCredential", edited({{"${env:S}", "${credential:jst}"}}),
     "/source/connection/app_secret", 5, 50, "CREDENTIALS_DIRECTORY is not set"},
    {"UnknownReference", edited({{"${env:S}", "${vault:S}"}}), "/source/connection/app_secret", 5,
     50, "known kinds: env, file, credential"},
    {"OpenReference", edited({{"${env:S}", "${env:S"}}), "/source/connection/app_secret", 5, 50,
     "never closes"},
    {"ReferenceInValue", edited({{"{{LAST_SYNC_TIME|datetime}}", "${env:FROM}"}}),
     "/source/request/0/value", 7, 50, "FROM is not set"},
    {"NamedConnection",
     edited({{R"({"app_key": "1", "app_secret": "${env:S}", "customer_id": "c"})", "\"jst\""}}),
     "/source/connection", 5, 19, "connections.json: cannot be opened"},
    {"IdCheckWord", with_source(R"("id": "a", "idCheck": "yes")"), "/source/idCheck", 3, 36,
     "true or false, found the text \"yes\""},
    {"IdCheckNoId", with_source(R"("idCheck": true)"), "/source/idCheck", 3, 25, "needs the key"},
    {"PageSizeZero", with_source(R"("pagination": {"pageSize": "0"})"),
     "/source/pagination/pageSize", 3, 41, "from 1 to 10000, found the text \"0\""},
    {"PageField", with_source(R"("pagination": {"pageField": "p"})"),
     "/source/pagination/pageField", 3, 29, "known keys: pageSize"},
    {"RequestObject",
     edited({{R"([{"field": "start_time", "value": "{{LAST_SYNC_TIME|datetime}}"}])", "{}"}}),
     "/source/request", 7, 16, "a list of objects, found an object"},
    {"RequestText",
     edited({{R"({"field": "start_time", "value": "{{LAST_SYNC_TIME|datetime}}"})",
              "\"start_time\""}}),
     "/source/request/0", 7, 17, "expected an object, found the text"},
    {"BeatFlatTwo", with_source(R"("beatFlat": ["a", "b"])"), "/source/beatFlat", 3, 26,
     "more than one array is not supported"},
    {"BeatFlatNumber", with_source(R"("beatFlat": [1])"), "/source/beatFlat/0", 3, 27,
     "expected a text"},
    {"BeatFlatTwice",
     with_source(R"("beatFlat": ["a"], "otherRequestParams": {"beatFlat": ["a"]})"),
     "/source/otherRequestParams/beatFlat", 3, 68, "given twice"},
    {"OmissionRemedy", with_source(R"("omissionRemedy": {})"), "/source/omissionRemedy", 3, 32,
     "takeOverRequest"},
    {"FormatResponse", with_source(R"("formatResponse": [])"), "/source/formatResponse", 3, 14,
     "not supported"},
    {"Attachment", with_source(R"("DownloadAttachment": true)"), "/source/DownloadAttachment", 3,
     14, "not supported"},
    {"ConditionFlat", with_source(R"("condition": [{"field": "a", "logic": "eq", "value": 1}])"),
     "/source/condition/0", 3, 28, "the outer list means OR"},
    {"ConditionLogic", with_source(R"("condition": [[{"field": "a", "logic": "==", "value": 1}]])"),
     "/source/condition/0/0/logic", 3, 53, "\"eq\", \"neq\""},
    {"ConditionNoValue", with_source(R"("condition": [[{"field": "a", "logic": "eq"}]])"),
     "/source/condition/0/0", 3, 29, "eq needs a value"},
    {"ConditionBetween",
     with_source(R"("condition": [[{"field": "a", "logic": "between", "value": "5"}]])"),
     "/source/condition/0/0/value", 3, 73, "between needs two values"},
    {"DelayWord", with_source(R"("delay": "later")"), "/source/delay", 3, 23,
     "a number of seconds up to 3600"},
    {"NegativeDelay", with_source(R"("delay": -1)"), "/source/delay", 3, 23, "number of seconds"},
    {"DelayTwice",
     edited({{"{\n  \"name\"", "{\"delay\": 1,\n  \"name\""},
             {"\"source\": {", "\"source\": {\"delay\": 2,"}}),
     "/source/delay", 3, 14, "first at /delay"},
};
INSTANTIATE_TEST_SUITE_P(Source, BadJobTest, ::testing::ValuesIn(k_source), test_name);

const BadJob k_target[] = {
    {"TargetPlatform", with_target(R"("platform": "oracle")"), "/target/platform", 9, 26,
     "expected \"mysql\""},
    {"TargetApi", edited({{"batchexecute", "batchSave"}}), "/target/api", 11, 12,
     "\"batchSave\" is not supported"},
    {"TargetApiTypo", edited({{"batchexecute", "batchexcute"}}), "/target/api", 11, 12,
     "did you mean \"batchexecute\"?"},
    {"Port", edited({{"\"username\"", "\"port\": 70000, \"username\""}}), "/target/connection/port",
     10, 28, "from 1 to 65535"},
    {"PortWord", edited({{"\"username\"", "\"port\": \"mysql\", \"username\""}}),
     "/target/connection/port", 10, 28, "found another text"},
    {"SslMode", edited({{"\"username\"", "\"ssl_mode\": \"on\", \"username\""}}),
     "/target/connection/ssl_mode", 10, 32, "\"verify_identity\""},
    {"Timeout", edited({{"\"username\"", "\"read_timeout\": 0, \"username\""}}),
     "/target/connection/read_timeout", 10, 36, "number of seconds"},
    {"TwoSpellings", edited({{"\"username\": \"etl\"", "\"username\": \"etl\", \"user\": \"e\""}}),
     "/target/connection/user", 10, 39, "are the same key"},
    {"NoUser", edited({{"\"username\": \"etl\", ", ""}}), "/target/connection", 10, 19,
     "\"username\" is missing"},
    {"NoDatabase", edited({{", \"database\": \"bi\"", ""}}), "/target/connection", 10, 19,
     "state.database is not set"},
    {"ItemType", with_item(R"({"field": "id", "type": "varchar", "value": "1"})"),
     "/target/request/0/type", 12, 41, "\"string\", \"int\""},
    {"ItemKey", with_item(R"({"field": "id", "vlaue": "1"})"), "/target/request/0/vlaue", 12, 33,
     "did you mean \"value\"?"},
    {"ItemNoField", with_item(R"({"value": "1"})"), "/target/request/0", 12, 17,
     "needs a field name"},
    {"ItemObjectValue", with_item(R"({"field": "id", "value": {"a": 1}})"),
     "/target/request/0/value", 12, 42, "found an object"},
    {"ItemChildrenType",
     edited({{"\"value\": \"{{LAST_SYNC_TIME|datetime}}\"",
              R"("type": "int", "children": [{"field": "a"}])"}}),
     "/source/request/0/type", 7, 49, "type \"int\" has no children"},
    {"BatchNested", with_item(R"({"field": "id", "children": [{"field": "a"}]})"),
     "/target/request/0/children", 12, 45, "are flat"},
    {"Parser", with_item(R"({"field": "id", "parser": {"name": "ConvertJson"}})"),
     "/target/request/0/parser/name", 12, 52, "the parser \"ConvertJson\" is not supported"},
    {"ParserList", with_item(R"({"field": "id", "parser": []})"), "/target/request/0/parser", 12,
     43, "expected an object"},
    {"MongoQuery", with_item(R"({"field": "id", "value": "_mongoQuery x"})"),
     "/target/request/0/value", 12, 42, "\"_mongoQuery\""},
    {"MappingAndValue", with_item(R"({"field": "id", "value": "1", "mapping": "a"})"),
     "/target/request/0/mapping", 12, 58, "exclude each other"},
    {"RepeatedColumn", with_item(R"({"field": "id"}, {"field": "id"})"), "/target/request/1/field",
     12, 44, "\"id\" is given twice"},
    {"NoColumns", with_item(""), "/target/request", 12, 16, "needs a list of columns"},
    {"NoStatement", edited({{"main_sql\", \"value\": \"INSERT INTO t (id) VALUES\"", "limit\""}}),
     "/target/otherRequest", 13, 21, "batchexecute needs main_sql"},
    {"ExecuteNoStatement", edited({{"batchexecute", "execute"}, {"INSERT INTO t (id) VALUES", ""}}),
     "/target/otherRequest", 13, 21, "execute needs main_sql"},
    {"LimitHigh", with_control(R"({"field": "limit", "value": "10001"})"),
     "/target/otherRequest/1/value", 13, 110, "from 1 to 10000"},
    {"LimitWord", with_control(R"({"field": "limit", "value": "all"})"),
     "/target/otherRequest/1/value", 13, 110, "found \"all\""},
    {"ControlTypo", with_control(R"({"field": "main_sq", "value": "x"})"),
     "/target/otherRequest/1/field", 13, 92, "did you mean \"main_sql\"?"},
    {"StatementTwice", with_control(R"({"field": "main_sql", "value": "x"})"),
     "/target/otherRequest/1/field", 13, 92, "given twice"},
    {"ExtendSql", with_control(R"({"field": "extend_sql_1", "value": "x"})"),
     "/target/otherRequest/1/field", 13, 92, "\"extend_sql_1\" belongs to execute"},
    {"ExtendSqlAlone",
     edited({{"batchexecute", "execute"},
             {"VALUES\"}]", R"(VALUES"}, {"field": "extend_sql_1", "value": "x"}])"}}),
     "/target/otherRequest/1/field", 13, 93, "needs \"extend_params_1\""},
    {"ExtendParams",
     edited(
         {{"batchexecute", "execute"}, {"{\"field\": \"id\"", "{\"field\": \"extend_params_1\""}}),
     "/target/request/0/field", 12, 27, "\"extend_params_1\" has no \"extend_sql_1\""},
    {"GroupCalculate", with_target(R"("groupCalculate": {})"), "/target/groupCalculate", 9, 14,
     "group in MySQL"},
    {"CallBack", with_target(R"("callBackStrategy": {})"), "/target/callBackStrategy", 9, 14,
     "not supported"},
    {"DistributionOrg", with_target(R"("distributionOrg": "1")"), "/target/distributionOrg", 9, 14,
     "not supported"},
    {"WriteBack", with_target(R"("response": [{"field": "primaryWriteback", "children": []}])"),
     "/target/response/0/field", 9, 37, "\"primaryWriteback\" is not supported"},
};
INSTANTIATE_TEST_SUITE_P(Target, BadJobTest, ::testing::ValuesIn(k_target), test_name);

}  // namespace
}  // namespace erp2mysql::job
