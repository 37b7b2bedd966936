// SPDX-License-Identifier: Apache-2.0
// Wall-clock times of the platform (GMT+8) as seconds since 1970-01-01 00:00:00 of that clock.
// Refuses to know the host's time zone: nothing here calls localtime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mock {

// "YYYY-MM-DD HH:MM:SS", or "YYYY-MM-DD" for midnight; anything else is nothing.
std::optional<std::int64_t> parse_time(std::string_view text);
void append_time(std::string& out, std::int64_t seconds);
std::string format_time(std::int64_t seconds);
std::int64_t platform_now();
// Of a clock that never jumps, for limits and sessions.
std::int64_t steady_milliseconds();

}  // namespace mock
