// SPDX-License-Identifier: Apache-2.0
#include "references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::job {
namespace {

constexpr std::array<std::string_view, 3> k_kinds = {"env", "file", "credential"};
constexpr std::size_t k_largest_secret = 64 * 1024;

// The letters between "${" and ':'; empty when this is no reference.
std::string_view reference_kind(std::string_view text) {
  const auto end =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 2);
  if (end == std::string_view::npos || end == 2 || text[end] != ':') return {};
  return text.substr(2, end - 2);
}

class Resolver {
 public:
  Resolver(const std::string& directory, const Environment& env, Resolved& out)
      : directory_(directory), env_(env), out_(out) {}

  void insert(std::string_view kind, const std::string& name) {
    if (name.empty()) return mistake(fmt::format("${{{}:}} names nothing", kind));
    std::optional<std::string> value;
    if (kind == "env") value = from_environment(name);
    if (kind == "file") value = from_file(name, fmt::format("file {}", base::quoted(name)));
    if (kind == "credential") value = from_credential(name);
    if (!value) return;
    if (!base::valid_utf8(*value) || value->find('\0') != std::string::npos) {
      return mistake(fmt::format("the value of ${{{}:{}}} is no UTF-8 text", kind, name));
    }
    out_.text += *value;
    out_.values.push_back(std::move(*value));
  }

 private:
  void mistake(std::string message, std::string hint = {}) {
    out_.mistakes.push_back({std::move(message), std::move(hint)});
  }

  std::optional<std::string> from_environment(const std::string& name) {
    auto value = env_(name);
    if (!value) {
      mistake(fmt::format("environment variable {} is not set", name),
              "cron starts jobs with few variables; ${file:PATH} works everywhere");
    }
    return value;
  }

  std::optional<std::string> from_credential(const std::string& name) {
    const auto directory = env_("CREDENTIALS_DIRECTORY");
    if (!directory || directory->empty()) {
      mistake(fmt::format("credential {}: CREDENTIALS_DIRECTORY is not set", name),
              "systemd sets it for units with LoadCredential=");
      return std::nullopt;
    }
    if (name.find('/') != std::string::npos || name == "." || name == "..") {
      mistake("the name of a credential holds no slash");
      return std::nullopt;
    }
    return from_file((std::filesystem::path(*directory) / name).string(), "credential " + name);
  }

  std::optional<std::string> from_file(const std::string& name, const std::string& what) {
    const auto path = std::filesystem::path(directory_) / name;
    std::error_code error;
    std::ifstream in;
    if (!std::filesystem::is_directory(path, error)) in.open(path, std::ios::binary);
    if (!in.is_open()) {
      mistake(what + " cannot be read", "looked for " + path.string());
      return std::nullopt;
    }
    std::string value(k_largest_secret + 1, '\0');
    in.read(value.data(), static_cast<std::streamsize>(value.size()));
    value.resize(static_cast<std::size_t>(in.gcount()));
    if (value.size() > k_largest_secret) {
      mistake(what + " is larger than 64 KiB");
      return std::nullopt;
    }
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    return value;
  }

  const std::string& directory_;
  const Environment& env_;
  Resolved& out_;
};

}  // namespace

bool has_reference(std::string_view text) {
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    if (!reference_kind(text.substr(at)).empty()) return true;
  }
  return false;
}

Resolved resolve_references(std::string_view text, const std::string& directory,
                            const Environment& env) {
  Resolved out;
  Resolver resolver(directory, env, out);
  while (true) {
    const auto at = text.find("${");
    out.text += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at);
    const auto kind = reference_kind(text);
    const auto end = text.find('}');
    if (kind.empty()) {
      out.text += text.substr(0, 2);
      text.remove_prefix(2);
      continue;
    }
    if (end == std::string_view::npos) {
      out.mistakes.push_back({fmt::format("the brace of ${{{}: never closes", kind), {}});
      return out;
    }
    if (std::find(k_kinds.begin(), k_kinds.end(), kind) == k_kinds.end()) {
      out.mistakes.push_back({fmt::format("unknown kind of reference ${{{}:…}}", kind),
                              "known kinds: env, file, credential"});
    } else {
      const auto name_at = kind.size() + 3;
      resolver.insert(kind, std::string(text.substr(name_at, end - name_at)));
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace erp2mysql::job
