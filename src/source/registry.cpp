// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

const PlatformSpec& jushuitan_qimen_spec();
std::unique_ptr<Source> make_jushuitan_qimen(const job::Source& source, std::int64_t page_size);

const std::vector<Registration>& registry() {
  static const std::vector<Registration> k_list{
      {"jushuitan-qimen", jushuitan_qimen_spec, make_jushuitan_qimen},
  };
  return k_list;
}

const Registration* find_platform(std::string_view name) {
  for (const auto& entry : registry()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace erp2mysql::source
