// SPDX-License-Identifier: Apache-2.0
// ${env:NAME}, ${file:PATH} and ${credential:NAME} inside a text. It knows no key of the job file
// and never puts a value into a message.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::job {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

struct Resolved {
  std::string text;
  std::vector<std::string> values;  // what the references stood for
  struct Mistake {
    std::string message;
    std::string hint;
  };
  std::vector<Mistake> mistakes;
};

/// True when the text holds something that looks like a reference.
bool has_reference(std::string_view text);

/// Paths are relative to `directory`. A "${" without one of the three kinds stays as it is, unless
/// it names an unknown kind or its brace never closes.
Resolved resolve_references(std::string_view text, const std::string& directory,
                            const Environment& env);

}  // namespace erp2mysql::job
