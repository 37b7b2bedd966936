// SPDX-License-Identifier: Apache-2.0
// What the client itself costs, step by step, with the shipped Jushuitan job: an answer into nodes,
// nodes into cells of a batch, and signed requests of every platform. The way over the network and
// into the server is measured by tests/bench/run.sh.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "erp2mysql/base/memory.hpp"
#include "erp2mysql/run/compiled_job.hpp"

namespace {

using namespace erp2mysql;

constexpr int k_orders = 50;

run::CompiledJob shipped(const std::filesystem::path& file) {
  job::LoadOptions options;
  options.env = [](const std::string& name) -> std::optional<std::string> {
    return name.ends_with("URL") ? "http://127.0.0.1:1" : "secret:salt-4711";
  };
  auto loaded = job::load(file, options);
  auto job = run::compile(loaded);
  if (!job) throw std::runtime_error(file.string() + " does not compile here");
  return std::move(*job);
}

const run::CompiledJob& saleout() {
  static const auto k_job = shipped(SOURCE_DIR "/configs/jushuitan-saleout.json");
  return k_job;
}

// Values as the platform writes them: by the type of the column that they go to.
std::string value_of(const job::Item& item, int number) {
  if (item.type == "int") return std::to_string(10'000'000 + number);
  if (item.type == "float") return fmt::format("{}.{:02}", number % 900, number % 100);
  if (item.type == "datetime")
    return fmt::format("\"2024-01-{:02} 10:20:{:02}\"", number % 28 + 1, number % 60);
  if (item.type == "boolean") return number % 2 == 0 ? "true" : "false";
  constexpr const char* k_texts[] = {"\"\"", "\"Sent\"", "\"浙江省\"", "\"SKU-2024-000{}\"",
                                     "null"};
  return fmt::format(fmt::runtime(k_texts[number % 5]), number);
}

// Orders of one, two, three … lines with the fields that the job names.
std::string answer_text() {
  std::string orders;
  int number = 0;
  for (int order = 0; order < k_orders; ++order) {
    const int lines = 1 + order % 4;
    std::set<std::string> done{"o_id", "ioi_id", "modified"};
    std::string header = fmt::format("\"o_id\":{},\"modified\":\"2024-01-02 03:04:05\"", order);
    std::vector<std::string> items(static_cast<std::size_t>(lines), "\"ioi_id\":1");
    for (const auto& item : saleout().job.target.request) {
      const auto& value = item.value.value_or("");
      if (!value.starts_with('{') || value.find('}') != value.size() - 1) continue;
      auto name = value.substr(1, value.size() - 2);
      const bool of_line = name.starts_with("items_");
      if (of_line) name.erase(0, 6);
      if (name.find('.') != std::string::npos || !done.insert(name).second) continue;
      if (!of_line) header += fmt::format(",\"{}\":{}", name, value_of(item, ++number));
      if (!of_line) continue;
      for (auto& text : items) text += fmt::format(",\"{}\":{}", name, value_of(item, ++number));
    }
    orders += fmt::format("{}{{{},\"items\":[{{{}}}]}}", order == 0 ? "" : ",", header,
                          fmt::join(items, "},{"));
  }
  return fmt::format(
      R"({{"response":{{"code":0,"issuccess":true,"data_count":{},"page_index":1,"page_size":50,"has_next":false,"datas":[{}]}}}})",
      k_orders, orders);
}

const std::string& answer() {
  static const std::string k_text = answer_text();
  return k_text;
}

map::Variables variables() { return saleout().variables({}); }

std::uint64_t map_page(const data::Page& page, const map::Variables& variables,
                       data::Batch& batch) {
  std::uint64_t rows = 0;
  for (const auto* record : page.records) {
    const auto outcome = saleout().mapper.map(*page.document, *record, variables, batch);
    if (!outcome.bad.empty()) throw std::runtime_error(outcome.bad.front().reason);
    rows += outcome.mapped;
  }
  return rows;
}

void count(benchmark::State& state, std::uint64_t rows) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(answer().size()));
  state.counters["rows"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
}

void parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(data::Document::parse_page(answer()));
  count(state, 0);
}
BENCHMARK(parse);

// As in a run: verdict and records, identity of each record, cells.
void parse_flatten_map(benchmark::State& state) {
  const auto window = variables();
  data::Batch batch(saleout().mapper.columns().size());
  std::uint64_t rows = 0;
  for (auto _ : state) {
    const auto reading = saleout().source->interpret({200, {}, answer()});
    for (const auto* record : reading.page.records) {
      benchmark::DoNotOptimize(data::digest(*record));
      benchmark::DoNotOptimize(saleout().mapper.id(*record, window));
    }
    rows += map_page(reading.page, window, batch);
    batch.truncate(0);
  }
  count(state, rows);
}
BENCHMARK(parse_flatten_map);

void map_alone(benchmark::State& state) {
  const auto window = variables();
  const auto reading = saleout().source->interpret({200, {}, answer()});
  data::Batch batch(saleout().mapper.columns().size());
  std::uint64_t rows = 0;
  for (auto _ : state) {
    rows += map_page(reading.page, window, batch);
    batch.truncate(0);
  }
  count(state, rows);
}
BENCHMARK(map_alone);

// What a retried row of a batch costs.
void batch_rows(benchmark::State& state) {
  const auto reading = saleout().source->interpret({200, {}, answer()});
  data::Batch from(saleout().mapper.columns().size());
  map_page(reading.page, variables(), from);
  data::Batch to(from.columns());
  for (auto _ : state) {
    for (std::size_t row = 0; row < from.rows(); ++row) to.append(from, row);
    to.truncate(0);
  }
  count(state, from.rows() * static_cast<std::uint64_t>(state.iterations()));
}
BENCHMARK(batch_rows);

void sign(benchmark::State& state, const std::string& file) {
  const auto job = shipped(file);
  const base::Range day{base::Instant{}, base::Instant{} + std::chrono::hours(24)};
  const auto window = job.variables(day);
  const source::Moment moment(base::system_clock().now());
  for (auto _ : state) {
    const auto arguments = job.request.build(window);
    benchmark::DoNotOptimize(job.source->build(arguments, {1, true, ""}, moment));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("requests");
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& file : std::filesystem::directory_iterator(SOURCE_DIR "/configs")) {
    if (file.path().extension() != ".json") continue;
    const auto name = "sign/" + file.path().stem().string();
    benchmark::RegisterBenchmark(name.c_str(),
                                 [path = file.path().string()](auto& state) { sign(state, path); });
  }
  base::keep_freed_memory();  // as the tool does
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
