// SPDX-License-Identifier: Apache-2.0
// Xiaobangbang (销帮帮): the signature covers the very bytes of the body, conditions filter, errors
// are codes other than 1 in HTTP 200. Refuses to know HTTP and the sources of the tool under test.
#pragma once

#include "erp.hpp"

namespace mock {

std::string xiaobangbang_sign(std::string_view body, std::string_view token);

class Xiaobangbang : public Erp {
 public:
  Xiaobangbang(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override { return call.path.starts_with("/pro/v2/api/"); }
  std::string api_of(const Call& call) const override { return call.path.substr(11); }
  std::int64_t page_of(const Call& call) const override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::span<const FaultRow> fault_rows() const override;
  std::string limit_key(const Call& call) const override;
  bool in_truth(const Table& table, const Record& record) const override;

 private:
  std::optional<Refusal> read_conditions(const Value& body, Ask& ask) const;
  std::optional<Refusal> check_form(const Table& table, const Value& body) const;
};

}  // namespace mock
