// SPDX-License-Identifier: Apache-2.0
// What the families of date functions share. It refuses to hold a function.
#pragma once

#include <array>
#include <string_view>

#include "tree.hpp"

namespace erp2mysql::expr {

inline constexpr std::array<std::string_view, 12> k_month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> k_day_names = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/// A time span, or the datetime that a text in its full form is; nothing when it is neither.
std::optional<Parsed> time_or_datetime(const Item& item);
/// Fraction digits of an argument that is used as a time or a datetime.
int fraction_of(const Call& call, std::size_t i, bool as_time);
/// Of a text that is used as a date: 6 when it is none at all.
int fraction_digits(const std::string& text);
/// Year, month and day as they are written, whether they exist or not; -1 when they are no numbers.
std::array<int, 3> date_fields(std::string_view text);
/// The chosen digits, for a result whose type was decided before.
Item shown(Item::Kind kind, Temporal when, int digits);
/// A text that shows a fraction only when there is one.
Item as_date_text(Item::Kind kind, Temporal when);
/// A calendar of a text with an offset is moved into the scope's zone.
Parsed localized(Parsed parsed, const Context& context);
/// STR_TO_DATE, and the type that a format announces.
Item read_by_format(const std::string& text, const std::string& format);
Type type_of_format(std::string_view format);

}  // namespace erp2mysql::expr
