#include "file_credentials.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "refusal.h"

namespace capwright {
namespace {

/** Little-endian in the attribute, whatever the machine, vfs_cap_data. */
std::uint32_t LittleEndian(const unsigned char* bytes) {
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

}  // namespace

FileCapabilities ReadFileCapabilities(int fd) {
  // fgetxattr(2) refuses an O_PATH descriptor; its link in /proc leads to the very same inode.
  std::array<char, 64> link = {};
  (void)std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  std::array<unsigned char, XATTR_CAPS_SZ_3> value = {};
  const ssize_t size = getxattr(link.data(), "security.capability", value.data(), value.size());
  if (size < 0) {
    switch (errno) {
      case ENODATA:
      case EOPNOTSUPP:
      // One of another user namespace, which exec takes for none.
      case EOVERFLOW:
        return FileCapabilities::kNone;
      default:
        // Too long or unreadable: exec fails of it, and says so better.
        return FileCapabilities::kSome;
    }
  }
  // The kernel shows revision 3 as it is only to those to whom its root is not root.
  const bool foreign = size == XATTR_CAPS_SZ_3 &&
                       (LittleEndian(value.data()) & VFS_CAP_REVISION_MASK) == VFS_CAP_REVISION_3;
  return foreign ? FileCapabilities::kNone : FileCapabilities::kSome;
}

AmbientLoss AmbientLossOf(int fd) {
  struct stat file = {};
  if (fstat(fd, &file) != 0) RefuseCall("fstat");
  struct statvfs mount = {};
  if (fstatvfs(fd, &mount) != 0) RefuseCall("fstatvfs");
  // mnt_may_suid(): then neither counts.
  if ((mount.f_flag & ST_NOSUID) != 0) return AmbientLoss::kNone;
  // get_file_caps() does not ask for no_new_privs, bprm_fill_uid() does.
  if (ReadFileCapabilities(fd) == FileCapabilities::kSome) return AmbientLoss::kFileCapabilities;
  if (prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1) return AmbientLoss::kNone;
  if ((file.st_mode & S_ISUID) != 0 && file.st_uid != geteuid()) return AmbientLoss::kSetUserId;
  const bool set_group = (file.st_mode & S_ISGID) != 0 && (file.st_mode & S_IXGRP) != 0;
  // A supplementary group would do since Linux 6.16, but not before.
  return set_group && file.st_gid != getegid() ? AmbientLoss::kSetGroupId : AmbientLoss::kNone;
}

}  // namespace capwright
