// SPDX-License-Identifier: Apache-2.0
// Kingdee: sign-in vectors, both metadata shapes, rows that are lists, errors that look like rows.
#include "erp2mysql/source/kingdee.hpp"

#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

constexpr auto k_app = "123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4";

job::Source settings(const std::string& auth = "sign") {
  job::Source out;
  out.platform = "kingdee";
  out.api = "ExecuteBillQuery";
  out.connection = {{"base_url", "https://erp.example.com/K3Cloud"},
                    {"auth", auth},
                    {"acct_id", "65f0a1b2c3d4e5"},
                    {"username", "demo"},
                    {"password", "password-value"},
                    {"app_id", k_app},
                    {"app_secret", "test-app-secret-value"}};
  return out;
}

/// The older shape: the API's own arguments stand in `request`.
job::Source older(const std::string& keys = "FID,FBillNo,FMaterialId.FNumber") {
  auto out = settings();
  out.request = {item("FormId", "SAL_SaleOrder"), item("FieldKeys", keys),
                 item("FilterString", "FModifyDate>='x'")};
  return out;
}

kingdee::Account account() { return kingdee::read_account(settings().connection); }

TEST(KingdeeSign, LoginVectors) {
  auto who = account();
  EXPECT_EQ(kingdee::login_sign(who, "1700000000"),
            "b68d7c4c697c81617b635245c343944765bc9f305fb1062fa7699d7155a20abb");
  who.username = "演示用户";
  EXPECT_EQ(kingdee::login_sign(who, "1700000000"),
            "2c389797b782c056dd38541b7c5fe173640b7f1147157bb8db09c7b9916657ab");
}

TEST(KingdeeSign, HeaderVectors) {
  auto who = account();
  who.acct_id = "dcid-1";
  who.username = "user-1";
  who.org_num = "100";
  const auto url = kingdee::service_url(
      who, "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery");
  const auto at = base::Instant(std::chrono::seconds(1700000000));
  const auto headers = kingdee::signed_headers(who, url, at);
  EXPECT_EQ(header(headers, "X-Api-ClientID"), "123456");
  EXPECT_EQ(header(headers, "x-api-timestamp"), "1700000000");
  EXPECT_EQ(header(headers, "X-Api-Signature"),
            "MjNhMzg5MmZiMWE1MTQ1ZGE5NWFkYmZiZWYxYzhlY2NjNzcwM2ZjNDJlZTczMzBhNzkxOTk1ODhjNDZkMTEzYw"
            "==");
  EXPECT_EQ(header(headers, "X-Kd-Appkey"), k_app);
  EXPECT_EQ(header(headers, "X-Kd-Appdata"), "ZGNpZC0xLHVzZXItMSwyMDUyLDEwMA==");
  EXPECT_EQ(header(headers, "X-Kd-Signature"),
            "NjI5MzRiZGVhNGJhOWY2N2Y2YzQ2MzQ5ODA3N2JiZTRiMDRmOTUwNjI3YWIzODU1ODBkZDdhNzgwMzdmMDgxMg"
            "==");
  who.acct_id = "65f0a1b2c3d4e5";
  who.username = "演示用户";
  const auto chinese = kingdee::signed_headers(who, url, at);
  EXPECT_EQ(header(chinese, "X-Kd-Appdata"), "NjVmMGExYjJjM2Q0ZTUs5ryU56S655So5oi3LDIwNTIsMTAw");
  EXPECT_EQ(header(chinese, "X-Kd-Signature"),
            "MDFjNDcwNDdhOTU0YTVmYmQ3NTUyMDcxZWM4OWMxMzBhNjQ4MjYwNTZhODI1ZWFkMTA5YmUyYjE1MDFkODRlZQ"
            "==");
  // Base64 of the hex text, not of the bytes behind it.
  EXPECT_EQ(kingdee::signature("POST\n%2Ftest\n\nx-api-nonce:1\nx-api-timestamp:1\n", "key123"),
            "MThmZGFiM2U5MGZhNmU0MDQ0MWI1NTNkNmNmMjY2MDY0YzEzZTllNTA0OTBmM2M0NDI2NzFiMTI3NTFkZmU1ZQ"
            "==");
}

