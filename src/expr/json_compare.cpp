// SPDX-License-Identifier: Apache-2.0
// The order of JSON values, and containment.
#include <algorithm>

#include "calendar.hpp"
#include "json.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

int rank_of(const Json& json) {
  if (json.array() != nullptr) return 4;
  if (json.object() != nullptr) return 3;
  const auto& scalar = *json.scalar();
  switch (scalar.item.kind) {
    case Kind::null: return 0;
    case Kind::integer: return scalar.truth ? 5 : 1;
    case Kind::decimal:
    case Kind::real: return 1;
    case Kind::date: return 6;
    case Kind::time: return 7;
    case Kind::datetime: return 8;
    default: return scalar.item.charset == Charset::binary ? 9 : 2;
  }
}

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_numbers(const Item& a, const Item& b) {
  if (a.kind == Kind::real || b.kind == Kind::real) return sign_of(to_real(a), to_real(b));
  return compare(to_decimal(a), to_decimal(b));
}

int compare_scalars(const Item& a, const Item& b) {
  if (a.is_null()) return 0;
  if (a.is_text()) return sign_of(a.text, b.text);
  if (a.is_temporal()) return sign_of(total_micros(a.kind, a.when), total_micros(b.kind, b.when));
  return compare_numbers(a, b);
}

}  // namespace

int compare_json(const Json& a, const Json& b) {
  if (const int order = sign_of(rank_of(a), rank_of(b)); order != 0) return order;
  if (const auto* left = a.array()) {
    const auto* right = b.array();
    for (std::size_t i = 0; i < std::min(left->size(), right->size()); ++i) {
      if (const int order = compare_json(*(*left)[i], *(*right)[i]); order != 0) return order;
    }
    return sign_of(left->size(), right->size());
  }
  if (const auto* left = a.object()) {
    const auto* right = b.object();
    if (left->size() != right->size()) return sign_of(left->size(), right->size());
    auto other = right->begin();
    for (const auto& [key, value] : *left) {
      if (key != other->first) return sign_of(key, other->first);
      if (const int order = compare_json(*value, *other->second); order != 0) return order;
      ++other;
    }
    return 0;
  }
  return compare_scalars(a.scalar()->item, b.scalar()->item);
}

bool json_contains(const Json& whole, const Json& part) {
  if (const auto* list = whole.array()) {
    const auto inside = [&](const Json& value) {
      return std::any_of(list->begin(), list->end(), [&](const JsonPtr& element) {
        return (value.array() == nullptr || element->array() != nullptr) &&
               json_contains(*element, value);
      });
    };
    if (const auto* wanted = part.array()) {
      return std::all_of(wanted->begin(), wanted->end(),
                         [&](const JsonPtr& value) { return inside(*value); });
    }
    return inside(part);
  }
  if (const auto* object = whole.object()) {
    const auto* wanted = part.object();
    if (wanted == nullptr) return false;
    return std::all_of(wanted->begin(), wanted->end(), [&](const auto& entry) {
      const auto found = object->find(entry.first);
      return found != object->end() && json_contains(*found->second, *entry.second);
    });
  }
  return part.scalar() != nullptr && compare_json(whole, part) == 0;
}

bool json_member(const Json& value, const Json& list) {
  const auto* array = list.array();
  if (array == nullptr) return compare_json(value, list) == 0;
  return std::any_of(array->begin(), array->end(),
                     [&](const JsonPtr& element) { return compare_json(*element, value) == 0; });
}

bool json_overlaps(const Json& a, const Json& b) {
  if (const auto* left = a.array()) {
    return std::any_of(left->begin(), left->end(),
                       [&](const JsonPtr& value) { return json_member(*value, b); });
  }
  if (b.array() != nullptr) return json_member(a, b);
  if (const auto* left = a.object()) {
    const auto* right = b.object();
    if (right == nullptr) return false;
    return std::any_of(left->begin(), left->end(), [&](const auto& entry) {
      const auto found = right->find(entry.first);
      return found != right->end() && compare_json(*entry.second, *found->second) == 0;
    });
  }
  return compare_json(a, b) == 0;
}

}  // namespace erp2mysql::expr
