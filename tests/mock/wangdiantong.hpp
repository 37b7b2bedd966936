// SPDX-License-Identifier: Apache-2.0
// Wangdiantong's refunds and sales stock-outs behind two doors: the Qimen gateway (pages from 1)
// and its own open API (pages from 0). What is asked and answered is the same; the doors sign and
// complain differently. Refuses to know HTTP and the sources of the tool under test.
#pragma once

#include "erp.hpp"
#include "qimen_gateway.hpp"

namespace mock {

class Wangdiantong : public Erp {
 protected:
  Wangdiantong(std::string_view name, const Options& options, Settings& settings, Stats& all);

  struct Pager {
    std::int64_t page = 0;  // from 0
    std::int64_t size = 0;
    bool asked_total = true;
  };
  // The value of `status`, `message` and `data`, as the members of one object.
  std::variant<Value, Refusal> answer(const Value& filter, const Pager& pager, Table& table,
                                      const Fault& fault);
  Value failure(const Refusal& refusal) const;
  std::span<const FaultRow> fault_rows() const override;
  // The part before the colon (first) or behind it.
  std::string secret() const;
  std::string salt() const;

 private:
  // True when more calls are under way than the platform can answer with rows.
  bool overrun();
  std::optional<Refusal> refunds(const Value& filter, Ask& ask) const;
  std::optional<Refusal> stockouts(const Value& filter, Ask& ask) const;
  Value dressed(Value row) const;

  std::atomic<std::int64_t> under_way_{0};
};

class WangdiantongQimen : public Wangdiantong {
 public:
  WangdiantongQimen(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override;
  std::string api_of(const Call& call) const override { return call.param("method"); }
  std::int64_t page_of(const Call& call) const override;
  Table* table(const std::string& api) const override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::optional<Refusal> refusal_of(const Fault& fault) const override;
  std::string limit_key(const Call& call) const override;

 private:
  QimenGateway gateway_;
};

class WangdiantongDirect : public Wangdiantong {
 public:
  WangdiantongDirect(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override { return call.path == "/openapi"; }
  std::string api_of(const Call& call) const override { return call.param("method"); }
  std::int64_t page_of(const Call& call) const override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::string limit_key(const Call& call) const override;
};

}  // namespace mock
