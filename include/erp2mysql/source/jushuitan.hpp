// SPDX-License-Identifier: Apache-2.0
// What both ways to Jushuitan (聚水潭) share: error codes, the paging fields of an answer, facts
// per API, the row version cursor. It knows neither envelope nor signature. Source of every rule:
// sources-b.md sections 4 and 5.
#pragma once

#include <string_view>

#include "erp2mysql/source/answer.hpp"

namespace erp2mysql::source::jst {

/// `root` is the path of the object that holds list and paging fields.
PlatformSpec facts(const job::Source& source, std::string_view root, std::int64_t max_page_size);

/// Verdict on an error code and text (`msg` or `message`) in the object at `root` ("" is the whole
/// answer); ok when there is no complaint.
http::Verdict judge_code(Answer& answer, std::string_view root);

/// The list must be there, under the spec's name or another one that sister APIs use.
http::Verdict judge_list(Answer& answer, const PlatformSpec& spec);
data::Page read(Answer& answer, const PlatformSpec& spec);

/// Page fields of a request, and in cursor mode what keeps the platform from counting.
data::Arguments paging(const PlatformSpec& spec, const data::Arguments& arguments,
                       data::Arguments page_fields);

}  // namespace erp2mysql::source::jst
