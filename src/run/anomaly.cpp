// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/anomaly.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::run {
namespace {

constexpr std::uint64_t k_million = 1'000'000;

std::string percent(std::uint64_t millionths) {
  const auto text = fmt::format("{}.{:04}", millionths / 10'000, millionths % 10'000);
  const auto end = text.find_last_not_of('0');
  return text.substr(0, text[end] == '.' ? end : end + 1) + "%";
}

// Monday is 0. Days count from 1970-01-01, a Thursday, in the job's zone.
std::int64_t weekday(base::Instant time, const base::Zone& zone) {
  const auto local =
      base::parse_datetime(base::format_datetime(time, zone), *base::Zone::parse("Z"));
  const auto days = std::chrono::floor<std::chrono::days>(local->time_since_epoch()).count();
  return ((days + 3) % 7 + 7) % 7;
}

// Of the newest runs of the weekday of `now`; nothing when there are not enough of them.
std::optional<std::uint64_t> median(std::vector<Volume> earlier, std::int64_t wanted,
                                    base::Instant now, const base::Zone& zone) {
  std::erase_if(
      earlier, [&](const Volume& run) { return weekday(run.started, zone) != weekday(now, zone); });
  if (earlier.size() < static_cast<std::size_t>(wanted)) return std::nullopt;
  std::sort(earlier.begin(), earlier.end(),
            [](const Volume& a, const Volume& b) { return a.started > b.started; });
  std::vector<std::uint64_t> rows;
  for (const auto& run : earlier) rows.push_back(run.rows_read);
  rows.resize(static_cast<std::size_t>(wanted));
  std::sort(rows.begin(), rows.end());
  return rows[(rows.size() - 1) / 2];
}

class Judge {
 public:
  Judge(const job::Job& job, const RunResult& result)
      : rules_(job.quality.anomalies), zone_(job.zone), result_(result) {}

  void volume(const std::vector<Volume>& earlier, base::Instant now) {
    const auto rows = result_.rows.read;
    if (rules_.min_rows && rows < static_cast<std::uint64_t>(*rules_.min_rows))
      add("minRows", fmt::format("{} rows read, expected at least {}", rows, *rules_.min_rows));
    if (rules_.max_rows && rows > static_cast<std::uint64_t>(*rules_.max_rows))
      add("maxRows", fmt::format("{} rows read, expected at most {}", rows, *rules_.max_rows));
    if (!rules_.drop_below_millionths) return;
    const auto usual = median(earlier, rules_.drop_runs, now, zone_);
    // Exact: rows / usual < share, without a division.
    if (!usual || rows * k_million >= *usual * *rules_.drop_below_millionths) return;
    add("dropBelow",
        fmt::format("{} rows read, below {} of {}, the median of {} runs of the same weekday", rows,
                    percent(*rules_.drop_below_millionths), *usual, rules_.drop_runs));
  }

  void lag(base::Instant now) {
    if (!rules_.max_lag) return;
    const auto& watermark = result_.watermark_after;
    if (watermark && now - *watermark <= *rules_.max_lag) return;
    const auto behind =
        std::chrono::floor<std::chrono::seconds>(watermark ? now - *watermark : base::Millis(0));
    add("maxLag", watermark ? fmt::format("the watermark is {} behind, expected at most {}",
                                          base::format_duration(behind),
                                          base::format_duration(*rules_.max_lag))
                            : "the job has no watermark yet");
  }

  void nulls() {
    for (std::size_t i = 0; i < rules_.null_shares.size() && i < result_.nulls.size(); ++i) {
      const auto& rule = rules_.null_shares[i];
      if (result_.nulls[i] * k_million <= result_.mapped * rule.max_millionths) continue;
      add("nullShare",
          fmt::format("column {} is NULL in {} of {} rows, expected at most {}", rule.field,
                      result_.nulls[i], result_.mapped, percent(rule.max_millionths)));
    }
  }

  std::vector<Anomaly> take() { return std::move(found_); }

 private:
  void add(const char* rule, std::string message) {
    const auto& fail_on = rules_.fail_on;
    const bool fails = std::find(fail_on.begin(), fail_on.end(), rule) != fail_on.end();
    found_.push_back({rule, std::move(message), fails});
  }

  const job::Anomalies& rules_;
  const base::Zone& zone_;
  const RunResult& result_;
  std::vector<Anomaly> found_;
};

}  // namespace

void check_anomaly_rules(const job::Job& job, const map::Mapper& mapper, job::Loaded& loaded) {
  const auto& columns = mapper.columns();
  const std::vector<std::string_view> known(columns.begin(), columns.end());
  const auto& shares = job.quality.anomalies.null_shares;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (std::find(known.begin(), known.end(), shares[i].field) != known.end()) continue;
    const auto near = base::nearest(shares[i].field, known);
    loaded.add_problem(fmt::format("/quality/nullShare/{}/field", i),
                       fmt::format("no item of target.request fills \"{}\"", shares[i].field),
                       near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }
}

std::vector<Anomaly> find_anomalies(const job::Job& job, const RunResult& result,
                                    const std::vector<Volume>& earlier, base::Instant now) {
  Judge judge(job, result);
  if (result.incremental) {
    judge.volume(earlier, now);
    judge.lag(now);
  }
  judge.nulls();
  return judge.take();
}

}  // namespace erp2mysql::run
