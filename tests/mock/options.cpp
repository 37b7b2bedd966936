// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <string_view>

#include "civil_time.hpp"

namespace mock {
namespace {

template <typename Number>
Number to_number(const std::string& flag, std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    throw OptionError(flag + ": '" + std::string(text) + "' is not a number in range");
  }
  return value;
}

std::int64_t to_time(const std::string& flag, const std::string& text) {
  const auto time = parse_time(text);
  if (!time) throw OptionError(flag + ": '" + text + "' is not YYYY-MM-DD HH:MM:SS");
  return *time;
}

bool to_switch(const std::string& flag, const std::string& text) {
  if (text != "on" && text != "off") throw OptionError(flag + " takes on or off");
  return text == "on";
}

// "5/1s,100/1m"
std::vector<RateLimit> to_rates(const std::string& flag, std::string_view text) {
  std::vector<RateLimit> rates;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t slash = part.find('/');
    const std::size_t unit = part.find_last_of("0123456789") + 1;
    if (slash == std::string_view::npos || unit <= slash + 1) {
      throw OptionError(flag + ": '" + std::string(part) + "' is not like 5/1s");
    }
    static const std::map<std::string_view, std::int64_t> units{
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
    const auto found = units.find(part.substr(unit));
    if (found == units.end()) throw OptionError(flag + ": the unit is ms, s, m or h");
    constexpr std::int64_t most = 1'000'000'000;
    const auto requests = to_number<std::int64_t>(flag, part.substr(0, slash), 1, most);
    const auto count =
        to_number<std::int64_t>(flag, part.substr(slash + 1, unit - slash - 1), 1, most);
    rates.push_back({requests, count * found->second});
  }
  return rates;
}

void set_address(Options& options, const std::string& flag, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw OptionError(flag + " takes HOST:PORT");
  options.host = text.substr(0, colon);
  options.port = to_number<int>(flag, std::string_view(text).substr(colon + 1), 0, 65535);
}

using Setter = std::function<void(Options&, const std::string& flag, const std::string& value)>;

Setter text(std::string Options::*member) {
  return [member](Options& o, const std::string&, const std::string& v) { o.*member = v; };
}

Setter time(std::int64_t Options::*member) {
  return [member](Options& o, const std::string& f, const std::string& v) {
    o.*member = to_time(f, v);
  };
}

Setter on_off(bool Options::*member) {
  return [member](Options& o, const std::string& f, const std::string& v) {
    o.*member = to_switch(f, v);
  };
}

Setter share(double Options::*member) {
  return [member](Options& o, const std::string& f, const std::string& v) {
    o.*member = to_number(f, v, 0.0, 1.0);
  };
}

Setter count(std::int64_t Options::*member, std::int64_t low, std::int64_t high) {
  return [=](Options& o, const std::string& f, const std::string& v) {
    o.*member = to_number(f, v, low, high);
  };
}

void set_seed(Options& options, const std::string& flag, const std::string& value) {
  options.seed = to_number<std::uint64_t>(flag, value, 0, UINT64_MAX);
}

void set_rates(Options& options, const std::string& flag, const std::string& value) {
  options.rates = to_rates(flag, value);
}

void set_setting(Options& options, const std::string& flag, const std::string& value) {
  const std::size_t equals = value.find('=');
  if (equals == std::string::npos) throw OptionError(flag + " takes NAME=VALUE");
  options.settings.set(value.substr(0, equals), value.substr(equals + 1));
}

const std::map<std::string, Setter>& setters() {
  constexpr std::int64_t most = 1'000'000'000;
  static const std::map<std::string, Setter> table{
      {"--listen", set_address},
      {"--port-file", text(&Options::port_file)},
      {"--seed", set_seed},
      {"--orders", count(&Options::orders, 0, 10'000'000)},
      {"--from", time(&Options::from)},
      {"--to", time(&Options::to)},
      {"--empty-items", share(&Options::empty_items)},
      {"--latency", count(&Options::latency_ms, 0, most)},
      {"--rate", set_rates},
      {"--platform-limits", on_off(&Options::platform_limits)},
      {"--ban", count(&Options::ban_ms, 0, most)},
      {"--quota", count(&Options::quota, -1, most)},
      {"--late", count(&Options::late, 0, most)},
      {"--late-per-page", count(&Options::late_per_page, 0, most)},
      {"--set", set_setting},
      {"--rate-slack", count(&Options::rate_slack_ms, 0, most)},
      {"--drift", share(&Options::drift)},
      {"--drift-max", count(&Options::drift_max, -1, most)},
      {"--faults", text(&Options::faults_file)},
      {"--app-key", text(&Options::app_key)},
      {"--app-secret", text(&Options::app_secret)},
      {"--target-app-key", text(&Options::target_app_key)},
      {"--customer-id", text(&Options::customer_id)},
      {"--gzip", on_off(&Options::gzip)},
      {"--clock-skew-check", on_off(&Options::clock_skew_check)},
  };
  return table;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.from = *parse_time("2024-01-01");
  options.to = *parse_time("2024-01-08");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string flag = arguments[i];
    if (flag == "--help" || flag == "-h") {
      options.help = true;
      return options;
    }
    const std::size_t equals = flag.find('=');
    std::optional<std::string> value;
    if (equals != std::string::npos) {
      value = flag.substr(equals + 1);
      flag.resize(equals);
    }
    const auto setter = setters().find(flag);
    if (setter == setters().end()) throw OptionError("unknown flag " + flag + "; see --help");
    if (!value) {
      if (++i == arguments.size()) throw OptionError(flag + " needs a value");
      value = arguments[i];
    }
    setter->second(options, flag, *value);
  }
  if (options.from >= options.to) throw OptionError("--from must be earlier than --to");
  return options;
}

std::string help_text() {
  return std::string(R"(erp2mysql-mock: imitates the gateways of seven ERP platforms for tests.

  --listen HOST:PORT       where to listen; port 0 picks one       [127.0.0.1:0]
  --port-file FILE         gets the port once the mock listens
  --seed N                 the data set is a function of it        [1]
  --orders N               how many rows every table has           [200]
  --from T, --to T         range of `modified`, GMT+8      [2024-01-01 .. 2024-01-08]
  --empty-items P          share of orders without items           [0]
  --latency MS             waits before every answer               [0]
  --rate 5/1s,100/1m       sliding limits per key                  [none]
  --platform-limits on|off  without --rate: those the platforms are known for [off]
  --ban MS                 who breaks a limit is refused so long   [0]
  --quota N                so many calls per platform, then the day's quota is used up; -1: endless
  --late N                 rows that exist but are not visible yet [0]
  --late-per-page N        so many of them appear after each page  [0]
  --set NAME=VALUE         a credential or a manner of a platform, see below
  --rate-slack MS          tolerated jitter of arrival             [20]
  --drift P                after a page, one order of the window changes with probability P [0]
  --drift-max N            at most N such changes; -1: no bound    [-1]
  --faults FILE            fault plan, see README.md
  --app-key, --app-secret, --target-app-key, --customer-id
                           [12345678 qmsecret 23060081 100001]
  --gzip on|off            compress for clients that accept it     [on]
  --clock-skew-check on|off  600 s, code 31                        [on]
  --help

Paths are those of the platforms; for tests there are GET /_mock/truth/PLATFORM?api=&from=&to=,
GET /_mock/stats?platform=, GET /_mock/faults, POST /_mock/{touch,late,expire,set,faults}; see README.md.
SIGTERM and SIGINT end it with 0. Settings for --set, with their values unless set:
)") + Settings::help();
}

}  // namespace mock
