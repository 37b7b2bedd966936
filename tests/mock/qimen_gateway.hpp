// SPDX-License-Identifier: Apache-2.0
// The Qimen gateway in front of two ERPs: its checks in its order, its two shapes of an error, its
// limits' words. Errors come in HTTP 200, as they do there. Refuses to know the ERP behind it,
// sockets and the sources of the tool under test.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "answer.hpp"
#include "faults.hpp"
#include "form.hpp"
#include "options.hpp"
#include "refusal.hpp"

namespace mock {

class QimenGateway {
 public:
  // Where a call may go: the methods behind the gateway, and who they belong to.
  struct Route {
    std::span<const std::string_view> methods;
    std::string target_app_key;
    std::string customer_parameter;
    std::string customer;
  };

  explicit QimenGateway(const Options& options) : options_(options) {}

  std::optional<Refusal> check(const Form& form, const Route& route) const;
  static Refusal too_fast(std::int64_t seconds);
  static std::optional<Refusal> refusal_of(const Fault& fault);
  Answer refuse(const Refusal& refusal);
  std::string request_id();

 private:
  std::optional<Refusal> check_signature(const Params& params) const;

  const Options& options_;
  std::atomic<std::uint64_t> answers_{0};
};

}  // namespace mock
