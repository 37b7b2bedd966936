// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

extern const Registration k_jikeyun, k_xiaobangbang, k_wangdiantong_qimen, k_wangdiantong,
    k_jushuitan_qimen, k_jushuitan, k_kingdee;

const std::vector<const Registration*>& registry() {
  static const std::vector<const Registration*> k_list{
      &k_jikeyun,   &k_xiaobangbang, &k_wangdiantong_qimen, &k_wangdiantong, &k_jushuitan_qimen,
      &k_jushuitan, &k_kingdee,
  };
  return k_list;
}

const Registration* find_platform(std::string_view name) {
  for (const auto* entry : registry()) {
    if (entry->name == name) return entry;
  }
  return nullptr;
}

PlatformSpec spec_of(const Registration& platform, const job::Source& source) {
  PlatformSpec spec = platform.facts(source);
  const auto& read = source.read;
  const auto lay = [](std::string& field, const std::optional<std::string>& given) {
    if (given) field = *given;
  };
  lay(spec.list, read.list);
  lay(spec.total, read.total);
  lay(spec.page_field, read.page_field);
  lay(spec.size_field, read.size_field);
  if (read.first_page) spec.first_page = *read.first_page;
  if (read.max_page_size) spec.max_page_size = *read.max_page_size;
  if (spec.default_page_size > spec.max_page_size) spec.default_page_size = spec.max_page_size;
  if (read.max_window) spec.max_window = *read.max_window;
  if (read.max_pages) spec.max_pages = *read.max_pages;
  if (!read.from_fields.empty()) spec.from_fields = read.from_fields;
  if (!read.to_fields.empty()) spec.to_fields = read.to_fields;
  if (read.cursor_field || read.cursor_path || read.cursor_key) spec.paging = Paging::cursor;
  lay(spec.cursor_field, read.cursor_field);
  lay(spec.cursor_start, read.cursor_start);
  if (read.cursor_path) spec.cursor_key.clear();
  lay(spec.cursor_path, read.cursor_path);
  lay(spec.cursor_key, read.cursor_key);
  // A key or a path that was switched off leaves pages with numbers.
  const bool cursor = !spec.cursor_key.empty() || !spec.cursor_path.empty();
  if (spec.paging == Paging::cursor && !cursor) spec.paging = Paging::numbers;
  return spec;
}

std::unique_ptr<Source> make_source(const Registration& platform, const job::Source& source,
                                    std::int64_t page_size) {
  return platform.create(source, spec_of(platform, source), page_size);
}

}  // namespace erp2mysql::source
