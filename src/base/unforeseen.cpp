// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/unforeseen.hpp"

#include <new>
#include <system_error>

namespace erp2mysql::base {

Error unforeseen(const std::exception& error) {
  const auto* system = dynamic_cast<const std::system_error*>(&error);
  const bool no_thread =
      system != nullptr && system->code() == std::errc::resource_unavailable_try_again;
  if (dynamic_cast<const std::bad_alloc*>(&error) == nullptr && !no_thread)
    return Error(ErrorKind::bug, error.what());
  return Error(ErrorKind::temporary,
               no_thread ? "no further thread can be started" : "there is not enough memory")
      .hint("give the process more, or lower sync.parallel, the page size or sync.window");
}

}  // namespace erp2mysql::base
