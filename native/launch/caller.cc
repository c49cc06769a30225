#include "caller.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "refusal.h"

namespace capwright {
namespace {

struct Ids {
  uid_t real;
  uid_t effective;
  uid_t saved;
};

Ids OwnIds() {
  Ids ids = {};
  if (getresuid(&ids.real, &ids.effective, &ids.saved) != 0) RefuseCall("getresuid");
  return ids;
}

/** The line of the user database. */
passwd EntryOf(uid_t uid) {
  static std::array<char, 1 << 16> text;
  static passwd entry;
  passwd* found = nullptr;
  const int failure = getpwuid_r(uid, &entry, text.data(), text.size(), &found);
  if (failure != 0) {
    errno = failure;
    RefuseCall("getpwuid_r");
  }
  if (found == nullptr) Refuse(Refusal::kCaller, "the caller is no user of this system");
  return entry;
}

bool IsMember(const passwd& entry, gid_t gid) {
  int count = 0;
  // Answers -1, and the number there would have been.
  getgrouplist(entry.pw_name, entry.pw_gid, nullptr, &count);
  auto* const groups =
      static_cast<gid_t*>(std::calloc(static_cast<std::size_t>(count) + 1, sizeof(gid_t)));
  if (groups == nullptr) RefuseCall("calloc");
  bool member = false;
  if (getgrouplist(entry.pw_name, entry.pw_gid, groups, &count) >= 0) {
    for (int i = 0; i < count; ++i) member = member || groups[i] == gid;
  }
  std::free(groups);
  return member;
}

/** Whom sudo(8) or pkexec(1) says that it was called by. */
Caller CallerOf(char* const* environment) {
  const char* const sudo_uid = FindVariable(environment, "SUDO_UID");
  const char* const sudo_gid = FindVariable(environment, "SUDO_GID");
  const char* const pkexec_uid = FindVariable(environment, "PKEXEC_UID");
  if (sudo_uid != nullptr && pkexec_uid != nullptr) {
    Refuse(Refusal::kCaller, "SUDO_UID and PKEXEC_UID are both set, and name two callers");
  }
  if (sudo_uid == nullptr && pkexec_uid == nullptr) {
    Refuse(Refusal::kCaller, "neither SUDO_UID nor PKEXEC_UID says who called");
  }
  const char* const named = sudo_uid != nullptr ? sudo_uid : pkexec_uid;
  const std::optional<uid_t> uid = ParseId(named);
  if (!uid) Refuse(Refusal::kCaller, "no user id: ", named);
  if (*uid == 0) Refuse(Refusal::kCaller, "the caller is root: say --as-root if root is meant");

  const passwd entry = EntryOf(*uid);
  gid_t gid = entry.pw_gid;
  if (sudo_gid != nullptr) {
    const std::optional<gid_t> given = ParseId(sudo_gid);
    if (!given || !IsMember(entry, *given)) {
      Refuse(Refusal::kCaller, "SUDO_GID is no group of ", entry.pw_name, ": ", sudo_gid);
    }
    gid = *given;
  }
  return {Caller::Way::kElevated, *uid, gid, {entry.pw_name, entry.pw_dir, entry.pw_shell}};
}

/** The installed launcher names its owner in its own inode, which root alone can have written. */
void RefuseAllButOwner(const Ids& ids) {
  struct stat file = {};
  if (stat("/proc/self/exe", &file) != 0) RefuseCall("stat(/proc/self/exe)");
  if (file.st_uid != 0 || (file.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    Refuse(Refusal::kCaller,
           "this launcher has capabilities and somebody but root may change it: install it with "
           "capwright launcher install");
  }
  if (ids.real != file.st_gid || ids.effective != file.st_gid || ids.saved != file.st_gid) {
    Refuse(Refusal::kCaller, "this launcher is installed for another user");
  }
}

/** A pty that sudo opened belongs to root; without this the program could not open it again. */
void HandOverTerminals(uid_t uid) {
  // The major numbers of pty slaves, Documentation/admin-guide/devices.txt.
  constexpr unsigned kFirstPty = 136;
  constexpr unsigned kLastPty = 143;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file = {};
    if (fstat(fd, &file) != 0 || !S_ISCHR(file.st_mode) || file.st_uid != 0) continue;
    const unsigned number = major(file.st_rdev);
    if (number < kFirstPty || number > kLastPty) continue;
    if (fchown(fd, uid, static_cast<gid_t>(-1)) != 0) RefuseCall("fchown of the terminal");
  }
}

}  // namespace

Caller IdentifyCaller(bool drop_to_caller, bool as_root, char* const* environment) {
  const Ids ids = OwnIds();
  const bool all_root = ids.real == 0 && ids.effective == 0 && ids.saved == 0;
  const bool any_root = ids.real == 0 || ids.effective == 0 || ids.saved == 0;
  const bool secure = getauxval(AT_SECURE) != 0;
  if (any_root && (!all_root || secure)) {
    Refuse(Refusal::kCaller, "this launcher is set-user-ID root, which it must not be");
  }
  if (all_root) {
    if (drop_to_caller) return CallerOf(environment);
    if (as_root) return {Caller::Way::kRoot, 0, getgid(), {}};
    Refuse(Refusal::kCaller,
           "root asks, and does not say for whom: --drop-to-caller behind sudo, or --as-root");
  }
  if (drop_to_caller || as_root) {
    Refuse(Refusal::kCaller, "--drop-to-caller and --as-root are for root");
  }
  if (!secure) return {Caller::Way::kHeld, ids.effective, getegid(), {}};
  RefuseAllButOwner(ids);
  return {Caller::Way::kInstalled, ids.effective, getegid(), {}};
}

void BecomeCaller(const Caller& caller) {
  HandOverTerminals(caller.uid);
  if (prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL) != 0) RefuseCall("prctl(PR_SET_KEEPCAPS)");
  if (initgroups(caller.identity.name, caller.gid) != 0) RefuseCall("initgroups");
  if (setresgid(caller.gid, caller.gid, caller.gid) != 0) RefuseCall("setresgid");
  if (setresuid(caller.uid, caller.uid, caller.uid) != 0) RefuseCall("setresuid");
}

std::optional<uid_t> ParseId(const char* text) {
  constexpr std::uint64_t kNobody = UINT32_MAX;
  std::uint64_t number = 0;
  if (*text == '\0') return std::nullopt;
  for (; *text != '\0'; ++text) {
    if (*text < '0' || *text > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(*text - '0');
    // (uid_t)-1 means "leave it" to setresuid(2).
    if (number >= kNobody) return std::nullopt;
  }
  return static_cast<uid_t>(number);
}

}  // namespace capwright
