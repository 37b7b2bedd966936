// SPDX-License-Identifier: Apache-2.0
#include "jushuitan_qimen.hpp"

#include <array>

#include "civil_time.hpp"

namespace mock {
namespace {

constexpr std::array<std::string_view, 1> saleout{"jushuitan.saleout.list.query"};

}  // namespace

JushuitanQimen::JushuitanQimen(const Options& options, Orders& orders, Stats& stats)
    : options_(options),
      orders_(orders),
      stats_(stats),
      text_(options),
      gateway_(options),
      limits_({options.rates, options.rate_slack_ms, options.ban_ms}),
      dice_(options.seed, 0, 99) {}

std::optional<Refusal> JushuitanQimen::check_limits(const Params& params) {
  const auto excess = limits_.take(params.at("app_key"), steady_milliseconds());
  if (!excess) return std::nullopt;
  stats_.count(Counter::limit_violations);
  return QimenGateway::too_fast(excess->seconds);
}

Answer JushuitanQimen::refuse(const Refusal& refusal) {
  stats_.error(refusal.code);
  return gateway_.refuse(refusal);
}

void JushuitanQimen::drift(const Query& query) {
  if (options_.drift <= 0) return;
  const std::lock_guard lock(dice_mutex_);
  if (options_.drift_max >= 0 && stats_.counted(Counter::drifted) >= options_.drift_max) return;
  if (dice_.unit() >= options_.drift) return;
  if (orders_.drift(query.filter, dice_.next())) stats_.count(Counter::drifted);
}

Answer JushuitanQimen::serve(const Form& form, const std::optional<Fault>& fault) {
  if (fault) stats_.fault(fault->name);
  auto refusal =
      gateway_.check(form, {saleout, options_.target_app_key, "customer_id", options_.customer_id});
  if (refusal && refusal->signature) stats_.count(Counter::signature_failures);
  if (!refusal) refusal = check_limits(form.params);
  Query query;
  if (!refusal) refusal = parse_query(form.params, query);
  const Fault wrong = fault.value_or(Fault{});
  Answer answer;
  if (replace_answer(wrong, answer)) return answer;
  if (const auto wanted = QimenGateway::refusal_of(wrong)) return refuse(*wanted);
  answer = refusal ? refuse(*refusal) : serve_page(query, wrong);
  if (!refusal) drift(query);
  damage_answer(wrong, answer);
  return answer;
}

}  // namespace mock
