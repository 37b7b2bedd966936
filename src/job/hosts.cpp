// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/job/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::job {
namespace {

std::optional<unsigned> port_of(std::string_view text) {
  unsigned port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  return whole && port >= 1 && port <= 65'535 ? std::optional(port) : std::nullopt;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of(" \t\r\n/@?#[]\"'\\") == std::string_view::npos;
}

// Nothing when `text` is no address.
std::optional<Host> parse_host(std::string_view text, unsigned port) {
  std::string_view name = text;
  std::string_view rest;
  bool in_brackets = false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    in_brackets = true;
    name = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    name = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (!is_name(name) || in_brackets != (name.find(':') != std::string_view::npos))
    return std::nullopt;
  if (rest.empty()) return Host{std::string(name), port};
  const auto given = rest.starts_with(':') ? port_of(rest.substr(1)) : std::nullopt;
  if (!given) return std::nullopt;
  return Host{std::string(name), *given};
}

}  // namespace

std::string Host::text() const {
  const bool six = name.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", name, port) : fmt::format("{}:{}", name, port);
}

Hosts parse_hosts(std::string_view text, unsigned port) {
  Hosts out;
  for (const auto part : base::split(text, ',')) {
    const auto one = base::trim(part);
    const auto host = parse_host(one, port);
    if (!host) {
      out.wrong = one.empty() ? "a host is empty"
                              : fmt::format("{} is no host", base::quoted(base::shorten(one, 80)));
      return out;
    }
    const auto same = [&](const Host& other) {
      return other.port == host->port && base::equal_ignore_case(other.name, host->name);
    };
    if (std::any_of(out.list.begin(), out.list.end(), same)) {
      out.wrong = fmt::format("{} stands there twice", host->text());
      return out;
    }
    out.list.push_back(*host);
  }
  return out;
}

}  // namespace erp2mysql::job
