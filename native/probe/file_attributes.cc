#include "file_attributes.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace capwright {
namespace {

/** Whether faccessat2() allows `mode`, or why it could not be asked. */
Result<bool> May(int fd, int mode) {
  // By number: glibc's faccessat() before 2.33 works AT_EACCESS out from the mode bits itself,
  // which knows neither ACLs nor capabilities.
  if (syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0) return true;
  switch (errno) {
    case EACCES:
    case EROFS:
    case ETXTBSY:
      return false;
    case EPERM:
      // An immutable file is not to be written. For the rest it is a seccomp filter that speaks,
      // one that is older than the call.
      if (mode == W_OK) return false;
      [[fallthrough]];
    default:
      return CallError{"faccessat2", errno};
  }
}

}  // namespace

Result<std::vector<std::uint8_t>> ReadAttribute(int fd, const char* name) {
  // fgetxattr() refuses an O_PATH descriptor; its link in /proc leads to the very same inode.
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  std::vector<std::uint8_t> bytes(XATTR_SIZE_MAX);
  const ssize_t size = getxattr(link.c_str(), name, bytes.data(), bytes.size());
  if (size < 0) return CallError{"getxattr", errno};
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

Result<Access> CheckAccess(int fd) {
  const Result<bool> read = May(fd, R_OK);
  if (read.error() != nullptr) return *read.error();
  const Result<bool> write = May(fd, W_OK);
  if (write.error() != nullptr) return *write.error();
  const Result<bool> execute = May(fd, X_OK);
  if (execute.error() != nullptr) return *execute.error();
  return Access{*read.value(), *write.value(), *execute.value()};
}

}  // namespace capwright
