// SPDX-License-Identifier: Apache-2.0
#include "erp.hpp"

#include <algorithm>

#include "civil_time.hpp"

namespace mock {
namespace {

// A window with more rows or pages than the platform gives.
struct TooMuch {};

std::uint64_t seed_of(const Options& options, std::string_view api) {
  std::uint64_t seed = mix(options.seed);
  for (const char c : api) seed = mix(seed ^ static_cast<unsigned char>(c));
  return seed;
}

}  // namespace

std::string Call::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

std::string Call::param(const std::string& name) const {
  const auto found = form.params.find(name);
  return found == form.params.end() ? std::string{} : found->second;
}

Table::Table(std::string_view api_name, std::string_view key_name, std::int64_t first,
             std::span<const Column> cols, const Options& options)
    : api(api_name),
      key(key_name),
      first_key(first),
      columns(cols),
      seed(seed_of(options, api_name)),
      options_(options) {}

Records& Table::records() const {
  std::call_once(made_, [this] { records_ = std::make_unique<Records>(options_, seed); });
  return *records_;
}

Facts Table::facts(const Record& record) const {
  Facts facts;
  facts.seed = seed;
  facts.index = facts.parent = record.index;
  facts.version = record.version;
  facts.stamp = record.stamp;
  facts.modified = record.modified;
  facts.created = record.created;
  return facts;
}

Erp::Erp(std::string_view name, const Options& options, Settings& settings, Stats& all)
    : options_(options),
      settings_(settings),
      name_(name),
      stats_(&all),
      dice_(options.seed, 0, 98) {}

void Erp::set_limits(std::vector<RateLimit> typical, bool refused_count) {
  Limits::Rules rules;
  rules.rates = options_.rates;
  if (rules.rates.empty() && options_.platform_limits) rules.rates = std::move(typical);
  rules.slack_ms = options_.rate_slack_ms;
  rules.ban_ms = options_.ban_ms;
  rules.refused_count = refused_count;
  limits_ = std::make_unique<Limits>(std::move(rules));
}

void Erp::add_table(std::unique_ptr<Table> table) { tables_.push_back(std::move(table)); }

Table* Erp::table(const std::string& api) const {
  if (tables_.empty()) return nullptr;
  if (api.empty()) return tables_.front().get();
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const auto& table) { return table->api == api; });
  return found == tables_.end() ? nullptr : found->get();
}

Answer Erp::json(std::string body) {
  Answer answer;
  answer.body = std::move(body);
  return answer;
}

std::string Erp::trace_id() {
  constexpr char digits[] = "0123456789abcdef";
  std::uint64_t number = mix(options_.seed ^ ++answers_);
  std::string id;
  for (int i = 0; i < 16; ++i, number >>= 4) id += digits[number & 15U];
  return id;
}

Sorting Erp::usual_order() const {
  const std::string order = settings_.get("order");
  if (order == "key") return Sorting::key;
  return order == "modified" ? Sorting::modified : Sorting::modified_desc;
}

Dress Erp::dress(const Fault& fault) const {
  Dress dress;
  const bool swapped = fault.name == "type_switch";
  dress.numbers_quoted = swapped != settings_.is("numbers", "quoted");
  dress.ids_quoted = dress.money_quoted = dress.numbers_quoted;
  dress.booleans_quoted = swapped;
  return dress;
}

std::optional<Refusal> Erp::refusal_of(const Fault& fault) const {
  if (fault.name == "business") return Refusal{fault.code, fault.message};
  for (const FaultRow& row : fault_rows()) {
    if (row.fault == fault.name) return Refusal{std::string(row.code), std::string(row.message)};
  }
  return std::nullopt;
}

Refusal Erp::too_fast(const Limits::Excess&) const {
  return refusal_of(Fault{"throttle"}).value_or(Refusal{});
}

std::optional<Refusal> Erp::admit(const Call& call) {
  const std::string key = limit_key(call);
  if (key.empty() || !limits_) return std::nullopt;
  if (const auto excess = limits_->take(key, steady_milliseconds())) {
    stats_.count(Counter::limit_violations);
    return too_fast(*excess);
  }
  if (options_.quota >= 0 && ++admitted_ > options_.quota) {
    if (auto refusal = refusal_of(Fault{"quota"})) return refusal;
  }
  return std::nullopt;
}

