// SPDX-License-Identifier: Apache-2.0
#include "option_parts.hpp"

namespace erp2mysql::cli {

void add_reconcile(CLI::App& app, Options& options, Texts& texts) {
  auto* reconcile = app.add_subcommand(
      "reconcile",
      "keys and versions of a stretch, source against table; 65 when they differ. Changes nothing "
      "unless asked to");
  reconcile->add_option("job", options.jobs, "job file")->required()->expected(1);
  reconcile->add_option("--from", options.from, "start of the stretch");
  reconcile->add_option("--to", options.to, "end of the stretch, not part of it");
  reconcile->add_flag("--repair", options.repair,
                      "read the days again that lack rows or hold older ones, and compare anew");
  auto* mark = reconcile->add_option(
      "--mark-gone", options.mark_gone,
      "COLUMN=VALUE: set this in rows that the source does not have any more");
  reconcile
      ->add_flag("--delete-gone", options.delete_gone,
                 "delete rows that the source does not have any more")
      ->excludes(mark);
  reconcile->add_flag("--yes", options.yes, "do not ask before rows are marked or deleted");
  reconcile->add_option("--time-column", options.time_column,
                        "column with the time by which the job reads (default: from the mapping)");
  reconcile->add_option("--version-column", options.version_column,
                        "column that grows when a row changes (default: the time column)");
  reconcile->add_option("--keys", options.keys, "keys to tell of each kind")
      ->check(CLI::Range(0, 100'000));
  reconcile->add_option("--if-locked", texts.if_locked, "fail (exit 11) or skip (exit 0, silent)")
      ->check(CLI::IsMember({"fail", "skip"}));
  add_common(*reconcile, options, texts);
}

}  // namespace erp2mysql::cli
