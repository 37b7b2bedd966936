// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/source/answer.hpp"

namespace erp2mysql::source {

using base::Error;
using base::ErrorKind;

Reader::Reader(Client& client, base::Clock& clock, ReadOptions options, Identity identity)
    : client_(client), clock_(clock), options_(options), identity_(std::move(identity)) {}

ReadCounts Reader::read(const data::Arguments& arguments, const Sink& sink) {
  arguments_ = &arguments;
  sink_ = &sink;
  counts_ = {};
  for (int scan = 1; scan <= options_.max_scans; ++scan) {
    counts_.distinct = 0;
    last_page_.clear();
    counts_.scans = static_cast<std::uint64_t>(scan);
    if (scan_once()) return counts_;
    base::log_info("the source changed while it was read (scan {} of {}): {} of {} records", scan,
                   options_.max_scans, counts_.distinct, counts_.expected);
  }
  throw http::TooBig(
      Error(ErrorKind::temporary,
            fmt::format("the source kept changing: {} scans, the last one found {} of {} records",
                        options_.max_scans, counts_.distinct, counts_.expected))
          .hint("run again; a shorter sync.window or a longer sync.lag makes scans settle"),
      false);
}

bool Reader::scan_once() {
  switch (options_.paging) {
    case ReadOptions::Paging::reverse: return scan_reverse();
    case ReadOptions::Paging::forward: return scan_forward();
    default: return scan_cursor();
  }
}

data::Page Reader::fetch(const data::PageToken& token) {
  base::throw_if_stopped();
  if (counts_.pages > 0 && options_.page_delay.count() > 0) clock_.sleep(options_.page_delay);
  try {
    auto page = client_.fetch(*arguments_, token);
    ++counts_.pages;
    counts_.records += page.records.size();
    page.ids.reserve(page.records.size());
    for (const auto* record : page.records) page.ids.push_back(identity_(*record));
    return page;
  } catch (Error& error) {
    error.at(token.cursor.empty() ? fmt::format("page {}", token.page)
                                  : fmt::format("page {}", counts_.pages + 1));
    throw;
  }
}

// A page inside the announced range that comes back empty is fetched again, alone: some platforms
// answer so under load. It may also be truly gone, which the total after the scan decides.
data::Page Reader::fetch_inside(const data::PageToken& token) {
  auto page = fetch(token);
  if (base::seeded_bug("empty-page-believed")) return page;
  for (int tries = 1; page.records.empty() && tries < options_.empty_page_tries; ++tries) {
    base::log_info("page {} is empty although the total says otherwise; fetching it again",
                   token.page);
    page = fetch(token);
  }
  return page;
}

// Where no total says how much there is, an empty page means the end; so it must say so twice.
data::Page Reader::fetch_open(const data::PageToken& token) {
  auto page = fetch(token);
  if (!page.records.empty() || page.total) return page;
  base::log_info("page {} is empty; asking once more whether that is the end", token.page);
  return fetch(token);
}

std::vector<std::uint64_t> Reader::keys_of(const data::Page& page) {
  std::vector<std::uint64_t> keys;
  keys.reserve(page.ids.size());
  for (const auto& id : page.ids) keys.push_back(id.key);
  return keys;
}

void Reader::take(std::int64_t number, data::Page page) {
  for (auto& id : page.ids) {
    if (seen_.note(id, static_cast<std::uint8_t>(counts_.scans))) ++counts_.distinct;
  }
  refuse_repeat(number, keys_of(page));
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

// Some platforms quietly give smaller pages than were asked for.
std::int64_t Reader::size_of(const data::Page& page) const {
  const auto told = page.size.value_or(0);
  return told > 0 && told < options_.page_size ? told : options_.page_size;
}

bool Reader::full(const data::Page& page) const {
  return static_cast<std::int64_t>(page.records.size()) >= size_of(page);
}

void Reader::check_pages(std::int64_t pages) const {
  if (pages <= options_.max_pages) return;
  throw http::TooBig(
      Error(ErrorKind::protocol, fmt::format("more than {} pages", options_.max_pages))
          .hint("a shorter sync.window has fewer"),
      true);
}

void Reader::down_to_second(std::int64_t last) {
  for (std::int64_t number = last; number > 1; --number) {
    const auto page = base::seeded_bug("forward-paging") ? last - number + 2 : number;
    take(page, fetch_inside({page, false, ""}));
  }
}

bool Reader::scan_reverse() {
  auto first = fetch_open({1, true, ""});
  if (!first.total) return scan_there_and_back(std::move(first));
  const std::int64_t total = *first.total;
  counts_.expected = static_cast<std::uint64_t>(total);
  const auto size = size_of(first);
  const std::int64_t pages = (total + size - 1) / size;
  check_pages(pages);
  if (pages <= 1) {
    if (first.records.empty() && total > 0) first = fetch_inside({1, true, ""});
    take(1, first);
    return settled(total, first.total);
  }
  down_to_second(pages);
  // Rows may have moved up to page 1 since it was read for its total.
  const auto again = fetch_inside({1, true, ""});
  take(1, again);
  return settled(total, again.total);
}

// Without a total the last page is found by walking there; only the way back, on which rows that
// leave the window take no neighbour with them, is handed on.
bool Reader::scan_there_and_back(data::Page page) {
  std::int64_t last = 1;
  while (true) {
    refuse_repeat(last, keys_of(page));
    if (!page.has_next.value_or(full(page))) break;
    check_pages(++last);
    page = fetch_open({last, false, ""});
  }
  last_page_.clear();
  if (last == 1) {
    take(1, page);
    return true;
  }
  take(last, page);
  down_to_second(last - 1);
  take(1, fetch_inside({1, true, ""}));
  return true;
}

bool Reader::scan_forward() {
  std::int64_t size = options_.page_size;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  for (std::int64_t number = 1;; ++number) {
    check_pages(number);
    const data::PageToken token{number, number == 1, ""};
    const bool inside = before && (number - 1) * size < *before;
    const auto page = inside ? fetch_inside(token) : before ? fetch(token) : fetch_open(token);
    if (number == 1) before = page.total;
    if (number == 1) size = size_of(page);
    after = page.total;
    counts_.expected = static_cast<std::uint64_t>(before.value_or(0));
    take(number, page);
    const bool more = before && number * size_of(page) < *before;
    if (page.has_next.value_or(full(page) || more)) continue;
    // Totals may be told with the first page only.
    if (before && !after) after = fetch({1, true, ""}).total;
    return settled(before, after);
  }
}

bool Reader::scan_cursor() {
  std::optional<std::int64_t> total;
  std::int64_t most = 0;  // of the totals: records that were read and left make later ones smaller
  data::PageToken token;
  for (std::int64_t number = 1;; ++number) {
    check_pages(number);
    token.want_total = number == 1;
    auto page = fetch_open(token);
    for (int tries = 1;; ++tries) {
      if (page.total) total = page.total;
      most = std::max(most, total.value_or(0));
      if (!page.records.empty() || !owed(total, most) || tries >= options_.empty_page_tries) break;
      base::log_info("page {} is empty although the total says otherwise; fetching it again",
                     number);
      page = fetch_open(token);
    }
    counts_.expected = static_cast<std::uint64_t>(total.value_or(0));
    take(number, page);
    if (ends_the_cursor(page, token.cursor, most)) break;
    token.cursor = *page.next;
  }
  return !owed(total, most);
}

// Whether a total says that there is more. Some platforms count all records of the window, some
// those behind the cursor; these and what was found make no more than the largest total.
bool Reader::owed(std::optional<std::int64_t> total, std::int64_t most) const {
  const auto found = static_cast<std::int64_t>(counts_.distinct);
  return total && *total > 0 && (found < *total || found + *total <= most);
}

// A cursor out of the records ends when it stands still. One that the platform makes may stay the
// same through a whole scroll; there the pages themselves must differ.
bool Reader::ends_the_cursor(const data::Page& page, const std::string& cursor,
                             std::int64_t most) const {
  if (page.records.empty()) return true;
  const bool by_key = !client_.source().spec().cursor_key.empty();
  const bool all = most > 0 && static_cast<std::int64_t>(counts_.distinct) >= most;
  if (page.next && !by_key) return all;
  if (page.next && by_key && cursor_less(*page.next, cursor)) {
    throw Error(ErrorKind::protocol,
                "the platform went back behind the key it was asked to go on from")
        .hint("it ignores the cursor; set source.read.key to \"\" for numbered pages");
  }
  if (page.next && *page.next != cursor) return false;
  if (page.next && full(page) && options_.page_size > 1) {
    throw Error(ErrorKind::protocol,
                "a full page has one key only, so the next cannot be asked for")
        .hint("raise the page size, or name a unique field in source.read.key");
  }
  if (page.next || by_key || !full(page) || all) return true;
  throw Error(ErrorKind::protocol, "a full page came without the cursor of the next one")
      .hint("without it the rest of the rows cannot be read");
}

// Nothing moved: as many different records as both totals say. In the last scan a total that only
// shrank is accepted as well when pages were read backwards: records that leave a frozen window
// move the unread ones only towards pages that are still to come.
bool Reader::settled(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
  if (!before || !after || base::seeded_bug("totals-ignored")) return true;
  const auto distinct = static_cast<std::int64_t>(counts_.distinct);
  if (*before == *after) return distinct == *after;
  const bool last = counts_.scans == static_cast<std::uint64_t>(options_.max_scans);
  const bool backwards = options_.paging == ReadOptions::Paging::reverse;
  return last && backwards && *after < *before && distinct >= *after;
}

}  // namespace erp2mysql::source
