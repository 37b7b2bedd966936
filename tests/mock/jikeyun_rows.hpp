// SPDX-License-Identifier: Apache-2.0
// The columns of Jikeyun's channels, goods and trades. Data only; knows no protocol.
#pragma once

#include <span>

#include "columns.hpp"

namespace mock::jikeyun {

std::span<const Column> channels();
std::span<const Column> goods();
std::span<const Column> trades();

}  // namespace mock::jikeyun
