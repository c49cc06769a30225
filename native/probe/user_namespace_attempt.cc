#include "user_namespace_attempt.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

namespace capwright {
namespace {

struct Step {
  const char* path;
  /** As a message names it. */
  const char* call;
  std::string text;
};

struct Attempt {
  std::array<Step, 3> steps;
  /** False where the child was killed before it was done. */
  bool done;
  /** Null where all was allowed. */
  const char* call;
  int number;
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

/** The child. Its memory is ours: what it finds, it leaves in the argument. */
int Try(void* argument) {
  auto& attempt = *static_cast<Attempt*>(argument);
  if (unshare(CLONE_NEWUSER) != 0) {
    attempt.call = "unshare(CLONE_NEWUSER)";
    attempt.number = errno;
  }
  for (const Step& step : attempt.steps) {
    if (attempt.call != nullptr) break;
    attempt.number = WriteWhole(step);
    if (attempt.number != 0) attempt.call = step.call;
  }
  attempt.done = true;
  return 0;
}

/**
 * Runs it in a child, and waits for its end. To copy the page tables of a Node process would take
 * longer than all else, so the child shares them and this thread stands still meanwhile, as in
 * posix_spawn(3). unshare(2) takes that since Linux 4.3.
 * @return 0, or the errno of clone(2)
 */
int RunInChild(Attempt& attempt) {
  alignas(16) std::array<char, 65536> stack;
  // A handler of ours must not run in it.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child =
      clone(Try, stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, &attempt);
  const int number = child < 0 ? errno : 0;
  while (child >= 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return number;
}

std::string OnlyId(unsigned id) {
  const std::string number = std::to_string(id);
  return number + ' ' + number + " 1";
}

}  // namespace

Result<std::optional<CallError>> AttemptUserNamespace() {
  // Since Linux 3.19 a group can be mapped without privilege only where setgroups(2) is given up.
  Attempt attempt = {{{
                         {"/proc/self/uid_map", "write(/proc/self/uid_map)", OnlyId(geteuid())},
                         {"/proc/self/setgroups", "write(/proc/self/setgroups)", "deny"},
                         {"/proc/self/gid_map", "write(/proc/self/gid_map)", OnlyId(getegid())},
                     }},
                     false,
                     nullptr,
                     0};
  const int number = RunInChild(attempt);
  if (number != 0) return CallError{"clone", number};
  if (!attempt.done) return CallError{"clone", ECHILD};
  if (attempt.call == nullptr) return std::optional<CallError>();
  return std::optional<CallError>(CallError{attempt.call, attempt.number});
}

}  // namespace capwright
