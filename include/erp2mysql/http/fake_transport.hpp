// SPDX-License-Identifier: Apache-2.0
// The in-memory twin of the real transport, for tests: gives prepared answers in order and
// remembers what was asked. Like the real one it judges nothing.
#pragma once

#include <deque>
#include <utility>
#include <variant>
#include <vector>

#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::http {

class FakeTransport : public Transport {
 public:
  FakeTransport& answer(Response response) {
    answers_.emplace_back(std::move(response));
    return *this;
  }
  FakeTransport& answer(int status, std::string body, Headers headers = {}) {
    return answer(Response{status, std::move(headers), std::move(body)});
  }
  FakeTransport& fail(base::Error error) {
    answers_.emplace_back(std::move(error));
    return *this;
  }
  /// Asked when no prepared answer is left; without it that is an error.
  FakeTransport& otherwise(std::function<Response(const Request&)> responder) {
    responder_ = std::move(responder);
    return *this;
  }

  Response send(const Ask& ask) override {
    requests.push_back(ask.build());
    if (answers_.empty()) {
      if (responder_) return responder_(requests.back());
      throw base::Error(base::ErrorKind::bug, "the fake transport has no answer left");
    }
    auto next = std::move(answers_.front());
    answers_.pop_front();
    if (auto* error = std::get_if<base::Error>(&next)) throw *error;
    return std::get<Response>(std::move(next));
  }

  std::size_t left() const { return answers_.size(); }

  std::vector<Request> requests;

 private:
  std::deque<std::variant<Response, base::Error>> answers_;
  std::function<Response(const Request&)> responder_;
};

}  // namespace erp2mysql::http
