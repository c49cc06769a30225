// The capability sets of the calling thread (capget(2), capset(2)).
#ifndef CAPWRIGHT_TEST_SETS_H
#define CAPWRIGHT_TEST_SETS_H

#include <linux/capability.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sets {
  uint64_t effective, permitted, inheritable;
};

static inline int get_sets(struct sets *sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
  sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return 0;
}

static inline int put_sets(struct sets sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct data[2] = {
      {(uint32_t)sets.effective, (uint32_t)sets.permitted, (uint32_t)sets.inheritable},
      {(uint32_t)(sets.effective >> 32), (uint32_t)(sets.permitted >> 32),
       (uint32_t)(sets.inheritable >> 32)}};
  return (int)syscall(SYS_capset, &header, data);
}

// The previous effective set goes to `before`, which may be NULL.
static inline int without_sys_ptrace(struct sets *before) {
  struct sets sets;
  if (get_sets(&sets) != 0) return -1;
  if (before != NULL) *before = sets;
  sets.effective &= ~(UINT64_C(1) << CAP_SYS_PTRACE);
  return put_sets(sets);
}

#endif
