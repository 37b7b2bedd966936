// SPDX-License-Identifier: Apache-2.0
// The columns of Xiaobangbang's products, customers and contracts. Data only; knows no protocol.
#pragma once

#include <span>

#include "columns.hpp"

namespace mock::xiaobangbang {

std::span<const Column> products();
std::span<const Column> customers();
std::span<const Column> contracts();

}  // namespace mock::xiaobangbang