TEST(KingdeeLogin, RequestsByKind) {
  const struct {
    const char *auth, *service, *body;
  } cases[] = {
      {"password", "ValidateUser",
       R"({"parameters":["65f0a1b2c3d4e5","demo","password-value",2052]})"},
      {"app_secret", "LoginByAppSecret",
       R"({"parameters":["65f0a1b2c3d4e5","demo","123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4",)"
       R"("test-app-secret-value",2052]})"},
      {"sign", "LoginBySign",
       R"({"parameters":["65f0a1b2c3d4e5","demo","123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4",)"
       R"(1700000000,"b68d7c4c697c81617b635245c343944765bc9f305fb1062fa7699d7155a20abb",2052]})"},
  };
  for (const auto& c : cases) {
    const auto source = make(settings(c.auth), 2000);
    ASSERT_NE(source->sign_in(), nullptr);
    const auto request =
        source->sign_in()->request({}, base::Instant(std::chrono::seconds(1700000000)));
    EXPECT_EQ(request.url, std::string("https://erp.example.com/K3Cloud/"
                                       "Kingdee.BOS.WebApi.ServicesStub.AuthService.") +
                               c.service + ".common.kdsvc");
    EXPECT_EQ(request.body, c.body);
  }
  EXPECT_EQ(make(settings("headers"), 2000)->sign_in(), nullptr);
}

TEST(KingdeeLogin, Answers) {
  const auto source = make(settings(), 2000);
  const auto& login = *source->sign_in();
  const struct {
    const char* body;
    Action action;
  } cases[] = {
      {R"({"LoginResultType":1,"KDSVCSessionId":"0f8f"})", Action::ok},
      {R"({"LoginResultType":-5,"KDSVCSessionId":"0f8f"})", Action::ok},
      {R"({"LoginResultType":-5,"KDSVCSessionId":null})", Action::permanent},
      {R"({"LoginResultType":0,"Message":"用户名或密码错误"})", Action::permanent},
      {R"({"LoginResultType":-3,"KDSVCSessionId":"0f8f"})", Action::permanent},
      {R"({"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":1,"Errors":[]}}})",
       Action::permanent},
      {"response_error:会话信息已丢失", Action::permanent},
      {"<html></html>", Action::retry},
  };
  for (const auto& c : cases) EXPECT_EQ(login.judge({200, {}, c.body}).action, c.action) << c.body;
  const auto session = login.accept({200,
                                     {{"Set-Cookie", "kdservice-sessionid=0f8f; path=/"},
                                      {"set-cookie", "ASP.NET_SessionId=abc; HttpOnly"}},
                                     R"({"LoginResultType":1,"KDSVCSessionId":"0f8f"})"});
  EXPECT_EQ(session.token, "0f8f");
  EXPECT_EQ(session.cookies, "kdservice-sessionid=0f8f; ASP.NET_SessionId=abc");
  const auto request = source->build({}, {}, {base::Instant{}, session});
  EXPECT_EQ(header(request.headers, "kdservice-sessionid"), "0f8f");
  EXPECT_EQ(header(request.headers, "Cookie"), session.cookies);
}

TEST(KingdeeQuery, OlderShape) {
  const auto source = make(older(), 2000);
  EXPECT_EQ(source->spec().cursor_key, "FID");
  const data::Arguments given{text("FormId", "SAL_SaleOrder"),
                              text("FieldKeys", "FID"),
                              text("FilterString", "FModifyDate>='2026-01-01 00:00:00'"),
                              text("Limit", "2000"),
                              text("StartRow", "0"),
                              text("TopRowCount", "2000")};
  const auto first = source->build(given, {}, base::Instant{});
  EXPECT_EQ(first.url,
            "https://erp.example.com/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService."
            "ExecuteBillQuery.common.kdsvc");
  EXPECT_EQ(first.body,
            R"({"data":{"FormId":"SAL_SaleOrder","FieldKeys":"FID,FBillNo,FMaterialId.FNumber",)"
            R"("FilterString":"FModifyDate>='2026-01-01 00:00:00'","OrderString":"FID ASC",)"
            R"("TopRowCount":0,"StartRow":0,"Limit":2000,"SubSystemId":""}})");
  const auto second = source->build(given, {1, false, "100232"}, base::Instant{});
  EXPECT_NE(
      second.body.find(R"("FilterString":"(FModifyDate>='2026-01-01 00:00:00') AND FID > 100232")"),
      std::string::npos)
      << second.body;
}

