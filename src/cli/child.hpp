// SPDX-License-Identifier: Apache-2.0
// This program once more, as a process beside this one: started, listened to, stopped, waited for.
// It knows no command.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace erp2mysql::cli {

struct Child {
  std::size_t number = 0;  // of the caller
  pid_t process = -1;
  int out = -1, err = -1;  // -1: has ended
  std::string said;        // on its standard output
  std::string rest;        // of its standard error, behind the last whole line
  bool running() const { return process > 0; }
};

/// What to do with a whole line of a child's standard error.
using Told = std::function<void(const Child& child, const std::string& line)>;

/// Starts this program with these words (without its own name). It ends when this process ends.
/// Throws base::Error{local}.
Child start_child(std::size_t number, const std::vector<std::string>& words);
/// Reads from all of them until at least one has ended or `milliseconds` are over.
void listen(std::vector<Child>& children, const Told& told, int milliseconds);
/// Of one whose outputs have both ended: its exit code; 75 after SIGKILL, 70 after any other
/// signal.
int end_of(Child& child);

}  // namespace erp2mysql::cli