void Erp::drift(Table& table, const Window& window) {
  if (options_.late_per_page > 0) table.records().reveal(options_.late_per_page);
  if (options_.drift <= 0) return;
  const std::lock_guard lock(dice_mutex_);
  if (options_.drift_max >= 0 && stats_.counted(Counter::drifted) >= options_.drift_max) return;
  if (dice_.unit() >= options_.drift) return;
  if (table.records().drift(window, dice_.next())) stats_.count(Counter::drifted);
}

Rows Erp::rows_of(Table& table, Ask ask, const Fault& fault) {
  std::vector<Record> found = table.records().find(ask.window, ask.order);
  Rows page;
  if (ask.match) {
    std::erase_if(found,
                  [&](const Record& record) { return !ask.match(Candidate(table, record)); });
  }
  page.total = static_cast<std::int64_t>(found.size());
  if (too_big(settings_, page.total, ask.limit > 0 ? ask.skip / ask.limit + 1 : 1)) throw TooMuch{};
  if (fault.name == "repeat_page") ask.skip = 0;
  const std::int64_t first = std::min(ask.skip, page.total);
  const std::int64_t last = first + std::min(ask.limit, page.total - first);
  page.records.assign(found.begin() + first, found.begin() + last);
  const int copies = fault.name == "empty_page" ? 0 : fault.name == "duplicate_rows" ? 2 : 1;
  for (const Record& record : page.records) {
    for (int copy = 0; copy < copies; ++copy) page.rows.push_back(table.row(record));
  }
  served(table, ask.window, page.records, page.rows.size());
  return page;
}

void Erp::served(Table& table, const Window& window, const std::vector<Record>& records,
                 std::size_t rows) {
  if (rows != 0) stats_.count(Counter::duplicates, table.records().note_served(records));
  stats_.page(static_cast<std::int64_t>(rows));
  drift(table, window);
}

Answer Erp::serve(const Call& call, const std::optional<Fault>& fault) {
  const Fault wrong = fault.value_or(Fault{});
  if (fault) stats_.fault(fault->name);
  auto refusal = check(call);
  if (refusal && refusal->signature) stats_.count(Counter::signature_failures);
  if (!refusal) refusal = admit(call);
  Answer answer;
  if (replace_answer(wrong, answer)) return answer;
  if (const auto wanted = refusal_of(wrong)) {
    if (wrong.name == "session_lost") expire();
    refusal = wanted;
  }
  try {
    if (!refusal) {
      Outcome outcome = respond(call, wrong);
      if (auto* const refused = std::get_if<Refusal>(&outcome)) {
        refusal = std::move(*refused);
      } else {
        answer = std::get<Answer>(std::move(outcome));
      }
    }
  } catch (const TooMuch&) {
    if (settings_.is("window.manner", "timeout")) {
      replace_answer(Fault{"http504"}, answer);
      return answer;
    }
    refusal = Erp::refusal_of(Fault{"too_big"});
  }
  if (refusal) {
    stats_.error(refusal->code);
    answer = refuse(*refusal);
  }
  pollute_answer(wrong, answer);
  damage_answer(wrong, answer);
  return answer;
}

std::optional<std::string> Erp::truth(const Params& asked) const {
  const auto param = [&](const char* name) {
    const auto found = asked.find(name);
    return found == asked.end() ? std::string{} : found->second;
  };
  const Table* const wanted = table(param("api"));
  if (wanted == nullptr) return std::nullopt;
  Window window;
  window.from = parse_time(param("from"));
  window.to = parse_time(param("to"));
  if (window.to) --*window.to;  // half-open here, closed in the window
  std::string out;
  for (const Record& record : wanted->records().find(window, Sorting::modified)) {
    if (!in_truth(*wanted, record)) continue;
    write(out, wanted->row(record));
    out += '\n';
  }
  return out;
}

}  // namespace mock