TEST(KingdeeQuery, NewerShapeNamesItsColumns) {
  auto job = settings();
  job.api = "executeBillQuery";
  job.request = {item("FID"), item("Fbillno"), item("FBillTypeID_FNumber", "FBillTypeID.FNumber")};
  job.other_request = {item("FormId", "SAL_SaleOrder"), item("FilterString", "a='b'")};
  const auto source = make(job, 2);
  const auto request = source->build(
      {text("FBillTypeID_FNumber", "FBillTypeID.FNumber"), text("FilterString", "a='b'")}, {},
      base::Instant{});
  EXPECT_NE(request.body.find(R"("FieldKeys":"FID,Fbillno,FBillTypeID.FNumber")"),
            std::string::npos)
      << request.body;
  EXPECT_EQ(request.body.find("FBillTypeID_FNumber"), std::string::npos);
  const auto page = page_of(*source, R"([[1,"SO1","X"]])");
  EXPECT_EQ(data::to_json(*page.records.at(0)),
            R"({"FID":1,"Fbillno":"SO1","FBillTypeID_FNumber":"X"})");
}

TEST(KingdeeQuery, RowsKeepTheirDigits) {
  const auto page =
      page_of(*make(older(), 2000),
              R"([[100231,"CP.1",5.0],[100232,null," "],[9007199254740993,"a",12.3450000000]])");
  ASSERT_EQ(page.records.size(), 3u);
  EXPECT_EQ(cell(page, 0, "FMaterialId_FNumber"), "5.0");
  EXPECT_EQ(cell(page, 1, "FBillNo"), "null");
  EXPECT_EQ(cell(page, 2, "FID"), "9007199254740993");
  EXPECT_EQ(cell(page, 2, "FMaterialId_FNumber"), "12.3450000000");
  EXPECT_FALSE(page.next);
  EXPECT_TRUE(page_of(*make(older(), 2000), "[]").records.empty());
}

TEST(KingdeeQuery, ObjectsOfBillQuery) {
  auto job = older();
  job.api = "BillQuery";
  const auto source = make(job, 2000);
  EXPECT_NE(source->build({}, {}, base::Instant{}).url.find("Service.BillQuery.common"),
            std::string::npos);
  const auto page = page_of(*source, R"([{"FMaterialId.FNumber":"M","FID":1,"FBillNo":"B"}])");
  EXPECT_EQ(data::to_json(*page.records.at(0)),
            R"({"FID":1,"FBillNo":"B","FMaterialId_FNumber":"M"})");
}

// A page that was cut may have cut the lines of its last bill.
TEST(KingdeeQuery, CutPagesEndWithACompleteKey) {
  const auto source = make(older("FID,FEntry_FSeq"), 4);
  const auto page = page_of(*source, "[[1,1],[2,1],[3,1],[3,2]]");
  EXPECT_EQ(page.records.size(), 2u);
  EXPECT_EQ(page.next, "2");
  EXPECT_EQ(page_of(*source, "[[3,1],[3,2],[3,3]]").records.size(), 3u);
  EXPECT_THROW(page_of(*source, "[[3,1],[3,2],[3,3],[3,4]]"), base::Error);
  EXPECT_THROW(page_of(*source, "[[3,1],[2,2]]"), base::Error);      // not ordered
  EXPECT_THROW(page_of(*source, "[[null,1],[2,2]]"), base::Error);   // no key
  EXPECT_THROW(page_of(*source, "[[3,1,1],[4,2,1]]"), base::Error);  // does not fit the columns
}

TEST(KingdeeQuery, AKeyThatIsNotSelectedIsAskedForAndHidden) {
  auto job = older("FBillNo");
  job.read.cursor_key = "FSaleOrderEntry_FEntryID";
  const auto source = make(job, 2);
  EXPECT_NE(source->build({}, {}, base::Instant{})
                .body.find(R"("FieldKeys":"FBillNo,FSaleOrderEntry_FEntryID")"),
            std::string::npos);
  const auto page = page_of(*source, R"([["a",7],["b",8]])");
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_EQ(data::to_json(*page.records[0]), R"({"FBillNo":"a"})");
  EXPECT_EQ(page.next, "7");
}

