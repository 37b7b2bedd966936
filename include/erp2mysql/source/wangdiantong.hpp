// SPDX-License-Identifier: Apache-2.0
// What both ways to Wangdiantong flagship (旺店通旗舰版) share: the recursive signature text, error
// texts, the answer's inner shape, facts per method. It knows neither envelope nor transport.
// Source of every rule: sources-b.md sections 2 and 3.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/source/answer.hpp"

namespace erp2mysql::source::wdt {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// "secret:salt" split at the first colon.
struct Secret {
  std::string secret, salt;
};
Secret split_secret(std::string_view text);

/// The text of `wdt_sign` without the secret: fields in the order of their names, values that hold
/// JSON flattened with sorted names; routing and signature fields are left out at every level.
std::string sign_text(const Fields& fields);

/// Facts on a method of either spelling; `root` is the path of the object that holds `data`.
PlatformSpec facts(std::string_view method, std::string_view root);

/// The filter that the method wants: the job's arguments, or the children of its `params`.
data::Arguments filter(const data::Arguments& arguments, const PlatformSpec& spec);

/// Verdict on the object that has `status` and `data`; `root` is its path with a dot, or empty.
http::Verdict judge(Answer& answer, const PlatformSpec& spec, std::string_view root);
/// An absent list is an empty one when the platform says that there is nothing.
data::Page read(Answer& answer, const PlatformSpec& spec);

}  // namespace erp2mysql::source::wdt
