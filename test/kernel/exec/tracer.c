#define _GNU_SOURCE
#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sets.h"
#include "stage.h"

enum { HANG_SECONDS = 20 };

static void become(const struct trace *trace, struct tracer_ids ids) {
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) != 0 ||
      setresgid(ids.gid, ids.gid, ids.gid) != 0 || setresuid(ids.uid, trace->uid, ids.uid) != 0)
    die("ids of the tracer");
  if (trace->kept >= 0 && setns(kept_namespace((unsigned)trace->kept), CLONE_NEWUSER) != 0)
    die("setns of the tracer");
  if (!trace->sys_ptrace && without_sys_ptrace(NULL) != 0) die("capset of the tracer");
}

static bool wait_for_stop(pid_t tracee) {
  int status;
  while (waitpid(tracee, &status, __WALL) == tracee)
    if (WIFSTOPPED(status)) return true;
  return false;
}

static bool attach(enum trace_form form, pid_t tracee) {
  switch (form) {
    case ATTACH_FIRST:
    case ATTACH_LAST:
      return ptrace(PTRACE_ATTACH, tracee, NULL, NULL) == 0 && wait_for_stop(tracee) &&
             ptrace(PTRACE_CONT, tracee, NULL, NULL) == 0;
    case INHERITED:
      return ptrace(PTRACE_SEIZE, tracee, NULL, (void *)PTRACE_O_TRACEFORK) == 0;
    default:
      return ptrace(PTRACE_SEIZE, tracee, NULL, NULL) == 0;
  }
}

static bool let_go(pid_t tracee) {
  return ptrace(PTRACE_INTERRUPT, tracee, NULL, NULL) == 0 && wait_for_stop(tracee) &&
         ptrace(PTRACE_DETACH, tracee, NULL, NULL) == 0;
}

static void see_through(void) {
  for (;;) {
    int status;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno != EINTR) return;
    if (pid < 0 || !WIFSTOPPED(status)) continue;
    // SIGTRAP and SIGSTOP are the kernel's own words about attachment, fork and execve.
    const int stop = WSTOPSIG(status);
    const bool kernels = stop == SIGTRAP || stop == SIGSTOP;
    ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)(kernels ? 0 : stop));
  }
}

int start_tracer(const struct trace *trace, struct tracer_ids ids, pid_t tracee,
                 struct capable *kept) {
  int channel[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) die("socketpair");
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid != 0) {
    close(channel[1]);
    return channel[0];
  }
  alarm(HANG_SECONDS);
  close(channel[0]);
  become(trace, ids);
  struct sets sets;
  if (get_sets(&sets) != 0) die("capget");
  *kept = (struct capable){.uid = trace->uid,
                           .level = trace->kept < 0 ? 0 : kept_level((unsigned)trace->kept),
                           .effective = sets.effective};
  const bool attached = attach(trace->form, tracee);
  // From now on the credentials that the kernel kept are others than ours.
  if (put_sets((struct sets){0}) != 0) die("capset of the tracer");
  if (write(channel[1], attached ? "k" : "n", 1) != 1 || !attached) _exit(1);
  char byte;
  if (trace->form == DETACHED && read(channel[1], &byte, 1) == 1)
    if (write(channel[1], let_go(tracee) ? "k" : "n", 1) != 1) _exit(1);
  see_through();
  _exit(0);
}
