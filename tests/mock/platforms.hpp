// SPDX-License-Identifier: Apache-2.0
// The imitated platforms in one list, and which of them a call is for. A new platform is a line in
// the .cpp. Refuses to know HTTP; Jushuitan's first method behind Qimen is served elsewhere.
#pragma once

#include <memory>
#include <vector>

#include "erp.hpp"

namespace mock {

class Platforms {
 public:
  Platforms(const Options& options, Settings& settings, Stats& all);

  Erp* taking(const Call& call) const;
  Erp* named(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<Erp>> erps_;
};

}  // namespace mock
