// SPDX-License-Identifier: Apache-2.0
// Jushuitan behind the Qimen gateway: checks a call as the gateway would, then answers
// jushuitan.saleout.list.query from the orders. Errors come in HTTP 200, as they do there.
// Refuses to know sockets and the sources of the tool under test.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "answer.hpp"
#include "faults.hpp"
#include "form.hpp"
#include "limits.hpp"
#include "options.hpp"
#include "order_text.hpp"
#include "orders.hpp"
#include "rng.hpp"
#include "stats.hpp"

namespace mock {

class JushuitanQimen {
 public:
  JushuitanQimen(const Options& options, Orders& orders, Stats& stats);

  Answer serve(const Form& form, const std::optional<Fault>& fault);

 private:
  struct Refusal {
    int code = 0;
    std::string message;
    std::string sub_code = {};
    std::string sub_message = {};
    bool top_shape = false;  // error_response instead of response
    bool code_as_text = false;
    bool xml = false;
  };
  struct Query {
    Filter filter;
    std::int64_t page_index = 1;
    std::int64_t page_size = 30;
    bool total = true;
  };

  std::optional<Refusal> check_gateway(const Form& form) const;
  std::optional<Refusal> check_signature(const Params& params) const;
  std::optional<Refusal> check_limits(const Params& params);
  static std::optional<Refusal> parse_query(const Params& params, Query& query);
  static std::optional<Refusal> refusal_of(const Fault& fault);
  Answer refuse(const Refusal& refusal);
  Answer serve_page(const Query& query, const Fault& fault);
  void drift(const Query& query);
  std::string request_id();

  const Options& options_;
  Orders& orders_;
  Stats& stats_;
  OrderText text_;
  Limits limits_;
  std::mutex dice_mutex_;
  Rng dice_;
  std::atomic<std::uint64_t> answers_{0};
};

std::int64_t steady_milliseconds();

}  // namespace mock
