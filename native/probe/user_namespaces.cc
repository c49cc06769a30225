#include "user_namespaces.h"

#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "scoped_fd.h"

namespace capwright {
namespace {

// PROC_USER_INIT_INO of include/linux/proc_ns.h: fixed, but long in no header for user space.
constexpr std::uint64_t kInitialUserNamespace = 0xEFFFFFFDU;

Result<std::uint64_t> InodeOf(int fd) {
  struct stat facts = {};
  if (fstat(fd, &facts) != 0) return CallError{"fstat", errno};
  return std::uint64_t{facts.st_ino};
}

Result<uid_t> OwnerOf(int fd) {
  uid_t owner = 0;
  if (ioctl(fd, NS_GET_OWNER_UID, &owner) != 0) return CallError{"ioctl(NS_GET_OWNER_UID)", errno};
  return owner;
}

}  // namespace

Result<UserNamespaceChain> WalkUserNamespaces(int fd) {
  UserNamespaceChain chain{{}, ChainEnd::kHidden};
  ScopedFd parent(-1);
  // Ends: the kernel nests user namespaces at most 32 deep, user_namespaces(7).
  for (int current = fd;;) {
    const Result<std::uint64_t> inode = InodeOf(current);
    if (inode.error() != nullptr) return *inode.error();
    chain.namespaces.push_back({*inode.value(), OwnerOf(current)});

    ScopedFd next(ioctl(current, NS_GET_PARENT));
    if (!next.valid()) {
      // The initial namespace has no parent, and the kernel says so with the same EPERM.
      if (errno != EPERM) return CallError{"ioctl(NS_GET_PARENT)", errno};
      if (*inode.value() == kInitialUserNamespace) chain.end = ChainEnd::kInitial;
      return chain;
    }
    parent = std::move(next);
    current = parent.get();
  }
}

Result<std::uint64_t> OwningUserNamespace(int fd) {
  const ScopedFd owner(ioctl(fd, NS_GET_USERNS));
  if (!owner.valid()) return CallError{"ioctl(NS_GET_USERNS)", errno};
  return InodeOf(owner.get());
}

}  // namespace capwright
