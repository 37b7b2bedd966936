// SPDX-License-Identifier: Apache-2.0
// The real transport: one keep-alive connection over libcurl, which no other file includes. It
// refuses to follow redirects, to read the environment's proxies and .netrc, and to skip the
// verification of certificates; it judges no answer and tries nothing twice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::http {

struct CurlOptions {
  base::Millis connect_timeout = std::chrono::seconds(10);
  base::Millis total_timeout = std::chrono::seconds(120);
  /// Fewer bytes per second than this for `low_speed_time` end the transfer.
  long low_speed_bytes = 16;
  std::chrono::seconds low_speed_time{30};
  /// Of the decoded body.
  std::size_t max_bytes = 64 * 1024 * 1024;
  /// PEM file of trusted authorities; empty: those of the system.
  std::string ca_file;
  std::string user_agent = "erp2mysql";
};

struct CurlCounters {
  std::uint64_t requests = 0;
  std::uint64_t bytes_in = 0;  // bodies as they came over the wire, before decoding
};

class CurlTransport : public Transport {
 public:
  explicit CurlTransport(CurlOptions options = {});
  ~CurlTransport() override;

  /// Ignores `ask.judge`. Throws Error{interrupted} soon after a stop was requested.
  Response send(const Ask& ask) override;

  const CurlCounters& counters() const { return counters_; }

 private:
  struct Handle;
  CurlOptions options_;
  CurlCounters counters_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace erp2mysql::http
