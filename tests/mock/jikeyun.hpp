// SPDX-License-Identifier: Apache-2.0
// Jikeyun (吉客云): one address for all methods, a form with `bizcontent`, an envelope that hides
// errors behind code 0, and three ways of paging: by number, by the largest id, by scroll.
// Refuses to know HTTP and the sources of the tool under test.
#pragma once

#include "erp.hpp"

namespace mock {

class Jikeyun : public Erp {
 public:
  Jikeyun(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override { return call.path == "/open/openapi/do"; }
  std::string api_of(const Call& call) const override { return call.param("method"); }
  std::int64_t page_of(const Call& call) const override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::span<const FaultRow> fault_rows() const override;
  std::string limit_key(const Call& call) const override;

  bool in_truth(const Table& table, const Record& record) const override;

 private:
  struct Found {
    Value data;                 // result.data
    std::string_view rows_key;  // where the list is
    std::string_view sub_code;
  };

  std::optional<Refusal> check_timestamp(const Call& call) const;
  std::variant<Found, Refusal> channels(const Value& biz, const Fault& fault);
  std::variant<Found, Refusal> goods(const Value& biz, const Fault& fault);
  std::variant<Found, Refusal> trades(const Value& biz, const Fault& fault);
  Answer envelope(const Found& found, const Fault& fault);
  std::int64_t page_size(const Value& biz) const;
  std::int64_t skip(const Value& biz) const;
};

}  // namespace mock
