// SPDX-License-Identifier: Apache-2.0
// Any bytes as a job file: problems with places, or a job that compiles or says why not. The
// environment is empty and no file is near.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/run/compiled_job.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace erp2mysql;
  job::LoadOptions options;
  options.env = [](const std::string& name) {
    return name == "SECRET" ? std::optional<std::string>("a-secret") : std::nullopt;
  };
  auto loaded =
      job::load_text("/nowhere/fuzz.json", {reinterpret_cast<const char*>(data), size}, options);
  for (const auto& problem : loaded.problems) {
    if (job::to_text(problem).empty()) __builtin_trap();
  }
  if (loaded.problems.empty() && !run::compile(loaded) && loaded.problems.empty()) __builtin_trap();
  base::forget_secrets();  // or every input would make the next one slower
  return 0;
}