TEST(KingdeeQuery, WithoutAKeyRowOffsets) {
  const auto source = make(older("FNumber,FName"), 2);
  EXPECT_EQ(source->spec().paging, Paging::numbers);
  const auto third = source->build({}, {3, false, ""}, base::Instant{});
  EXPECT_NE(third.body.find(R"("StartRow":4,"Limit":2)"), std::string::npos) << third.body;
  EXPECT_EQ(page_of(*source, R"([["a","b"],["c","d"]])").has_next, true);
  EXPECT_EQ(page_of(*source, R"([["a","b"]])").has_next, false);
  const auto findings = source->check();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].warning);
}

TEST(KingdeeQuery, ChecksWhatIsMissing) {
  auto job = settings();
  job.request = {item("Limit", "100"), item("TopRowCount", "5")};
  const auto findings = make(job, 100)->check();
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_NE(findings[0].message.find("FormId"), std::string::npos);
  EXPECT_NE(findings[1].message.find("no columns"), std::string::npos);
  EXPECT_TRUE(findings[2].warning);
}

TEST(KingdeeQuery, Bounds) {
  const auto bounds =
      make(older(), 2000)
          ->bounds({text("FilterString",
                         "(FCloseStatus='B' or x>'b') and (FCloseDate >= '2026-01-01 00:00:00' or "
                         "FCancelDate>='2026-"
                         "01-01 00:00:00') and FDate< '2026-01-02' and FName <> '2026-01-03'")});
  ASSERT_EQ(bounds.size(), 3u);
  EXPECT_FALSE(bounds[0].upper);
  EXPECT_EQ(bounds[1].at, time("2026-01-01"));
  EXPECT_TRUE(bounds[2].upper);
}

std::string complaint(int code, const std::string& text = "x") {
  return R"([[{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"Message":")" +
         text + R"("}],"MsgCode":)" + std::to_string(code) + "}}}]]";
}

TEST(Kingdee, Verdicts) {
  expect_verdicts(
      *make(older(), 2000),
      {{"rows", "[[1,\"a\",\"b\"]]", Action::ok},
       {"no rows", "[]", Action::ok},
       {"session lost", complaint(1, "会话信息已丢失，请重新登录"), Action::sign_in,
        ErrorKind::credentials},
       {"session lost by text", complaint(0, "会话信息已丢失，请重新登录"), Action::sign_in,
        ErrorKind::credentials},
       {"no right", complaint(2), Action::permanent, ErrorKind::credentials},
       {"database", complaint(6), Action::retry, ErrorKind::temporary},
       {"no such field", complaint(9, "元数据中标识为FXXX的字段不存在"), Action::permanent,
        ErrorKind::config},
       {"locked", complaint(13), Action::retry, ErrorKind::temporary},
       {"call limit", complaint(14), Action::slow_down, ErrorKind::temporary},
       {"unknown", complaint(99), Action::permanent},
       {"unknown text", complaint(0), Action::permanent},
       {"not wrapped", R"({"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":8}}})",
        Action::permanent, ErrorKind::config},
       {"wrapped once", R"([{"Result":{"ResponseStatus":{"IsSuccess":"false","MsgCode":"14"}}}])",
        Action::slow_down, ErrorKind::temporary},
       {"plain text", "response_error:业务对象不存在", Action::permanent, ErrorKind::config},
       {"an object without rows", R"({"Message":"?"})", Action::retry, ErrorKind::protocol},
       {"web page", "<!DOCTYPE html>", Action::retry, ErrorKind::protocol}});
  const auto headers = make(settings("headers"), 2000);
  EXPECT_EQ(verdict_of(*headers, {200, {}, complaint(1)}).action, Action::permanent);
  EXPECT_FALSE(header(headers->build({}, {}, base::Instant{}).headers, "X-Kd-Signature").empty());
}

}  // namespace
}  // namespace erp2mysql::source
