// SPDX-License-Identifier: Apache-2.0
// Expressions per second for typical ones. Compared by hand with the same expressions sent to
// a server in batches of a thousand: tests/bench/expr_server.py.
#include <benchmark/benchmark.h>

#include <iterator>

#include "expr/row_scope.hpp"

namespace {

using erp2mysql::expr::Expression;
using erp2mysql::expr::Value;

constexpr const char* k_expressions[] = {
    "{{price}}*{{qty}}",
    "LEFT('{{modified}}',10)",
    "case when '{{status}}'='Cancelled' then 'x' when LOCATE('仔细','{{remark}}')>0 then 'y' else "
    "'n' end",
    "DATE_FORMAT(DATE_ADD('{{modified}}',INTERVAL -10 SECOND),'%Y-%m-%d %H:%i:00')",
    "ROUND(IFNULL({{amount}},0)/{{qty}},4)",
    "CONCAT('{{remark}}','/','{{status}}')",
    "ROUND({{amount}}*1,4)",
    "DATE_FORMAT('{{modified}}','%Y-%m-%d %H:%i:%s')",
};

void evaluate(benchmark::State& state) {
  erp2mysql::expr::RowScope scope;
  scope.fields = {
      {"price", Value::number("19.99")},       {"qty", Value::number("3")},
      {"amount", Value::number("12345.6700")}, {"modified", Value::of_text("2024-03-05 15:08:09")},
      {"status", Value::of_text("Sent")},      {"remark", Value::of_text("请仔细包装")}};
  const char* text = k_expressions[state.range(0)];
  const auto expression = Expression::compile(text);
  for (auto _ : state) benchmark::DoNotOptimize(expression.evaluate(scope));
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(text);
}
BENCHMARK(evaluate)->DenseRange(0, std::ssize(k_expressions) - 1);

}  // namespace

BENCHMARK_MAIN();
