// SPDX-License-Identifier: Apache-2.0
// Any bytes as an expression, any bytes as its field: no crash, no endless work. Errors are fine.
#include <cstddef>
#include <cstdint>
#include <string>

#include "expr/row_scope.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace erp2mysql;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto cut = bytes.find('\n');
  expr::RowScope scope;
  if (cut != std::string::npos) {
    scope.fields["a"] = expr::Value::of_text(bytes.substr(cut + 1));
    scope.lists["l"] = {expr::Value::number("1"), expr::Value::of_text(bytes.substr(cut + 1))};
  }
  try {
    expr::Expression::compile(bytes.substr(0, cut))
        .evaluate(scope, {.division_by_zero_is_null = true, .warnings = nullptr});
  } catch (const base::Error&) {
    return 0;
  }
  return 0;
}
