// SPDX-License-Identifier: Apache-2.0
// The columns of Jushuitan's orders, stock and outbound documents, as the direct API gives them.
// Data only; knows no protocol.
#pragma once

#include <span>

#include "columns.hpp"

namespace mock::jushuitan {

// `ts` is this and the row's version.
inline constexpr std::int64_t first_stamp = 4821177001;

std::span<const Column> orders();
std::span<const Column> inventory();
std::span<const Column> outbound();

}  // namespace mock::jushuitan
