// SPDX-License-Identifier: Apache-2.0
// The language of text for people. Messages are English where they are thrown; here, at the edge,
// a finished message is matched against the templates of the catalogue and said in Chinese. What
// the catalogue does not know stays English. JSON, data and keys never pass through here.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::cli {

enum class Language { english, chinese };

/// "en", "zh", or empty: the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
Language language_of(std::string_view flag);
/// Of everything that is said from now on. Not thread safe; call it before the first thread.
void speak(Language language);
Language spoken();

/// A message, or several lines of them, in the spoken language. Blanks at the ends stay.
std::string said(std::string_view english);
/// A line of a result: only if it is a known template as a whole, so that data stays as it is.
std::string said_result(std::string_view english);
/// A word that stands alone as a title: its entry is "label: WORD", since the bare word may be a
/// key of the job file, which is never translated. Without such an entry what said() makes of it.
std::string said_label(std::string_view english);
/// In a given language, whatever is spoken.
std::string said_in(Language language, std::string_view english);

}  // namespace erp2mysql::cli
