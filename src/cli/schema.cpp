// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/job/schema.hpp"

#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {

int schema(const Options& options) {
  print(options.form == "markdown" ? job::reference_page() : job::json_schema() + "\n");
  return 0;
}

}  // namespace erp2mysql::cli
