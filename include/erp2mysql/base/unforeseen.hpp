// SPDX-License-Identifier: Apache-2.0
// What an exception of the language or of a library means to the user: want of memory or threads
// passes, anything else is our mistake. It knows none of the places where they come from.
#pragma once

#include <exception>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::base {

Error unforeseen(const std::exception& error);

}  // namespace erp2mysql::base
