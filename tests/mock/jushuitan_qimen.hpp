// SPDX-License-Identifier: Apache-2.0
// Jushuitan behind the Qimen gateway: answers jushuitan.saleout.list.query from the orders.
// Refuses to know sockets and the sources of the tool under test.
#pragma once

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
#include "qimen_gateway.hpp"
#include "rng.hpp"
#include "stats.hpp"

namespace mock {

class JushuitanQimen {
 public:
  JushuitanQimen(const Options& options, Orders& orders, Stats& stats);

  Answer serve(const Form& form, const std::optional<Fault>& fault);

 private:
  struct Query {
    Filter filter;
    std::int64_t page_index = 1;
    std::int64_t page_size = 30;
    bool total = true;
  };

  std::optional<Refusal> check_limits(const Params& params);
  static std::optional<Refusal> parse_query(const Params& params, Query& query);
  Answer refuse(const Refusal& refusal);
  Answer serve_page(const Query& query, const Fault& fault);
  void drift(const Query& query);

  const Options& options_;
  Orders& orders_;
  Stats& stats_;
  OrderText text_;
  QimenGateway gateway_;
  Limits limits_;
  std::mutex dice_mutex_;
  Rng dice_;
};

}  // namespace mock
