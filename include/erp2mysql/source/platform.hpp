// SPDX-License-Identifier: Apache-2.0
// What all platforms do alike, so that a file under erp/ holds only what is its own: keys of the
// connection, page fields, bounds by name, reading by paths. Knows no platform.
#pragma once

#include <string>
#include <string_view>

#include "erp2mysql/source/answer.hpp"
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

/// A request together with what was signed in it, secret masked.
struct Composed {
  http::Request request;
  std::string signed_text;
};

class Platform : public Source {
 public:
  Platform(const job::Source& source, PlatformSpec spec, std::int64_t page_size);

  const PlatformSpec& spec() const override { return spec_; }
  http::Request build(const data::Arguments& arguments, const data::PageToken& token,
                      const Moment& moment) const override {
    return compose(arguments, token, moment).request;
  }
  std::string signed_text(const data::Arguments& arguments, const data::PageToken& token,
                          const Moment& moment) const override {
    return compose(arguments, token, moment).signed_text;
  }
  Reading interpret(http::Response response) const override;
  std::string rate_key() const override;
  std::vector<Bound> bounds(const data::Arguments& arguments) const override;

 protected:
  virtual Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                           const Moment& moment) const = 0;
  /// The verdict on a JSON answer with status 200. What it throws counts as a damaged answer.
  virtual http::Verdict judge(Answer& answer) const = 0;
  /// Records of an answer judged ok: those at the spec's paths.
  virtual data::Page read(Answer& answer) const { return answer.page(spec_); }

  /// The connection's value of that key, or `otherwise` when it is absent or empty.
  std::string key(std::string_view name, std::string_view otherwise = {}) const;
  const std::string& api() const { return source_.api; }
  const job::Source& settings() const { return source_; }
  std::int64_t page_size() const { return page_size_; }
  std::int64_t page_number(const data::PageToken& token) const {
    return token.page - 1 + spec_.first_page;
  }
  /// The arguments without page fields and cursor; the adapter adds its own.
  data::Arguments business(const data::Arguments& arguments) const;
  /// Page number and size as numbers, and the cursor as text, under the spec's names.
  data::Arguments page_fields(const data::PageToken& token) const;

 private:
  job::Source source_;
  PlatformSpec spec_;
  std::int64_t page_size_;
};

/// "base" + "/" + "path" with exactly one slash between.
std::string join_url(std::string_view base, std::string_view path);
/// The address as it is when it has a path, else with this one.
std::string with_path(std::string_view base, std::string_view path);
/// Digits as unix seconds (up to 11) or milliseconds; any other text as local to `zone`.
std::optional<base::Instant> parse_bound(std::string_view text, const base::Zone& zone);

}  // namespace erp2mysql::source
