// SPDX-License-Identifier: Apache-2.0
// A number for a text, as good as the text where only equality counts: ids of records, digests of
// windows that are kept in the ledger. It knows no document, and is no defence against somebody who
// looks for two texts with one number.
#pragma once

#include <cstdint>
#include <string_view>

namespace erp2mysql::data {

/// Well mixed 64 bits; the same in every build and on every machine.
std::uint64_t hash(std::string_view text);

}  // namespace erp2mysql::data
