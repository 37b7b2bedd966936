// SPDX-License-Identifier: Apache-2.0
#include "columns.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

constexpr std::string_view k_between = " │ ";

Lines wrapped(const Lines& lines, std::size_t width) {
  Lines out;
  for (const auto& original : lines) {
    // Here and not at the printing: what is blanked there would leave the columns.
    const auto line = base::scrub(original);
    const auto blanks = std::min(line.find_first_not_of(' '), line.size());
    const auto indent = std::min(blanks + 2, width / 2);
    if (base::display_width(line) <= width) {
      out.push_back(line);
      continue;
    }
    bool first = true;
    // The rest of the line goes on indented, so it is wrapped to fewer cells throughout.
    for (const auto& part : base::wrap_display(line, width - indent)) {
      out.push_back(first ? part : std::string(indent, ' ') + part);
      first = false;
    }
  }
  return out;
}

void append(Lines& out, const std::string& name, const data::Node& node, std::size_t depth) {
  const std::string pad(2 * depth, ' ');
  if (node.is_scalar() || node.count == 0) {
    const auto value = node.is_text() ? base::quoted(node.text) : data::to_json(node);
    out.push_back(fmt::format("{}{}: {}", pad, name, value));
    return;
  }
  out.push_back(fmt::format("{}{}:", pad, name));
  std::size_t index = 0;
  for (const auto& member : node.members()) {
    append(out, node.is_object() ? std::string(member.key) : fmt::format("[{}]", index++),
           member.value, depth + 1);
  }
}

}  // namespace

std::string side_by_side(const std::string& left_title, const Lines& left,
                         const std::string& right_title, const Lines& right, std::size_t width) {
  const std::size_t half = (width - base::display_width(k_between)) / 2;
  Lines left_side{left_title, std::string()};
  Lines right_side{right_title, std::string()};
  for (auto& line : wrapped(left, half)) left_side.push_back(std::move(line));
  for (auto& line : wrapped(right, half)) right_side.push_back(std::move(line));
  std::string out;
  for (std::size_t i = 0; i < std::max(left_side.size(), right_side.size()); ++i) {
    out += base::pad_display(i < left_side.size() ? left_side[i] : "", half);
    out += k_between;
    out += (i < right_side.size() ? right_side[i] : "") + "\n";
  }
  return out;
}

Lines record_lines(const data::Node& record) {
  Lines out;
  if (!record.is_object()) return {data::to_json(record)};
  for (const auto& member : record.members()) append(out, std::string(member.key), member.value, 0);
  return out;
}

Lines aligned(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t longest = 0;
  for (const auto& [name, value] : pairs) longest = std::max(longest, base::display_width(name));
  Lines out;
  for (const auto& [name, value] : pairs)
    out.push_back(base::pad_display(name, longest) + "  " + value);
  return out;
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace erp2mysql::cli
