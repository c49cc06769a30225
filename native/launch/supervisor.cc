#include "supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>

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

/** In milliseconds: a debugger takes some to leave a process as it was. */
constexpr int kGrace = 5'000;

/** In milliseconds: for the last thread of a killed process to end. */
constexpr int kMoment = 500;

/** In milliseconds, of a clock that is never set. */
std::int64_t Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

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

/** What has come, of what a supervisor waits for; `kOver`: the time is, or nothing can come any
 * more. */
enum class Sign { kNone, kChild, kInputClosed, kTold, kOver };

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/** What a supervisor waits with. */
struct Watch {
  pid_t program;
  /** What tells the signals. */
  int signals;
  /** The other end of a pipe or socket; a file, /dev/null or a terminal that stays says nothing. */
  int input;
  Forwarding forwarding;
  /** How the program ended, once it has. */
  int status = SIGKILL;
};

/** Waits for something to come until then, and hands on what is to be forwarded. */
Sign Await(Watch& watch, std::int64_t until) {
  const Forwarding::Polled wanted = watch.forwarding.Wanted();
  std::array<pollfd, 4> polled = {
      {{watch.signals, POLLIN, 0}, {watch.input, POLLRDHUP, 0}, wanted[0], wanted[1]}};
  const std::int64_t left = until == kNever ? -1 : std::max<std::int64_t>(until - Now(), 0);
  const int ready = poll(polled.data(), polled.size(), static_cast<int>(left));
  if (ready < 0 && errno == EINTR) return Sign::kNone;
  if (ready <= 0) return Sign::kOver;
  watch.forwarding.Proceed({polled[2], polled[3]});
  if (polled[1].revents != 0) return Sign::kInputClosed;
  if (polled[0].revents == 0) return Sign::kNone;
  signalfd_siginfo signal = {};
  if (read(watch.signals, &signal, sizeof signal) != sizeof signal) return Sign::kOver;
  return signal.ssi_signo == SIGCHLD ? Sign::kChild : Sign::kTold;
}

/** Waits until then for what is to end it all; `kChild`: the program has ended. */
Sign AwaitEnd(Watch& watch, std::int64_t until) {
  Sign sign = Sign::kNone;
  do {
    sign = Await(watch, until);
  } while (sign == Sign::kNone || (sign == Sign::kChild && !HasEnded(watch.program, watch.status)));
  return sign;
}

/** Lets the program end by itself: it may have to leave something else as it was. */
void LetEnd(Watch& watch, Sign sign) {
  const std::int64_t until = Now() + kGrace;
  // Of a parent that is killed, the thread may be gone before its descriptors are. The end of its
  // input the program sees as well, and both at once would disturb it.
  const std::int64_t soon = Now() + kMoment;
  while (sign == Sign::kTold) sign = AwaitEnd(watch, soon);
  if (sign == Sign::kChild) return;
  if (sign == Sign::kOver) kill(watch.program, SIGTERM);
  watch.input = -1;
  while (AwaitEnd(watch, until) == Sign::kTold) {
  }
}

/** Lets the last words of what has ended pass. */
void HandOnTheRest(Watch& watch) {
  Sign sign = Sign::kNone;
  while (watch.forwarding.IsOpen() && (sign == Sign::kNone || sign == Sign::kChild)) {
    sign = Await(watch, kNever);
  }
}

void StayWithParent(int signal, pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, static_cast<std::size_t>(signal), 0UL, 0UL, 0UL) != 0) {
    RefuseCall("prctl(PR_SET_PDEATHSIG)");
  }
  if (getppid() != parent) Refuse(Refusal::kSystem, "the parent is gone already");
}

}  // namespace

void Supervise(pid_t parent, const Options& options) {
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

  Forwarding forwarding(options.forward);
  const pid_t self = getpid();
  const pid_t program = fork();
  if (program < 0) RefuseCall("fork");
  if (program == 0) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
    sigprocmask(SIG_SETMASK, &before, nullptr);
    StayWithParent(options.gently ? SIGTERM : SIGKILL, self);
    return;
  }
  HoldExactly(0);
  // The terminal sends these to the program as well, which knows what they mean.
  for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU}) {
    (void)std::signal(signal, SIG_IGN);
  }
  Watch watch = {program, signals, STDIN_FILENO, forwarding};
  const Sign sign = AwaitEnd(watch, kNever);
  const bool has_ended = sign == Sign::kChild;
  if (options.gently && !has_ended) LetEnd(watch, sign);
  KillDescendants(list);
  if (has_ended) HandOnTheRest(watch);
  _exit(WIFEXITED(watch.status) ? WEXITSTATUS(watch.status) : 128 + WTERMSIG(watch.status));
}

}  // namespace capwright
