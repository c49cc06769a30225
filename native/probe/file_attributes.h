#pragma once

#include <cstdint>
#include <vector>

#include "result.h"

namespace capwright {

/** What faccessat2(2) says to the effective ids. */
struct Access {
  bool read;
  bool write;
  bool execute;
};

/**
 * The bytes of an extended attribute of the file behind a descriptor, which may be an O_PATH one:
 * the file is neither looked up again nor opened. Needs /proc. Errors are those of getxattr(2):
 * ENODATA if there is none, EOPNOTSUPP if the file system has none.
 */
Result<std::vector<std::uint8_t>> ReadAttribute(int fd, const char* name);

/**
 * What the effective ids may do with the file behind a descriptor, which may be an O_PATH one.
 * Fails only if the question could not be asked (ENOSYS before Linux 5.8).
 */
Result<Access> CheckAccess(int fd);

}  // namespace capwright
