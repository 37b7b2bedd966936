// SPDX-License-Identifier: Apache-2.0
// Tokens that are used up by renewing them, kept in files so that the next process knows the new
// pair. One file per account, mode 0600 in a folder 0700; written to a new file, synced and
// renamed. It knows no platform.
#pragma once

#include <memory>
#include <string>

#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

class TokenStore {
 public:
  /// The folder is made when it is first needed, with its parents.
  explicit TokenStore(std::string directory);

  /// The kept session of that account, or `given` when there is none or the job has been given
  /// another pair since. Throws base::Error{local} for a file that cannot be read.
  Session load(const std::string& account, const Session& given) const;

  /// Holds the account's lock: renewing is for one process at a time.
  class Guard {
   public:
    Guard(Guard&&) noexcept;
    ~Guard();
    Session load(const Session& given) const;
    /// Takes the room that save() will need: a pair that was renewed and cannot be kept is lost.
    /// Throws base::Error{local}.
    void make_room();
    /// Durable when it returns. Throws base::Error{local}.
    void save(const Session& given, const Session& fresh);

   private:
    friend class TokenStore;
    Guard(int descriptor, std::string file) : descriptor_(descriptor), file_(std::move(file)) {}
    int descriptor_;
    std::string file_;
  };
  /// Waits for the lock. Throws base::Error{local} when the folder or file cannot be used.
  Guard lock(const std::string& account);

 private:
  std::string file_of(const std::string& account) const;
  std::string directory_;
};

/// Below $STATE_DIRECTORY (systemd), $XDG_STATE_HOME or $HOME/.local/state; without any of them
/// below the folder for temporary files, by user.
std::string default_token_directory();

}  // namespace erp2mysql::source
