#include "supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "capabilities.h"
#include "forward.h"
#include "refusal.h"

namespace capwright {
namespace {

/** The pids of the children of the only thread, as text; proc_pid_task(5) says when it is complete.
 */
constexpr const char* kChildren = "/proc/thread-self/children";

/** As much of the list as is killed at a time. */
constexpr std::size_t kListSize = 4096;

/** What it is told by signals: that a child ended, that its parent or its terminal is gone. */
sigset_t Signals() {
  sigset_t set = {};
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

void KillChildren(int list) {
  std::array<char, kListSize> text = {};
  const ssize_t size = pread(list, text.data(), text.size() - 1, 0);
  if (size <= 0) return;
  char* next = text.data();
  for (;;) {
    char* end = nullptr;
    const auto pid = std::strtol(next, &end, 10);
    // A number that the buffer cut off is another process.
    if (end == next || *end != ' ') return;
    kill(static_cast<pid_t>(pid), SIGKILL);
    next = end;
  }
}

/** What a killed process leaves comes to this one, the nearest subreaper, until nothing is left. */
void KillDescendants(int list) {
  do {
    KillChildren(list);
  } while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

/** Takes in who has ended; true once the program has, with how it did. */
bool HasEnded(pid_t program, int& status) {
  for (;;) {
    int one = 0;
    const pid_t pid = waitpid(-1, &one, WNOHANG);
    if (pid <= 0) return false;
    if (pid != program) continue;
    status = one;
    return true;
  }
}

/** What has happened, of what a supervisor waits for. */
enum class News { kNone, kChild, kEnd };

/** Waits for something to happen, while it forwards. */
News Await(int signals, Forwarding& forwarding) {
  const Forwarding::Polled wanted = forwarding.Wanted();
  // The other end of a pipe or socket; a file, /dev/null or a terminal that stays says nothing.
  std::array<pollfd, 4> watched = {
      {{signals, POLLIN, 0}, {STDIN_FILENO, POLLRDHUP, 0}, wanted[0], wanted[1]}};
  if (poll(watched.data(), watched.size(), -1) < 0) {
    return errno == EINTR ? News::kNone : News::kEnd;
  }
  forwarding.Proceed({watched[2], watched[3]});
  if (watched[1].revents != 0) return News::kEnd;
  if ((watched[0].revents & POLLIN) == 0) return News::kNone;
  signalfd_siginfo signal = {};
  if (read(signals, &signal, sizeof signal) != sizeof signal) return News::kEnd;
  return signal.ssi_signo == SIGCHLD ? News::kChild : News::kEnd;
}

/**
 * Waits for what ends it all, then ends what is left, and lets the last words of it pass. Answers
 * how the program ended, or was going to.
 */
int Watch(pid_t program, int signals, int list, Forwarding& forwarding) {
  int status = SIGKILL;
  News news = News::kNone;
  do {
    news = Await(signals, forwarding);
  } while (news == News::kNone || (news == News::kChild && !HasEnded(program, status)));
  KillDescendants(list);
  while (news != News::kEnd && forwarding.IsOpen()) news = Await(signals, forwarding);
  return status;
}

void StayWithParent(int signal, pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, static_cast<std::size_t>(signal), 0UL, 0UL, 0UL) != 0) {
    RefuseCall("prctl(PR_SET_PDEATHSIG)");
  }
  if (getppid() != parent) Refuse(Refusal::kSystem, "the parent is gone already");
}

}  // namespace

void Supervise(pid_t parent, const Forward& forward) {
  const int list = open(kChildren, O_RDONLY | O_CLOEXEC);
  if (list < 0) RefuseCall("open(/proc/thread-self/children)");
  if (prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) != 0) {
    RefuseCall("prctl(PR_SET_CHILD_SUBREAPER)");
  }
  StayWithParent(SIGTERM, parent);
  sigset_t before = {};
  const sigset_t ours = Signals();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
  sigprocmask(SIG_BLOCK, &ours, &before);
  const int signals = signalfd(-1, &ours, SFD_CLOEXEC);
  if (signals < 0) RefuseCall("signalfd");

  Forwarding forwarding(forward);
  const pid_t self = getpid();
  const pid_t program = fork();
  if (program < 0) RefuseCall("fork");
  if (program == 0) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
    sigprocmask(SIG_SETMASK, &before, nullptr);
    StayWithParent(SIGKILL, self);
    return;
  }
  HoldExactly(0);
  // The terminal sends these to the program as well, which knows what they mean.
  for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU}) {
    (void)std::signal(signal, SIG_IGN);
  }
  const int status = Watch(program, signals, list, forwarding);
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace capwright
