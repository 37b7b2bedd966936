// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/curl_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/http/markup.hpp"
#include "erp2mysql/http/sign.hpp"
#include "tiny_server.hpp"

namespace erp2mysql::http {
namespace {

using base::Error;
using base::ErrorKind;
using base::Millis;
using testing::HasSubstr;
using testing::Not;
using After = Script::After;

std::string answer(const std::string& body, const std::string& headers = "",
                   const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

Ask get(const std::string& url, Headers headers = {}) {
  return {[=] { return Request{"GET", url, headers, ""}; }, nullptr};
}

Ask post(const std::string& url, const std::string& body) {
  return {[=] {
            return Request{"POST", url, {{"Content-Type", "text/json"}, {"X-Empty", ""}}, body};
          },
          nullptr};
}

Error fails(CurlTransport& transport, const Ask& ask) {
  try {
    const auto response = transport.send(ask);
    ADD_FAILURE() << "no error, status " << response.status;
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::bug, "none");
}

// 5000 times 'x'.
std::string gzipped() {
  return from_hex(
      "1f8b0800000000000203edc13101000000c2a0da8b6f0a3fa00000000080b70126f0db0088130000");
}

TEST(Curl, PostsAndKeepsTheConnection) {
  TinyServer server({{answer("{\"a\":1}", "X-One: a: b \r\n")}, {answer("2")}});
  CurlTransport transport;
  const auto first = transport.send(post(server.url("/x?y=1"), "body=1"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "{\"a\":1}");
  EXPECT_EQ(first.header("x-one"), "a: b");
  EXPECT_EQ(transport.send(get(server.url("/z"))).body, "2");
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(transport.counters().requests, 2U);
  EXPECT_EQ(transport.counters().bytes_in, 8U);
  const auto asked = server.requests();
  EXPECT_THAT(asked[0], HasSubstr("POST /x?y=1 HTTP/1.1\r\n"));
  EXPECT_THAT(asked[0], HasSubstr("Accept-Encoding: gzip, deflate\r\n"));
  EXPECT_THAT(asked[0], HasSubstr("Content-Type: text/json\r\n"));
  EXPECT_THAT(asked[0], HasSubstr("X-Empty:\r\n"));
  EXPECT_TRUE(asked[0].ends_with("\r\n\r\nbody=1"));
  EXPECT_THAT(asked[1], HasSubstr("GET /z HTTP/1.1\r\n"));
  EXPECT_THAT(asked[1], Not(HasSubstr("text/json")));
}

TEST(Curl, LargeBodiesNeedNoExpectHeader) {
  TinyServer server({{answer("ok")}});
  CurlTransport transport;
  const std::string body(3 * 1024 * 1024, 'b');
  EXPECT_EQ(transport.send(post(server.url(), body)).body, "ok");
  EXPECT_THAT(server.requests()[0].substr(0, 1000), Not(HasSubstr("Expect")));
}

TEST(Curl, DecodesGzipAndCountsWireBytes) {
  const auto packed = gzipped();
  TinyServer server({{answer(packed, "Content-Encoding: gzip\r\n")}});
  CurlTransport transport;
  EXPECT_EQ(transport.send(get(server.url())).body, std::string(5000, 'x'));
  EXPECT_EQ(transport.counters().bytes_in, packed.size());
}

TEST(Curl, CapsTheDecodedSize) {
  const auto packed = gzipped();
  const auto chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                       std::string(1001, 'x') + "\r\n0\r\n\r\n";
  TinyServer server({{answer(packed, "Content-Encoding: gzip\r\n"), After::close},
                     {answer(std::string(1001, 'x')), After::close},
                     {chunked, After::close},
                     {answer(std::string(1000, 'x')), After::close}});
  CurlOptions options;
  options.max_bytes = 1000;
  CurlTransport transport(options);
  for (int i = 0; i < 3; ++i) {
    const auto error = fails(transport, get(server.url()));
    EXPECT_EQ(error.kind(), ErrorKind::protocol);
    EXPECT_EQ(error.message(), "the answer is larger than 1000 bytes; lower the page size");
  }
  EXPECT_EQ(transport.send(get(server.url())).body.size(), 1000U);
}

TEST(Curl, BrokenTransfersAreTemporary) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n";
  const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":";
  const Script scripts[] = {{"", After::close},
                            {"", After::reset},
                            {half, After::close},
                            {half, After::reset},
                            {chunked, After::close},
                            {"HTTP/1.1 200", After::close},
                            {"SSH-2.0-x\r\n", After::close},
                            {answer("not gzip", "Content-Encoding: gzip\r\n"), After::close}};
  for (const auto& script : scripts) {
    TinyServer server({script});
    CurlTransport transport;
    const auto error = fails(transport, get(server.url("/p?sign=topsecret")));
    EXPECT_EQ(error.kind(), ErrorKind::temporary) << script.bytes << error.what();
    EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:"));
    EXPECT_THAT(error.what(), Not(HasSubstr("topsecret")));
    EXPECT_THAT(error.what(), Not(HasSubstr("/p")));
  }
}

TEST(Curl, TimesOut) {
  TinyServer server({{"", After::hang}});
  CurlOptions options;
  options.total_timeout = Millis(200);
  CurlTransport transport(options);
  const auto error = fails(transport, get(server.url()));
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_THAT(error.what(), HasSubstr("waiting for the answer"));
}

TEST(Curl, RefusedConnectionIsTemporary) {
  std::string url;
  {
    TinyServer server({{""}});
    url = server.url();
  }
  CurlTransport transport;
  const auto error = fails(transport, get(url));
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_THAT(error.what(), HasSubstr("connecting failed"));
}

TEST(Curl, RedirectsAreNotFollowed) {
  TinyServer server(
      {{answer("", "Location: http://127.0.0.1:1/?token=x\r\n", "302 Found")}, {answer("no")}});
  CurlTransport transport;
  const auto response = transport.send(get(server.url()));
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(judge_status(response).action, Verdict::Action::permanent);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Curl, InterimAnswersAreSkippedAndHtmlComesThrough) {
  TinyServer server({{"HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n" +
                      answer("<html>login</html>", "X-B: 2\r\n")}});
  CurlTransport transport;
  const auto response = transport.send(get(server.url()));
  EXPECT_EQ(response.header("X-A"), "");
  EXPECT_EQ(response.header("X-B"), "2");
  EXPECT_EQ(markup_of(response.body), Markup::html);
}

TEST(Curl, TheEnvironmentSetsNoProxy) {
  TinyServer server({{answer("direct")}});
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  CurlTransport transport;
  EXPECT_EQ(transport.send(get(server.url())).body, "direct");
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST(Curl, RefusesBadRequestsBeforeSending) {
  CurlTransport transport;
  using namespace std::string_literals;
  for (const auto& value : {"a\r\nX-Evil: 1"s, "a\nb"s, "a\0b"s}) {
    EXPECT_EQ(fails(transport, get("http://127.0.0.1:1/", {{"X-A", value}})).kind(),
              ErrorKind::config);
    EXPECT_EQ(fails(transport, get("http://127.0.0.1:1/", {{value, "1"}})).kind(),
              ErrorKind::config);
    EXPECT_EQ(fails(transport, get("http://127.0.0.1:1/" + value)).kind(), ErrorKind::config);
  }
  for (const auto* url : {"ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "nonsense://x"}) {
    EXPECT_EQ(fails(transport, get(url)).kind(), ErrorKind::config) << url;
  }
  const Ask put{[] { return Request{"PUT", "http://127.0.0.1:1/", {}, ""}; }, nullptr};
  EXPECT_EQ(fails(transport, put).kind(), ErrorKind::bug);
}

TEST(Curl, BadCaFileIsAConfigError) {
  CurlOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  TinyServer server({{"no TLS here\r\n\r\n", After::close}});
  CurlTransport transport(options);
  const auto error = fails(transport, get("https" + server.url().substr(4)));
  EXPECT_EQ(error.kind(), ErrorKind::config);
  EXPECT_FALSE(error.hint().empty());
}

TEST(Curl, StopEndsATransfer) {
  TinyServer server({{"", After::hang}});
  CurlTransport transport;
  std::thread stopper([] {
    std::this_thread::sleep_for(Millis(50));
    base::request_stop(15);
  });
  EXPECT_EQ(fails(transport, get(server.url())).kind(), ErrorKind::interrupted);
  stopper.join();
  EXPECT_EQ(fails(transport, get(server.url())).kind(), ErrorKind::interrupted);
  base::request_stop(0);
}

}  // namespace
}  // namespace erp2mysql::http
