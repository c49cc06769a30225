#include "user_namespace_attempt.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "scoped_fd.h"

namespace capwright {
namespace {

struct Step {
  const char* path;
  /** As a message names it. */
  const char* call;
  std::string text;
};

/** In the child of a process with threads, where only async-signal-safe calls may be made. */
int WriteWhole(const Step& step) {
  const int fd = open(step.path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const ssize_t written = write(fd, step.text.data(), step.text.size());
  const int number = written < 0 ? errno : 0;
  close(fd);
  return number;
}

std::string OnlyId(unsigned id) {
  const std::string number = std::to_string(id);
  return number + ' ' + number + " 1";
}

}  // namespace

Result<std::optional<CallError>> AttemptUserNamespace() {
  constexpr const char* kUnshare = "unshare(CLONE_NEWUSER)";
  // Since Linux 3.19 a group can be mapped without privilege only where setgroups(2) is given up.
  const std::array<Step, 3> steps = {{
      {"/proc/self/uid_map", "write(/proc/self/uid_map)", OnlyId(geteuid())},
      {"/proc/self/setgroups", "write(/proc/self/setgroups)", "deny"},
      {"/proc/self/gid_map", "write(/proc/self/gid_map)", OnlyId(getegid())},
  }};
  struct Answer {
    const char* call;
    int number;
  };

  std::array<int, 2> ends = {-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return CallError{"pipe2", errno};
  const ScopedFd reading(ends[0]);
  ScopedFd writing(ends[1]);
  const pid_t child = fork();
  if (child < 0) return CallError{"fork", errno};
  if (child == 0) {
    Answer answer = {nullptr, 0};
    if (unshare(CLONE_NEWUSER) != 0) {
      answer = {kUnshare, errno};
    } else {
      for (const Step& step : steps) {
        const int number = WriteWhole(step);
        if (number == 0) continue;
        answer = {step.call, number};
        break;
      }
    }
    // The pointers mean the same on both sides: the child is a copy.
    const ssize_t written = write(ends[1], &answer, sizeof answer);
    _exit(written == sizeof answer ? 0 : 1);
  }

  writing = ScopedFd(-1);
  Answer answer = {nullptr, 0};
  const ssize_t got = read(reading.get(), &answer, sizeof answer);
  const int number = errno;
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (got < 0) return CallError{"read", number};
  // The child was killed before it could say anything.
  if (got != sizeof answer) return CallError{"fork", ECHILD};
  if (answer.call == nullptr) return std::optional<CallError>();
  return std::optional<CallError>(CallError{answer.call, answer.number});
}

}  // namespace capwright
