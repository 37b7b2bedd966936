// SPDX-License-Identifier: Apache-2.0
#include "platforms.hpp"

#include <algorithm>

#include "jikeyun.hpp"
#include "jushuitan_direct.hpp"
#include "kingdee.hpp"
#include "wangdiantong.hpp"
#include "xiaobangbang.hpp"

namespace mock {

Platforms::Platforms(const Options& options, Settings& settings, Stats& all) {
  erps_.push_back(std::make_unique<Jikeyun>(options, settings, all));
  erps_.push_back(std::make_unique<Xiaobangbang>(options, settings, all));
  erps_.push_back(std::make_unique<WangdiantongQimen>(options, settings, all));
  erps_.push_back(std::make_unique<WangdiantongDirect>(options, settings, all));
  erps_.push_back(std::make_unique<JushuitanDirect>(options, settings, all));
  erps_.push_back(std::make_unique<Kingdee>(options, settings, all));
}

Erp* Platforms::taking(const Call& call) const {
  const auto found =
      std::find_if(erps_.begin(), erps_.end(), [&](const auto& erp) { return erp->takes(call); });
  return found == erps_.end() ? nullptr : found->get();
}

Erp* Platforms::named(std::string_view name) const {
  const auto found = std::find_if(erps_.begin(), erps_.end(),
                                  [&](const auto& erp) { return erp->name() == name; });
  return found == erps_.end() ? nullptr : found->get();
}

}  // namespace mock
