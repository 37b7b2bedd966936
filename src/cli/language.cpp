// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/language.hpp"

#include <cstdlib>

#include "catalogue.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {

extern const char* const k_zh_po;  // src/cli/zh.po, built in

namespace {

Language g_spoken = Language::english;

const Catalogue& chinese() {
  static const Catalogue k_one(k_zh_po);
  return k_one;
}

// Line by line; the blanks around a line are form, not message.
template <class Translate>
std::string by_line(std::string_view text, Translate translate) {
  std::string out;
  bool first = true;
  for (const auto line : base::split(text, '\n')) {
    if (!first) out += '\n';
    first = false;
    const auto message = base::trim(line);
    const auto before = static_cast<std::size_t>(message.data() - line.data());
    if (message.empty()) {
      out += line;
      continue;
    }
    out += line.substr(0, before);
    out += translate(message);
    out += line.substr(before + message.size());
  }
  return out;
}

}  // namespace

Language language_of(std::string_view flag) {
  if (!flag.empty()) return flag == "zh" ? Language::chinese : Language::english;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("zh") ? Language::chinese : Language::english;
  }
  return Language::english;
}

void speak(Language language) { g_spoken = language; }
Language spoken() { return g_spoken; }

std::string said(std::string_view english) { return said_in(g_spoken, english); }

std::string said_in(Language language, std::string_view english) {
  if (language == Language::english) return std::string(english);
  return by_line(english, [](std::string_view line) { return chinese().translate(line); });
}

std::string said_label(std::string_view english) {
  if (g_spoken == Language::english) return std::string(english);
  const auto label = chinese().exact("label: " + std::string(english));
  return label ? *label : said(english);
}

std::string said_result(std::string_view english) {
  if (g_spoken == Language::english) return std::string(english);
  return by_line(english, [](std::string_view line) {
    return chinese().find(line).value_or(std::string(line));
  });
}

}  // namespace erp2mysql::cli
