// SPDX-License-Identifier: Apache-2.0
// Two metadata objects as one job: what the tables of the job file know is taken over, the rest is
// listed. It reads no file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "metadata_text.hpp"

namespace erp2mysql::cli {

using MetadataJson = nlohmann::ordered_json;

struct Imported {
  MetadataJson job;
  std::vector<std::string> left_out;  // "source: groupCalculate"
  std::vector<std::string> added;     // what the metadata does not hold and the job needs
};

struct ImportOptions {
  std::string name, platform;  // platform: empty takes it from the api
  std::string start;           // sync.start
};

/// Repairs of values go to the list of their side. Never throws for what the objects hold.
Imported make_job(MetadataJson source, MetadataJson target, const ImportOptions& options,
                  Repairs& source_repairs, Repairs& target_repairs);

/// The platform that an api's name belongs to; empty when it tells none.
std::string platform_of(std::string_view api);

/// Pretty JSON with small objects on one line.
std::string pretty(const MetadataJson& json);

}  // namespace erp2mysql::cli
