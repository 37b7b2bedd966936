// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error(ErrorKind::temporary, "no pipe for another process");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }
  int keep(int which) {
    const int end = ends[which];
    ends[which] = -1;
    return end;
  }
};

// Between fork and exec: calls that are safe there, and nothing else.
[[noreturn]] void become(std::vector<char*>& words, int out, int err, pid_t parent) {
  setpgid(0, 0);  // Ctrl-C is for the parent, who tells
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(143);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execv("/proc/self/exe", words.data());
  _exit(74);
}

void tell_lines(Child& child, const Told& told) {
  for (auto end = child.rest.find('\n'); end != std::string::npos; end = child.rest.find('\n')) {
    told(child, child.rest.substr(0, end));
    child.rest.erase(0, end + 1);
  }
}

// False at the end.
bool read_some(int from, std::string& into) {
  std::array<char, 16 * 1024> block{};
  const auto got = read(from, block.data(), block.size());
  if (got > 0) into.append(block.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

void finish(int& end) {
  close(end);
  end = -1;
}

}  // namespace

Child start_child(std::size_t number, const std::vector<std::string>& words) {
  Pipe out;
  Pipe err;
  std::vector<std::string> copy{"erp2mysql"};
  copy.insert(copy.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (auto& word : copy) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) throw Error(ErrorKind::temporary, "no further process could be started");
  if (process == 0) become(pointers, out.ends[1], err.ends[1], parent);
  Child child;
  child.number = number;
  child.process = process;
  child.out = out.keep(0);
  child.err = err.keep(0);
  return child;
}

void listen(std::vector<Child>& children, const Told& told, int milliseconds) {
  std::vector<pollfd> waits;
  for (const auto& child : children) {
    waits.push_back({child.out, POLLIN, 0});
    waits.push_back({child.err, POLLIN, 0});
  }
  if (poll(waits.data(), waits.size(), milliseconds) <= 0) return;
  for (std::size_t i = 0; i < children.size(); ++i) {
    auto& child = children[i];
    if (waits[2 * i].revents != 0 && !read_some(child.out, child.said)) finish(child.out);
    if (waits[2 * i + 1].revents != 0) {
      if (!read_some(child.err, child.rest)) finish(child.err);
      tell_lines(child, told);
    }
  }
}

int end_of(Child& child) {
  int status = 0;
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  child.process = -1;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  // For want of memory, or by hand: the next run goes on where it was.
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  return base::exit_code(killed ? ErrorKind::temporary : ErrorKind::bug);
}

}  // namespace erp2mysql::cli
