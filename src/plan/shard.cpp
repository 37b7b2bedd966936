// SPDX-License-Identifier: Apache-2.0
// Which part of a divided backfill a process is, in the words of the engines that start it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {
namespace {

using base::Error;
using base::ErrorKind;

std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failed == std::errc() && end == digits.data() + digits.size()) return value;
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const Environment& environment, const char* variable) {
  const auto text = environment(variable);
  if (!text) return std::nullopt;
  if (const auto value = whole(*text)) return value;
  throw Error(ErrorKind::usage, fmt::format("{} is not a number", variable));
}

struct Position {
  std::int64_t index = 0;  // from 1
  std::optional<std::int64_t> count;
};

// Slurm counts from whatever its array begins with, in whatever steps.
std::optional<Position> of_slurm(const Environment& environment) {
  const auto id = number_in(environment, "SLURM_ARRAY_TASK_ID");
  if (!id) return std::nullopt;
  const auto least = number_in(environment, "SLURM_ARRAY_TASK_MIN").value_or(0);
  const auto most = number_in(environment, "SLURM_ARRAY_TASK_MAX");
  const auto step =
      std::max<std::int64_t>(number_in(environment, "SLURM_ARRAY_TASK_STEP").value_or(1), 1);
  const auto count = number_in(environment, "SLURM_ARRAY_TASK_COUNT");
  const bool regular =
      (*id - least) % step == 0 && (!most || !count || (*most - least) / step + 1 == *count);
  if (!regular) {
    throw Error(ErrorKind::usage,
                "the array is a list with holes, so a task's number does not say "
                "which part it is")
        .hint("give the part itself: --shard i/n");
  }
  return Position{(*id - least) / step + 1, count};
}

// Kubernetes counts from 0 and does not tell how many there are.
std::optional<Position> of_kubernetes(const Environment& environment) {
  const auto index = number_in(environment, "JOB_COMPLETION_INDEX");
  return index ? std::optional(Position{*index + 1, std::nullopt}) : std::nullopt;
}

Position position(const Environment& environment) {
  if (const auto found = of_slurm(environment)) return *found;
  if (const auto found = of_kubernetes(environment)) return *found;
  throw Error(
      ErrorKind::usage,
      "--shard auto/n needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment");
}

std::string spelled_out(std::string_view text, const Environment& environment) {
  constexpr std::string_view k_auto = "auto";
  if (!text.starts_with(k_auto)) return std::string(text);
  const auto found = position(environment);
  if (text == k_auto) {
    if (found.count) return fmt::format("{}/{}", found.index, *found.count);
    throw Error(ErrorKind::usage, "--shard auto knows the number of parts from Slurm only")
        .hint("say it: --shard auto/n, n being the completions of the Job");
  }
  const auto count = text.starts_with("auto/") ? whole(text.substr(5)) : std::nullopt;
  if (count && found.count && *count != *found.count) {
    throw Error(ErrorKind::usage,
                fmt::format("--shard {} against an array of {} tasks", text, *found.count))
        .hint("say --shard auto, or i/n for a task that is started apart from the others");
  }
  return fmt::format("{}{}", found.index, text.substr(k_auto.size()));
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  constexpr std::int64_t k_most = 10'000;
  const auto index = whole(text.substr(0, slash)).value_or(0);
  const auto count = whole(text.substr(slash + 1)).value_or(0);
  if (index < 1 || index > count || count > k_most) return std::nullopt;
  return Shard{static_cast<std::size_t>(index), static_cast<std::size_t>(count)};
}

Shard shard_of(std::string_view text, const Environment& environment) {
  if (const auto shard = parse_shard(spelled_out(text, environment))) return *shard;
  throw Error(ErrorKind::usage,
              fmt::format("--shard takes i/n with i from 1 to n, auto/n or auto, found {}",
                          spelled_out(text, environment)));
}

}  // namespace erp2mysql::plan
