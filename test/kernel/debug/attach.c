// Attaches to a process as a debugger does, or is one to attach to.
//
//     attach PID [hold]        PTRACE_SEIZE: says `ok` or the errno, and ends; or holds it until its input ends
//     attach wait [hidden]     says `ready`, and lives until its input ends; not dumpable where hidden

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
  char byte;
  if (argc > 1 && strcmp(argv[1], "wait") == 0) {
    if (argc > 2) prctl(PR_SET_DUMPABLE, 0);
    puts("ready");
  } else {
    long refused = ptrace(PTRACE_SEIZE, argc > 1 ? atoi(argv[1]) : 0, NULL, NULL);
    puts(refused == 0 ? "ok" : strerrorname_np(errno));
    if (argc <= 2 || refused != 0) return 0;
    puts("ready");
  }
  fflush(stdout);
  return (int)read(0, &byte, 1);
}
