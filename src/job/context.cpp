// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "references.hpp"

namespace erp2mysql::job {
namespace {

constexpr std::string_view k_use_reference =
    "write ${env:NAME}, ${file:PATH} or ${credential:NAME} instead";

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

// A port number or a count that came from the environment: scrubbing it would blank numbers that
// have nothing to do with it.
bool is_small_number(std::string_view text) {
  return text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// An address may carry a login or a key itself.
bool is_address(std::string_view value) {
  return value.find_first_of("@?#") == std::string_view::npos;
}

}  // namespace

Context::Context(std::string file, const Located& located, const LoadOptions& options)
    : file_(std::move(file)),
      directory_(std::filesystem::path(file_).parent_path().string()),
      located_(located),
      options_(options) {
  if (directory_.empty()) directory_ = ".";
}

void Context::problem(const std::string& pointer, std::string message, std::string hint) {
  problems.push_back(
      {file_, find_place(located_.places, pointer), pointer, std::move(message), std::move(hint)});
}

void Context::key_problem(const std::string& pointer, std::string message, std::string hint) {
  const auto at = located_.key_places.find(pointer);
  const Place place =
      at == located_.key_places.end() ? find_place(located_.places, pointer) : at->second;
  problems.push_back({file_, place, pointer, std::move(message), std::move(hint)});
}

void Context::warning(const std::string& pointer, std::string message, std::string hint) {
  warnings.push_back(
      {file_, find_place(located_.places, pointer), pointer, std::move(message), std::move(hint)});
}

void Context::resolve(const data::Node& node, const std::string& pointer, bool secret, bool open) {
  if (resolved_.contains(&node)) return;
  if (node.is_text() && has_reference(node.text)) {
    const Environment env = options_.env ? Environment(options_.env) : process_environment;
    auto resolved = resolve_references(node.text, directory_, env);
    for (auto& mistake : resolved.mistakes) {
      problem(pointer, std::move(mistake.message), std::move(mistake.hint));
    }
    for (const auto& value : resolved.values) {
      const bool plain = is_small_number(value) || (open && is_address(value));
      if (secret || !plain) base::register_secret(value);
    }
    if (secret) base::register_secret(resolved.text);
    resolved_[&node] = {std::move(resolved.text), !resolved.mistakes.empty()};
    return;
  }
  if (!secret || !node.is_scalar() || node.scalar().empty()) return;
  base::register_secret(node.scalar());
  warning(pointer, "a literal secret", std::string(k_use_reference));
}

bool Context::broken(const data::Node& node) const {
  const auto at = resolved_.find(&node);
  return at != resolved_.end() && at->second.broken;
}

std::string Context::text(const data::Node& node) const {
  if (const auto at = resolved_.find(&node); at != resolved_.end()) return at->second.value;
  if (node.is_scalar()) return std::string(node.scalar());
  std::string out;
  append_json(out, node);
  return out;
}

void Context::append_json(std::string& out, const data::Node& node) const {
  if (node.is_text()) {
    out += base::quoted(text(node));
    return;
  }
  if (node.is_scalar()) return data::append_json(out, node);
  out += node.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& member : node.members()) {
    if (!first) out += ',';
    first = false;
    if (node.is_object()) out += base::quoted(member.key) + ':';
    append_json(out, member.value);
  }
  out += node.is_object() ? '}' : ']';
}

Place find_place(const std::map<std::string, Place>& places, std::string_view pointer) {
  std::string path(pointer);
  while (true) {
    if (const auto at = places.find(path); at != places.end()) return at->second;
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {};
    path.resize(slash);
  }
}

void sort_problems(std::vector<Problem>& problems, const std::string& first_file) {
  const auto key = [&](const Problem& p) {
    return std::tuple(p.file != first_file, std::string_view(p.file), p.place.line, p.place.column,
                      std::string_view(p.pointer), std::string_view(p.message));
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
  const auto end = std::unique(problems.begin(), problems.end(),
                               [&](const auto& a, const auto& b) { return key(a) == key(b); });
  problems.erase(end, problems.end());
}

}  // namespace erp2mysql::job
