#include "sandbox.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "capabilities.h"
#include "refusal.h"

namespace capwright {
namespace {

/** Tells what forbids it and how it is allowed, by the call that failed. */
[[noreturn]] void RefuseSandbox(const char* call) {
  const int failure = errno;
  const std::string_view text = ErrorText(failure);
  if (failure == ENOSPC || failure == EUSERS) {
    Refuse(Refusal::kSandbox, call, ": ", text,
           ": the limit of namespaces is reached; sysctl user.max_user_namespaces (and "
           "user.max_net_namespaces) sets it");
  }
  if (failure == EPERM || failure == EACCES) {
    Refuse(Refusal::kSandbox, call, ": ", text,
           ": this system forbids user namespaces to ordinary users; sysctl "
           "kernel.unprivileged_userns_clone=1 (Debian) or "
           "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu) allows them, and so does the "
           "seccomp filter of a container that permits unshare(2)");
  }
  Refuse(Refusal::kSandbox, call, ": ", text);
}

void WriteText(const char* path, const char* text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) RefuseSandbox(path);
  const std::size_t size = std::strlen(text);
  const ssize_t written = write(fd, text, size);
  if (written < 0 || static_cast<std::size_t>(written) != size) RefuseSandbox(path);
  close(fd);
}

void MapOnly(const char* path, unsigned id) {
  std::array<char, 64> text = {};
  (void)std::snprintf(text.data(), text.size(), "%u %u 1\n", id, id);
  WriteText(path, text.data());
}

void RaiseLoopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) RefuseSandbox("socket(AF_INET)");
  ifreq request = {};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) RefuseSandbox("ioctl(SIOCSIFFLAGS) of lo");
  close(fd);
}

}  // namespace

void EnterSandbox() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  // Only root may map root, and needs CAP_SETFCAP for it (Linux 5.12).
  if (uid != 0) HoldExactly(0);
  // One who gained capabilities from a file is not dumpable, and its own /proc/self/uid_map root's.
  if (prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL) != 0) RefuseCall("prctl(PR_SET_DUMPABLE)");
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
    RefuseSandbox("unshare(CLONE_NEWUSER | CLONE_NEWNET)");
  WriteText("/proc/self/setgroups", "deny");
  MapOnly("/proc/self/uid_map", uid);
  MapOnly("/proc/self/gid_map", gid);
  RaiseLoopback();
}

}  // namespace capwright
