#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "result.h"

namespace capwright {

struct UserNamespace {
  std::uint64_t inode;
  /** As this process's user namespace sees it; the overflow id where it has no mapping. */
  Result<uid_t> owner;
};

enum class ChainEnd {
  kInitial,
  /** The next one out is an ancestor of our own, which the kernel does not show (EPERM). */
  kHidden,
};

struct UserNamespaceChain {
  /** Never empty: from the namespace asked about outwards. */
  std::vector<UserNamespace> namespaces;
  ChainEnd end;
};

/** The user namespace behind a descriptor of /proc/PID/ns/user and its ancestors, ioctl_nsfs(2). */
Result<UserNamespaceChain> WalkUserNamespaces(int fd);

/**
 * The inode of the user namespace that owns the namespace behind a descriptor of /proc/PID/ns/ *.
 * EPERM: it is an ancestor of our own.
 */
Result<std::uint64_t> OwningUserNamespace(int fd);

}  // namespace capwright
