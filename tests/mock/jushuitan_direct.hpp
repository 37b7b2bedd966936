// SPDX-License-Identifier: Apache-2.0
// Jushuitan's own open API: a signed form with `biz`, an access token that ages and is renewed by a
// refresh token that changes with every use, two numbered limits. Refuses to know HTTP and the
// sources of the tool under test.
#pragma once

#include "erp.hpp"

namespace mock {

// Lower-case hex of the MD5 over secret + names and values; the secret stands in front only.
std::string jushuitan_sign(const Params& params, std::string_view secret);

class JushuitanDirect : public Erp {
 public:
  JushuitanDirect(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override;
  std::string api_of(const Call& call) const override { return call.path; }
  std::int64_t page_of(const Call& call) const override;
  void expire() override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::span<const FaultRow> fault_rows() const override;
  Refusal too_fast(const Limits::Excess& excess) const override;
  std::string limit_key(const Call& call) const override;

 private:
  struct Tokens {
    std::string access, refresh;
    bool expired = false;
    std::int64_t issued = 0;
  };

  std::optional<Refusal> check_token(const Call& call);
  Outcome give_tokens(const Call& call);
  std::optional<Refusal> read_ask(const Value& biz, const Table& table, Ask& ask);
  Value page_data(const Table& table, const Rows& page, const Value& biz, std::int64_t size,
                  const Fault& fault) const;

  std::mutex tokens_mutex_;
  Tokens tokens_;
};

}  // namespace mock
