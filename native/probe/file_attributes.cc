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

/** True and false are answers; what is neither is left in errno, and `asked` becomes false. */
bool May(int fd, int mode, bool& asked) {
  // By number: glibc's faccessat() before 2.33 works AT_EACCESS out from the mode bits itself,
  // which knows neither ACLs nor capabilities.
  if (syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0) return true;
  if (errno != EACCES && errno != EPERM && errno != EROFS && errno != ETXTBSY) asked = false;
  return false;
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
  bool asked = true;
  const Access access{May(fd, R_OK, asked), May(fd, W_OK, asked), May(fd, X_OK, asked)};
  if (!asked) return CallError{"faccessat2", errno};
  return access;
}

}  // namespace capwright
