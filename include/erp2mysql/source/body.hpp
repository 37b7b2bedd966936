// SPDX-License-Identifier: Apache-2.0
// From the bytes of an answer to records: the checks that every platform needs before it may look
// at its own codes. A status of 200 proves nothing. Knows no platform.
#pragma once

#include <functional>
#include <string>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::source {

/// Status, then "is it JSON at all" (HTML and XML are named as such), then `judge` on the root.
http::Verdict judge_json(const http::Response& response,
                         const std::function<http::Verdict(const data::Node& root)>& judge);

/// A page that owns the parsed body and has no records yet.
data::Page page_of(std::string body);
/// Takes the elements of a list as records; throws base::Error{protocol} for an element that is
/// no object.
void take_list(const data::Node& list, data::Page& page);

}  // namespace erp2mysql::source
