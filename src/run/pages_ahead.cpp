// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/pages_ahead.hpp"

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::run {

PagesAhead::PagesAhead(std::size_t most_bytes, std::function<void(const Put&)> ask)
    : most_bytes_(most_bytes), thread_([this, ask = std::move(ask)] { work(ask); }) {}

PagesAhead::~PagesAhead() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PagesAhead::work(const std::function<void(const Put&)>& ask) {
  const base::StopScope scope(abandoned_);
  std::exception_ptr failure;
  try {
    ask([this](const data::Page& page) { put(page); });
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  failure_ = failure;
  ended_ = true;
  changed_.notify_all();
}

void PagesAhead::put(const data::Page& page) {
  const std::size_t bytes = page.document ? page.document->bytes() : 0;
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return abandoned_ || pages_.empty() || bytes_ + bytes <= most_bytes_; });
  if (abandoned_) throw base::Error(base::ErrorKind::interrupted, "nobody takes pages any more");
  pages_.push_back(page);
  bytes_ += bytes;
  changed_.notify_all();
}

std::optional<data::Page> PagesAhead::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !pages_.empty(); });
  if (pages_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return std::nullopt;
  }
  auto page = std::move(pages_.front());
  pages_.pop_front();
  bytes_ -= page.document ? page.document->bytes() : 0;
  changed_.notify_all();
  return page;
}

}  // namespace erp2mysql::run
