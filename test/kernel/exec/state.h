// The credentials of the calling process as the members of a JSON object, in the words of
// `capwright predict`. Shared by the runner (before execve) and the witness (after it).
#ifndef CAPWRIGHT_TEST_STATE_H
#define CAPWRIGHT_TEST_STATE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

// Both survive execve. The status file is opened in the initial user namespace, whose ids it keeps
// showing whatever namespace the process enters: getresuid() would answer 65534 for unmapped ids.
enum { REPORT_FD = 200, STATUS_FD = 201 };

struct state {
  unsigned uid[4], gid[4];  // real, effective, saved, filesystem
  char groups[512];         // decimal, separated by commas
  unsigned long long inheritable, permitted, effective, bounding, ambient;
  unsigned no_new_privs, tracer_pid;
  int securebits, parent_death_signal;
  unsigned personality;
};

static inline const char *status_line(const char *status, const char *name) {
  const char *line = strstr(status, name);
  return line == NULL ? "" : line + strlen(name);
}

static inline bool read_state(struct state *state) {
  char status[8192];
  const ssize_t length = pread(STATUS_FD, status, sizeof status - 1, 0);
  if (length <= 0) return false;
  status[length] = '\0';

  unsigned *u = state->uid, *g = state->gid;
  if (sscanf(status_line(status, "\nUid:"), "%u %u %u %u", &u[0], &u[1], &u[2], &u[3]) != 4 ||
      sscanf(status_line(status, "\nGid:"), "%u %u %u %u", &g[0], &g[1], &g[2], &g[3]) != 4 ||
      sscanf(status_line(status, "\nTracerPid:"), "%u", &state->tracer_pid) != 1 ||
      sscanf(status_line(status, "\nCapInh:"), "%llx", &state->inheritable) != 1 ||
      sscanf(status_line(status, "\nCapPrm:"), "%llx", &state->permitted) != 1 ||
      sscanf(status_line(status, "\nCapEff:"), "%llx", &state->effective) != 1 ||
      sscanf(status_line(status, "\nCapBnd:"), "%llx", &state->bounding) != 1 ||
      sscanf(status_line(status, "\nCapAmb:"), "%llx", &state->ambient) != 1 ||
      sscanf(status_line(status, "\nNoNewPrivs:"), "%u", &state->no_new_privs) != 1)
    return false;

  size_t used = 0;
  for (const char *at = status_line(status, "\nGroups:"); *at != '\n' && *at != '\0'; at++) {
    const bool digit = *at >= '0' && *at <= '9';
    if (digit && used < sizeof state->groups - 1) state->groups[used++] = *at;
    if (digit && at[1] == ' ' && at[2] != '\n' && used < sizeof state->groups - 1)
      state->groups[used++] = ',';
  }
  state->groups[used] = '\0';

  state->securebits = prctl(PR_GET_SECUREBITS);
  state->personality = (unsigned)personality(0xffffffff);
  return state->securebits >= 0 && prctl(PR_GET_PDEATHSIG, &state->parent_death_signal) == 0;
}

static inline int print_state(char *buffer, size_t size, const struct state *state) {
  const unsigned *u = state->uid, *g = state->gid;
  return snprintf(buffer, size,
                  "\"uid\":[%u,%u,%u],\"gid\":[%u,%u,%u],\"groups\":[%s],"
                  "\"permitted\":\"0x%llx\",\"effective\":\"0x%llx\",\"inheritable\":\"0x%llx\","
                  "\"bounding\":\"0x%llx\",\"ambient\":\"0x%llx\",\"noNewPrivs\":%s,"
                  "\"securebits\":%d,\"parentDeathSignal\":%d,\"personality\":%u",
                  u[0], u[1], u[2], g[0], g[1], g[2], state->groups, state->permitted,
                  state->effective, state->inheritable, state->bounding, state->ambient,
                  state->no_new_privs ? "true" : "false", state->securebits,
                  state->parent_death_signal, state->personality);
}

#endif
