// SPDX-License-Identifier: Apache-2.0
// `import`: two metadata files in, one job out, and an honest list of what was done to them.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/cli/summary_file.hpp"
#include "metadata_job.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
namespace fs = std::filesystem;

std::string read_all(const std::string& path) {
  std::ifstream file;
  std::error_code error;
  if (path != "-" && !fs::is_directory(path, error)) file.open(path, std::ios::binary);
  if (path != "-" && !file.is_open()) throw Error(ErrorKind::local, path + " cannot be read");
  std::istream& in = path == "-" ? std::cin : file;
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!base::valid_utf8(text))
    throw Error(ErrorKind::config, path + " is not UTF-8").hint("iconv -f GB18030 -t UTF-8 FILE");
  return text;
}

// A file may hold one side, or both beside each other.
MetadataJson read_side(const std::string& path, const char* side, Repairs& repairs) {
  const auto text = repair_json(read_all(path), repairs);
  auto json = MetadataJson::parse(text, nullptr, false);
  if (json.is_discarded() || text.empty())
    throw Error(ErrorKind::config, path + " holds no metadata that could be read, even repaired")
        .hint("paste the whole object, from its first { to its last }");
  if (json.is_array() && json.size() == 1) json = MetadataJson(json[0]);
  if (json.is_object() && json.contains(side) && json[side].is_object() && !json.contains("api"))
    json = MetadataJson(json[side]);
  return json;
}

std::string name_of(const Options& options) {
  if (!options.name.empty()) return options.name;
  if (!options.job_file.empty()) return fs::path(options.job_file).stem().string();
  return options.metadata[0] == "-" ? "imported" : fs::path(options.metadata[0]).stem().string();
}

void tell(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  std::string out = fmt::format("{}:\n", said(title));
  for (const auto& line : lines) out += fmt::format("  {}\n", said(line));
  out = base::scrub(out);
  std::fwrite(out.data(), 1, out.size(), stderr);
}

// Everything `validate` would say, but for variables that nobody has set yet.
std::vector<std::string> open_problems(const std::string& file, const std::string& text) {
  job::LoadOptions load;
  load.env = [](const std::string& name) -> std::optional<std::string> {
    const bool address = name.ends_with("_URL");
    return address ? "http://localhost/K3Cloud" : "set-before-the-run";
  };
  auto loaded = job::load_text(file, text, load);
  run::compile(loaded);
  std::vector<std::string> out;
  for (const auto& problem : loaded.problems) out.push_back(job::to_text(problem));
  return out;
}

}  // namespace

int import_metadata(const Options& options) {
  const auto& [source_path, target_path] = options.metadata;
  Repairs source_repairs;
  Repairs target_repairs;
  auto source = read_side(source_path, "source", source_repairs);
  auto target = read_side(target_path, "target", target_repairs);
  const base::Zone zone;
  const auto yesterday = base::system_clock().now() - std::chrono::hours(24);
  const auto imported = make_job(
      std::move(source), std::move(target),
      {name_of(options), options.platform, base::format_date(yesterday, zone) + " 00:00:00"},
      source_repairs, target_repairs);
  const auto text = pretty(imported.job);
  if (options.job_file.empty()) {
    print(text);
  } else if (!options.force && fs::exists(options.job_file)) {
    throw Error(ErrorKind::usage, options.job_file + " exists already; nothing was written")
        .hint("take another name, or --force to replace");
  } else {
    write_file(options.job_file, text);
  }
  auto repaired = source_repairs.lines(source_path);
  for (auto& line : target_repairs.lines(target_path)) repaired.push_back(std::move(line));
  tell("repaired", repaired);
  tell("added", imported.added);
  tell("not taken over", imported.left_out);
  const auto problems =
      open_problems(options.job_file.empty() ? "imported job" : options.job_file, text);
  tell("still to do before it can run", problems);
  return problems.empty() ? 0 : base::exit_code(ErrorKind::config);
}

}  // namespace erp2mysql::cli
