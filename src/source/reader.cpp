// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/reader.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::source {

using base::Error;
using base::ErrorKind;

Reader::Reader(const Source& source, http::Transport& transport, base::Clock& clock,
               ReadOptions options, Identity identity)
    : source_(source),
      transport_(transport),
      clock_(clock),
      options_(options),
      identity_(std::move(identity)) {}

ReadCounts Reader::read(const data::Arguments& arguments, const Sink& sink) {
  arguments_ = &arguments;
  sink_ = &sink;
  counts_ = {};
  for (int scan = 1; scan <= options_.max_scans; ++scan) {
    seen_.clear();
    last_page_.clear();
    counts_.scans = static_cast<std::uint64_t>(scan);
    const bool complete =
        options_.paging == ReadOptions::Paging::reverse ? scan_reverse() : scan_forward();
    counts_.distinct = seen_.size();
    if (complete) return counts_;
    base::log_info("the source changed while it was read (scan {} of {}): {} of {} records", scan,
                   options_.max_scans, counts_.distinct, counts_.expected);
  }
  throw Error(ErrorKind::temporary,
              fmt::format("the source kept changing: {} scans, the last one found {} of {} records",
                          options_.max_scans, counts_.distinct, counts_.expected))
      .hint("run again; a shorter sync.window or a longer sync.lag makes scans settle");
}

data::Page Reader::fetch(std::int64_t number) {
  base::throw_if_stopped();
  if (counts_.pages > 0 && options_.page_delay.count() > 0) clock_.sleep(options_.page_delay);
  const data::PageToken token{number, true};
  try {
    auto response =
        transport_.send({[&] { return source_.build(*arguments_, token, clock_.now()); },
                         [&](const http::Response& answer) { return source_.judge(answer); }});
    auto page = source_.read(std::move(response.body));
    ++counts_.pages;
    counts_.records += page.records.size();
    return page;
  } catch (Error& error) {
    error.at(fmt::format("page {}", number));
    throw;
  }
}

// A page inside the announced range that comes back empty is fetched again, alone: some platforms
// answer so under load. It may also be truly gone, which the total after the scan decides.
data::Page Reader::fetch_inside(std::int64_t number) {
  auto page = fetch(number);
  for (int tries = 1; page.records.empty() && tries < options_.empty_page_tries; ++tries) {
    base::log_info("page {} is empty although the total says otherwise; fetching it again", number);
    page = fetch(number);
  }
  return page;
}

void Reader::take(std::int64_t number, const data::Page& page) {
  std::vector<std::uint64_t> ids;
  ids.reserve(page.records.size());
  for (const auto* record : page.records) ids.push_back(identity_(*record));
  seen_.insert(ids.begin(), ids.end());
  refuse_repeat(number, std::move(ids));
  (*sink_)(page);
}

void Reader::refuse_repeat(std::int64_t number, std::vector<std::uint64_t> ids) {
  if (ids.size() > 1 && ids == last_page_) {
    throw Error(ErrorKind::protocol, "the same page came twice in a row")
        .at(fmt::format("page {}", number))
        .hint("the platform ignores the page number; check the page field of the request");
  }
  last_page_ = std::move(ids);
}

bool Reader::scan_reverse() {
  auto first = fetch(1);
  if (!first.total) {
    throw Error(ErrorKind::protocol, "the answer has no total, so pages cannot be read backwards")
        .at("page 1")
        .hint("set sync.paging to \"forward\"");
  }
  const std::int64_t total = *first.total;
  counts_.expected = static_cast<std::uint64_t>(total);
  const std::int64_t pages = (total + options_.page_size - 1) / options_.page_size;
  if (pages > options_.max_pages)
    throw Error(ErrorKind::protocol, fmt::format("{} pages announced", pages));
  if (pages <= 1) {
    if (first.records.empty() && total > 0) first = fetch_inside(1);
    take(1, first);
    return settled(total, first.total);
  }
  for (std::int64_t number = pages; number > 1; --number) take(number, fetch_inside(number));
  // Rows may have moved up to page 1 since it was read for its total.
  const auto again = fetch_inside(1);
  take(1, again);
  return settled(total, again.total);
}

bool Reader::scan_forward() {
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  for (std::int64_t number = 1; number <= options_.max_pages; ++number) {
    const bool inside = before && (number - 1) * options_.page_size < *before;
    const auto page = inside ? fetch_inside(number) : fetch(number);
    if (number == 1) before = page.total;
    if (page.total) after = page.total;
    counts_.expected = static_cast<std::uint64_t>(before.value_or(0));
    take(number, page);
    const bool full = static_cast<std::int64_t>(page.records.size()) >= options_.page_size;
    if (!page.has_next.value_or(full)) return settled(before, after);
  }
  throw Error(ErrorKind::protocol, fmt::format("more than {} pages", options_.max_pages));
}

// Nothing moved: as many different records as both totals say. In the last scan a total that only
// shrank is accepted as well when pages were read backwards: records that leave a frozen window
// move the unread ones only towards pages that are still to come.
bool Reader::settled(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
  if (!before || !after) return true;
  const auto distinct = static_cast<std::int64_t>(seen_.size());
  if (*before == *after) return distinct == *after;
  const bool last = counts_.scans == static_cast<std::uint64_t>(options_.max_scans);
  const bool backwards = options_.paging == ReadOptions::Paging::reverse;
  return last && backwards && *after < *before && distinct >= *after;
}

}  // namespace erp2mysql::source
