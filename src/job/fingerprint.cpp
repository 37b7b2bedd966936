// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <array>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

// Everything goes in with its length, so that no two jobs can run together to one text.
class Recorder {
 public:
  void add(std::string_view text) {
    out_ += std::to_string(text.size());
    out_ += ':';
    out_ += text;
  }
  void add(const std::optional<std::string>& text) {
    add(text ? std::string_view("+") : std::string_view("-"));
    if (text) add(std::string_view(*text));
  }
  void add(const std::vector<Item>& items) {
    add(std::to_string(items.size()));
    for (const auto& item : items) {
      add(item.field);
      add(item.type);
      add(item.value);
      add(item.default_value);
      add(item.on_division_by_zero);
      if (item.on_function_error) add(item.on_function_error);
      add(item.parser ? std::string_view(item.parser->name) : std::string_view());
      add(item.parser ? std::string_view(item.parser->params) : std::string_view());
      add(item.children);
    }
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

void add_connection(Recorder& recorder, const Source& source) {
  const Section* section = connection_section(source.platform);
  for (const auto& [key, value] : source.connection) {
    const Field* field = section == nullptr ? nullptr : section->find(key);
    if (field == nullptr || field->secret) continue;
    recorder.add(key);
    recorder.add(value);
  }
}

// Only what is given, so that older jobs keep their fingerprint.
void add_read(Recorder& recorder, const Read& read) {
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    recorder.add(name);
    recorder.add(value);
  };
  const auto number = [](const std::optional<std::int64_t>& value) -> std::optional<std::string> {
    if (!value) return std::nullopt;
    return std::to_string(*value);
  };
  add("list", read.list);
  add("total", read.total);
  add("pageField", read.page_field);
  add("sizeField", read.size_field);
  add("firstPage", number(read.first_page));
  add("cursorField", read.cursor_field);
  add("cursorStart", read.cursor_start);
  add("cursorPath", read.cursor_path);
  add("key", read.cursor_key);
  for (const auto& name : read.from_fields) add("fromFields", name);
  for (const auto& name : read.to_fields) add("toFields", name);
}

void add_source(Recorder& recorder, const Source& source) {
  recorder.add(source.platform);
  add_connection(recorder, source);
  recorder.add(source.api);
  recorder.add(source.method);
  recorder.add(source.id);
  recorder.add(source.id_check ? std::string_view("1") : std::string_view("0"));
  for (const auto& name : source.beat_flat) recorder.add(name);
  add_read(recorder, source.read);
  recorder.add(source.request);
  recorder.add(source.other_request);
  for (const auto& group : source.condition) {
    recorder.add(std::to_string(group.size()));
    for (const auto& condition : group) {
      recorder.add(condition.field);
      recorder.add(condition.logic);
      recorder.add(condition.value);
      recorder.add(condition.strict ? std::string_view("1") : std::string_view("0"));
    }
  }
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw base::Error(base::ErrorKind::bug, "SHA-256 is not available");
  }
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += k_digits[digest[i] >> 4];
    out += k_digits[digest[i] & 15];
  }
  return out;
}

}  // namespace

std::string make_fingerprint(const Job& job) {
  Recorder recorder;
  recorder.add(std::string_view("1"));  // the version of this list
  recorder.add(job.zone_name);
  add_source(recorder, job.source);
  recorder.add(job.target.platform);
  recorder.add(job.target.api);
  recorder.add(job.target.request);
  const auto statement = job.target.other_request.find("main_sql");
  if (statement != job.target.other_request.end()) recorder.add(statement->second);
  for (const auto& extension : job.target.extensions) recorder.add(extension.sql);
  return sha256_hex(recorder.text());
}

}  // namespace erp2mysql::job
