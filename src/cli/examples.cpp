// SPDX-License-Identifier: Apache-2.0
// Example command lines, shown by --help, in the man page and in docs/cli.md.
#include <array>
#include <utility>

#include "option_parts.hpp"

namespace erp2mysql::cli {
namespace {

using Example = std::pair<std::string_view, std::string_view>;

constexpr std::array k_examples{
    Example{"validate", "erp2mysql validate jobs/*.json"},
    Example{"check", "erp2mysql check jobs/saleout.json"},
    Example{"explain", "erp2mysql explain jobs/saleout.json"},
    Example{"explain",
            "erp2mysql explain jobs/saleout.json --from 2024-01-01 --to 2024-02-01 -o json"},
    Example{"preview", "erp2mysql preview jobs/saleout.json --rows 3"},
    Example{"run", "erp2mysql run jobs/saleout.json"},
    Example{"run", "erp2mysql run jobs/saleout.json --from 2024-01-08 --to '2024-01-08 12:00:00'"},
    Example{"backfill",
            "erp2mysql backfill jobs/saleout.json --from 2024-01-01 --to 2024-04-01 --step 6h"},
    Example{"reconcile",
            "erp2mysql reconcile jobs/saleout.json --from 2024-03-01 --to 2024-04-01 --repair"},
    Example{"state", "erp2mysql state show jobs/saleout.json"},
    Example{"state show", "erp2mysql state show jobs/saleout.json"},
    Example{"state set", "erp2mysql state set jobs/saleout.json '2024-01-08 00:00:00' --yes"},
    Example{"state reset", "erp2mysql state reset jobs/saleout.json --yes"},
    Example{"status", "erp2mysql status jobs/*.json"},
    Example{"report", "erp2mysql report jobs/*.json -o report.html"},
    Example{"eval", "erp2mysql eval \"ROUND(2.345, 2)\""},
    Example{"eval", "erp2mysql eval --row order.json \"CONCAT('{so_id}', '-', {qty})\""},
    Example{"functions", "erp2mysql functions"},
    Example{"quarantine", "erp2mysql quarantine list jobs/saleout.json"},
    Example{"quarantine list", "erp2mysql quarantine list jobs/saleout.json --state all"},
    Example{"quarantine show", "erp2mysql quarantine show jobs/saleout.json 1"},
    Example{"quarantine replay", "erp2mysql quarantine replay jobs/saleout.json --all"},
    Example{"quarantine drop", "erp2mysql quarantine drop jobs/saleout.json 1 2 --yes"},
    Example{"ddl", "erp2mysql ddl jobs/saleout.json > saleout.sql"},
    Example{"ddl", "erp2mysql ddl jobs/saleout.json --state"},
    Example{"init", "erp2mysql init jushuitan-qimen jobs/orders.json"},
    Example{"import", "erp2mysql import source.json target.json -o jobs/refunds.json"},
    Example{"schema", "erp2mysql schema > job.schema.json"},
    Example{"platforms", "erp2mysql platforms"},
    Example{"completion", "erp2mysql completion bash > /etc/bash_completion.d/erp2mysql"},
    Example{"manual", "erp2mysql manual man | man -l -"},
};

}  // namespace

std::vector<std::string_view> examples_of(std::string_view command) {
  std::vector<std::string_view> out;
  for (const auto& [words, line] : k_examples) {
    if (words == command) out.push_back(line);
  }
  return out;
}

}  // namespace erp2mysql::cli
