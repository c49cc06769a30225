// Who traces the process that executes, and with which credentials it attached.
#ifndef CAPWRIGHT_TEST_TRACER_H
#define CAPWRIGHT_TEST_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum trace_form {
  TRACE_NONE,
  TRACEME_FIRST,  // PTRACE_TRACEME while still fully privileged, in the initial user namespace
  TRACEME_LAST,   // the same in the final state
  SEIZE_FIRST,    // PTRACE_SEIZE by a tracer of its own
  SEIZE_LAST,
  ATTACH_FIRST,  // PTRACE_ATTACH
  ATTACH_LAST,
  INHERITED,  // attached automatically, as the child of a process that was seized
  DETACHED,   // seized, and let go before execve
};

// What the tracer is when it attaches. With PTRACE_TRACEME only `sys_ptrace` is asked, of the
// tracee.
struct trace {
  enum trace_form form;
  bool sys_ptrace;  // CAP_SYS_PTRACE effective at that moment, where it is permitted
  uid_t uid;        // effective
  int kept;         // the kept user namespace it is in; -1 is the initial one
};

// Real and saved ids of the tracer: ptrace(2) compares the real ones.
struct tracer_ids {
  uid_t uid;
  gid_t gid;
};

// What decides whether a task is capable.
struct capable {
  unsigned uid, level;
  uint64_t effective;
};

// Starts a process that brings itself into the state, attaches, gives up all it could do, and sees
// the tracee through to its end. Answers a descriptor: it writes `k` when attached or `n`, and a
// DETACHED one lets go at the next byte it reads, and answers `k` again.
int start_tracer(const struct trace *trace, struct tracer_ids ids, pid_t tracee,
                 struct capable *kept);

#endif
