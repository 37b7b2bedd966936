// SPDX-License-Identifier: Apache-2.0
// The command line of erp2mysql-mock, parsed once into plain values.
// Reads no file and opens no socket; a mistake is an exception with the text for the user.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "settings.hpp"

namespace mock {

struct RateLimit {
  std::int64_t requests = 0;
  std::int64_t milliseconds = 0;
};

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string port_file;
  std::uint64_t seed = 1;
  std::int64_t orders = 200;
  std::int64_t from = 0;  // set by parse_options: 2024-01-01 00:00:00
  std::int64_t to = 0;    //                       2024-01-08 00:00:00
  double empty_items = 0;
  std::int64_t latency_ms = 0;
  std::vector<RateLimit> rates;
  std::int64_t rate_slack_ms = 20;
  bool platform_limits = false;
  std::int64_t ban_ms = 0;
  std::int64_t quota = -1;
  std::int64_t late = 0;
  std::int64_t late_per_page = 0;
  double drift = 0;
  std::int64_t drift_max = -1;
  std::string faults_file;
  std::string app_key = "12345678";
  std::string app_secret = "qmsecret";
  std::string target_app_key = "23060081";
  std::string customer_id = "100001";
  bool gzip = true;
  bool clock_skew_check = true;
  Settings settings;
  bool help = false;
};

struct OptionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Options parse_options(const std::vector<std::string>& arguments);
std::string help_text();

}  // namespace mock
