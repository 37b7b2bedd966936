// SPDX-License-Identifier: Apache-2.0
// Which of two values is smaller, by the server's rules for mixed types. It refuses NULL: its
// callers decide what NULL means. Text is compared without padding, case and accents.
#pragma once

#include <span>

#include "item.hpp"

namespace erp2mysql::expr {

/// Negative, zero, positive. Throws Error{data} when a text beside a date is no date.
int compare(const Item& a, const Item& b);
/// Brings all to the one type in which BETWEEN, GREATEST and LEAST compare. With `text_wins` a
/// text beside numbers makes them texts, else numbers.
void unify(std::span<Item> items, bool text_wins);

}  // namespace erp2mysql::expr
