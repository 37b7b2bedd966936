// SPDX-License-Identifier: Apache-2.0
// From the bytes of an answer to its root: the checks that every platform needs before it may look
// at its own codes. A status of 200 proves nothing. Knows no platform.
#pragma once

#include <functional>

#include "erp2mysql/source/answer.hpp"

namespace erp2mysql::source {

/// Status, then "is it JSON at all" (HTML and XML are named as such), then `judge`.
http::Verdict judge_json(http::Response response,
                         const std::function<http::Verdict(Answer& answer)>& judge);

/// The answer has no list of records at the spec's path: an error, tried again, since a cut or
/// wrongly assembled answer is the likeliest reason.
http::Verdict missing_list(std::string_view path);

/// Takes the elements of a list as records; throws base::Error{protocol} for an element that is
/// no object.
void take_list(const data::Node& list, data::Page& page);

}  // namespace erp2mysql::source
