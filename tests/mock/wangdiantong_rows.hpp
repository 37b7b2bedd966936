// SPDX-License-Identifier: Apache-2.0
// The columns of Wangdiantong's refunds and sales stock-outs. Data only; knows no protocol.
#pragma once

#include <span>

#include "columns.hpp"

namespace mock::wangdiantong {

std::span<const Column> refunds();
std::span<const Column> stockouts();

}  // namespace mock::wangdiantong
