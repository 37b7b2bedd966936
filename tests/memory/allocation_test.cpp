// SPDX-License-Identifier: Apache-2.0
// Memory runs out at the first, second, … last allocation of: a job loaded and compiled, its
// request built, a page read, mapped into a batch, a statement and a table made of it. Each time an
// error comes out, nothing is kept that nobody holds, and the same work done again succeeds. A
// program of its own, since it replaces operator new.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/store/table_ddl.hpp"
#include "job/sample.hpp"

namespace {

long g_until_failure = -1;  // never
long g_live = 0;
long g_count = 0;

void* take(std::size_t bytes, std::size_t alignment) noexcept {
  ++g_count;
  if (g_until_failure >= 0 && g_until_failure-- == 0) return nullptr;
  void* out = alignment == 0
                  ? std::malloc(bytes == 0 ? 1 : bytes)
                  : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (out != nullptr) ++g_live;
  return out;
}

void* take_or_throw(std::size_t bytes, std::size_t alignment = 0) {
  if (void* out = take(bytes, alignment)) return out;
  throw std::bad_alloc();
}

void give(void* what) noexcept {
  if (what == nullptr) return;
  --g_live;
  std::free(what);
}

}  // namespace

void* operator new(std::size_t n) { return take_or_throw(n); }
void* operator new[](std::size_t n) { return take_or_throw(n); }
void* operator new(std::size_t n, std::align_val_t a) {
  return take_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a) {
  return take_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return take(n, 0); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return take(n, 0); }
void operator delete(void* p) noexcept { give(p); }
void operator delete[](void* p) noexcept { give(p); }
void operator delete(void* p, std::size_t) noexcept { give(p); }
void operator delete[](void* p, std::size_t) noexcept { give(p); }
void operator delete(void* p, std::align_val_t) noexcept { give(p); }
void operator delete[](void* p, std::align_val_t) noexcept { give(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { give(p); }

namespace {

using namespace erp2mysql;

const std::string k_job = job::testing::edited(
    {{R"({{LAST_SYNC_TIME|datetime}}"})",
      R"({{LAST_SYNC_TIME|datetime}}"}, {"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"})"},
     {R"({"field": "id", "value": "{io_id}"})",
      R"x({"field": "id", "value": "{io_id}-{items_n}"},
         {"field": "total", "type": "float", "value": "_function ROUND({items_n} * {price}, 2)"},
         {"field": "at", "type": "datetime", "value": "{at}"})x"},
     {R"("api": "jushuitan.saleout.list.query",)",
      R"("api": "jushuitan.saleout.list.query", "beatFlat": ["items"],)"},
     {"(id) VALUES", "(id, total, at) VALUES"}});

const std::string k_page =
    R"({"response": {"data_count": 2, "has_next": false, "datas": [
    {"io_id": 12345678901234567890, "price": "2.505", "at": "2024-01-02T03:04:05+08:00", "items": [{"n": 1}, {"n": 2.5}]},
    {"io_id": "中文 with a text that fits no small string", "price": 1e2, "at": null, "items": [{"n": "bad"}]}]}})";

std::string work() {
  auto loaded = job::load_text("jobs/orders.json", k_job, job::testing::options());
  const auto compiled = run::compile(loaded);
  if (!compiled)
    throw std::logic_error("the job does not compile: " + job::testing::all_text(loaded.problems));
  const base::Range time{base::Instant(base::Millis(1'700'000'000'000)),
                         base::Instant(base::Millis(1'700'003'600'000))};
  const auto variables = compiled->variables(time);
  const auto arguments = compiled->request.build(variables);
  const auto request = compiled->source->build(arguments, {1, true, ""}, {time.to});
  const auto reading = compiled->source->interpret({200, {}, k_page});
  data::Batch batch(compiled->mapper.columns().size());
  std::string out = request.body;
  for (const auto* record : reading.page.records) {
    const auto outcome = compiled->mapper.map(*reading.page.document, *record, variables, batch);
    for (const auto& bad : outcome.bad) out += bad.reason;
  }
  for (std::size_t row = 0; row < batch.rows(); ++row) out += batch.record_json(row);
  return out +
         store::create_table(compiled->statement, "bi", {"string", "float", "datetime"}, batch);
}

[[noreturn]] void fail(const char* what, long at) {
  g_until_failure = -1;
  std::printf("allocation %ld fails: %s\n", at, what);
  std::exit(1);
}

}  // namespace

int main() {
  const std::string expected = work();
  const auto again = [&] {
    base::forget_secrets();
    const bool same = work() == expected;
    base::forget_secrets();
    return same;
  };
  if (!again()) fail("even without that the work differs", 0);
  const long kept = g_live;
  long errors = 0;
  for (long at = 0;; ++at) {
    g_count = 0;
    g_until_failure = at;
    bool refused = false;
    try {
      // Where memory is only wished for, the work goes on without.
      if (work() != expected) fail("the work is done wrongly", at);
    } catch (const std::bad_alloc&) {
      refused = true;
    } catch (const base::Error& error) {
      if (error.kind() != base::ErrorKind::temporary) fail(error.what(), at);
      refused = true;
    } catch (const std::exception& error) {
      fail(error.what(), at);
    }
    const bool struck = g_until_failure < 0;
    g_until_failure = -1;
    base::forget_secrets();
    if (g_live != kept) fail("something is kept that nobody holds", at);
    if (!struck) break;
    errors += refused;
    if (errors % 50 == 0 && !again()) fail("the work cannot be done again", at);
  }
  if (!again() || g_live != kept) fail("the work cannot be done again", errors);
  std::printf("%ld allocations failed, one after the other: an error each time, nothing leaked\n",
              errors);
  return errors < 500 ? 1 : 0;
}
