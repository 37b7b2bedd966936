// SPDX-License-Identifier: Apache-2.0
// `preview`: the first page of the newest window, from the request to the SQL. It writes nothing.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "columns.hpp"
#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "sample_page.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

// Narrower terminals would cut both halves to pieces.
constexpr std::size_t k_wide = 110;

struct Preview {
  const run::CompiledJob& job;
  base::Range window;
  data::Arguments arguments;
  http::Request request;
  std::string signed_text;
  data::Page page;
  Mapped mapped;
  std::size_t shown = 0;  // rows
};

std::string text_of(const data::Argument& argument) {
  return argument.kind == data::Argument::Kind::text ? argument.text : source::to_json(argument);
}

std::string text_of(const store::Statement& statement) {
  const auto& sent = statement.sent;
  return sent.head + (sent.tuple.empty() ? "" : " " + sent.tuple) + sent.tail;
}

std::string answer_line(const data::Page& page) {
  return said(fmt::format("{} records on page 1, total {}", page.records.size(),
                          page.total ? std::to_string(*page.total) : "unknown"));
}

Lines request_lines(const Preview& preview) {
  Lines out{preview.request.method + " " + preview.request.url,
            "api " + preview.job.job.source.api};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& argument : preview.arguments)
    pairs.emplace_back(argument.name, text_of(argument));
  for (auto& line : aligned(pairs)) out.push_back(std::move(line));
  if (!preview.signed_text.empty()) out.push_back(said_label("signed") + " " + preview.signed_text);
  return out;
}

Lines sql_lines(const run::CompiledJob& job) {
  Lines out{text_of(job.statement),
            said(fmt::format("up to {} rows at a time", job.rows_per_statement))};
  for (const auto& extension : job.extensions)
    out.push_back(said_label("then") + " " + text_of(extension));
  return out;
}

// A line break in a cell would break the table.
std::string shown_cell(std::string_view cell) {
  const bool control = std::any_of(cell.begin(), cell.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return control ? base::quoted(cell) : std::string(cell);
}

Lines row_lines(const Preview& preview, std::size_t row) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < preview.mapped.rows.columns(); ++i) {
    const auto cell = preview.mapped.rows.cell(row, i);
    pairs.emplace_back(preview.job.mapper.columns()[i], cell ? shown_cell(*cell) : "NULL");
  }
  return aligned(pairs);
}

// Rows of one record stand below each other beside it.
void print_wide(const Preview& preview, std::size_t width) {
  print(side_by_side(said_label("REQUEST"), request_lines(preview), "SQL", sql_lines(preview.job),
                     width));
  print("\n" + answer_line(preview.page) + "\n");
  const auto& rows = preview.mapped.rows;
  for (std::size_t row = 0; row < preview.shown;) {
    const auto* record = rows.record(row);
    Lines mapped;
    const auto first = row;
    for (; row < preview.shown && rows.record(row) == record; ++row) {
      if (row > first) mapped.emplace_back();
      for (auto& line : row_lines(preview, row)) mapped.push_back(std::move(line));
    }
    const auto title = said(row - first > 1 ? fmt::format("ROWS {} to {}", first + 1, row)
                                            : fmt::format("ROW {}", row));
    const auto raw = record == nullptr
                         ? Lines{}
                         : record_lines(data::Document::parse_page(rows.record_json(first)).root());
    print("\n" + side_by_side(said_label("RECORD"), raw, title, mapped, width));
  }
}

void block(std::string_view title, const Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    print(base::pad_display(i == 0 ? said_label(title) : "", 10) + lines[i] + "\n");
}

void print_narrow(const Preview& preview) {
  block("request", request_lines(preview));
  block("answer", {answer_line(preview.page)});
  for (std::size_t row = 0; row < preview.shown; ++row) {
    print("\n");
    block("raw", {preview.mapped.rows.record_json(row)});
    block("row", row_lines(preview, row));
  }
  print("\n");
  block("sql", sql_lines(preview.job));
}

Json to_json(const Preview& preview) {
  const auto& zone = preview.job.job.zone;
  Json out{{"job", preview.job.job.name},
           {"window",
            {{"from", base::format_iso(preview.window.from, zone)},
             {"to", base::format_iso(preview.window.to, zone)}}},
           {"request",
            {{"method", preview.request.method},
             {"url", preview.request.url},
             {"api", preview.job.job.source.api},
             {"arguments", Json::object()},
             {"signed", preview.signed_text}}},
           {"records", preview.page.records.size()},
           {"total", preview.page.total ? Json(*preview.page.total) : Json()},
           {"rows", Json::array()},
           {"bad", Json::array()}};
  for (const auto& argument : preview.arguments)
    out["request"]["arguments"][argument.name] = text_of(argument);
  for (std::size_t row = 0; row < preview.shown; ++row) {
    Json mapped = Json::object();
    for (std::size_t i = 0; i < preview.mapped.rows.columns(); ++i) {
      const auto cell = preview.mapped.rows.cell(row, i);
      mapped[preview.job.mapper.columns()[i]] = cell ? Json(std::string(*cell)) : Json();
    }
    // The record as text: its numbers must not pass through a double.
    out["rows"].push_back({{"record", preview.mapped.rows.record_json(row)}, {"mapped", mapped}});
  }
  for (const auto& row : preview.mapped.bad) {
    out["bad"].push_back(
        {{"key", row.key}, {"field", row.field}, {"reason", row.reason}, {"record", row.record}});
  }
  out["sql"] = Json::array({text_of(preview.job.statement)});
  for (const auto& extension : preview.job.extensions) out["sql"].push_back(text_of(extension));
  out["rows_per_statement"] = preview.job.rows_per_statement;
  return out;
}

void show(const Preview& preview, const Options& options) {
  if (options.json) {
    print(to_json(preview).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return;
  }
  const auto width = terminal_width();
  width >= k_wide ? print_wide(preview, width) : print_narrow(preview);
  for (const auto& row : preview.mapped.bad) {
    print("\n");
    block("bad row", {fmt::format("{}: {}", row.key, said(row.reason))});
    block("raw", {row.record});
  }
}

}  // namespace

base::Range preview_window(const run::CompiledJob& job, base::Instant now) {
  if (!job.incremental()) return {{}, now};
  const auto to = std::chrono::floor<std::chrono::seconds>(now - job.job.sync.lag);
  const auto windows = plan::cut(
      {{to - job.job.sync.window, to}, job.job.sync.window, job.source->spec().max_window},
      [&](const base::Range& window) { return job.coverage(window); });
  return windows.empty() ? base::Range{to - job.job.sync.window, to} : windows.back().time;
}

int preview(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  auto& clock = base::system_clock();
  const base::Instant now =
      options.now ? parse_time(*options.now, job->job.zone, "--now") : clock.now();
  const base::Range window = preview_window(*job, now);
  const auto variables = job->variables(window);
  const auto arguments = job->request.build(variables);
  const auto request = job->source->build(arguments, {}, clock.now());
  const auto signed_text = job->source->signed_text(arguments, {}, clock.now());

  const Assembly assembly(*job);
  const auto& wiring = assembly.wiring();
  source::Client client(*job->source, wiring.transport, clock, wiring.tokens);
  const auto page = client.fetch(arguments, {});
  const auto most = static_cast<std::size_t>(options.rows);
  auto mapped = map_page(*job, page, variables, most);
  const auto shown = std::min(mapped.rows.rows(), most);
  show({*job, window, arguments, request, signed_text, page, std::move(mapped), shown}, options);
  return 0;
}

}  // namespace erp2mysql::cli
