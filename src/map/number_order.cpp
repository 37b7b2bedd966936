// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/number_order.hpp"

#include <string>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

struct Digits {
  bool negative = false;
  std::string whole;
  std::string fraction;  // without trailing zeros
};

Digits digits_of(std::string_view text) {
  Digits out;
  std::string plain = base::plain_number(text);
  out.negative = plain.starts_with('-');
  if (out.negative) plain.erase(0, 1);
  const auto point = plain.find('.');
  out.whole = plain.substr(0, point);
  if (point != std::string::npos) out.fraction = plain.substr(point + 1);
  while (!out.fraction.empty() && out.fraction.back() == '0') out.fraction.pop_back();
  if (out.whole == "0" && out.fraction.empty()) out.negative = false;
  return out;
}

int compare_size(const Digits& a, const Digits& b) {
  if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
  const int order = a.whole.compare(b.whole);
  return order != 0 ? order : a.fraction.compare(b.fraction);
}

}  // namespace

int compare_values(std::string_view a, std::string_view b) {
  base::NumberText ignored;
  if (!base::parse_number(a, ignored, true) || !base::parse_number(b, ignored, true)) {
    return a.compare(b);
  }
  const Digits x = digits_of(a);
  const Digits y = digits_of(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  return x.negative ? -compare_size(x, y) : compare_size(x, y);
}

}  // namespace erp2mysql::map
