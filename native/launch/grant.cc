#include "grant.h"

#include <fcntl.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "file_credentials.h"
#include "refusal.h"

namespace capwright {
namespace {

void AddNames(Line& line, CapabilitySet set) {
  bool first = true;
  ForEachName(set, [&](std::string_view name) {
    if (!first) line.Add(",");
    line.Add(name);
    first = false;
  });
}

/** Whether a tracer was there when this was exec'd: then the file's capabilities do not count. */
bool IsTraced() {
  // The first 4 KiB hold the line, proc_pid_status(5).
  std::array<char, 4096> text = {};
  const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t size = read(fd, text.data(), text.size() - 1);
  close(fd);
  constexpr std::string_view kLine = "\nTracerPid:\t";
  const char* const line = size < 0 ? nullptr : std::strstr(text.data(), kLine.data());
  return line != nullptr && line[kLine.size()] != '0';
}

/** Why the capabilities that this file has did not become those of the process, if that is so. */
void RefuseWithheld() {
  const int self = open("/proc/self/exe", O_PATH | O_CLOEXEC);
  if (self < 0) RefuseCall("open(/proc/self/exe)");
  const bool has = ReadFileCapabilities(self) == FileCapabilities::kSome;
  struct statvfs mount = {};
  const bool nosuid = fstatvfs(self, &mount) == 0 && (mount.f_flag & ST_NOSUID) != 0;
  close(self);
  if (!has) return;
  if (prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1) {
    Refuse(Refusal::kNoNewPrivs,
           "no_new_privs is set, so exec gives no capabilities from files; a sandbox still works");
  }
  if (IsTraced()) {
    Refuse(Refusal::kTraced,
           "a debugger traces the launcher, so exec gave it no capabilities: put the launcher in "
           "front of the debugger");
  }
  if (nosuid) {
    Refuse(Refusal::kNotGranted, "the launcher lies on a nosuid mount, so exec gave it nothing");
  }
}

}  // namespace

void RequireGranted(CapabilitySet wanted, Caller::Way way) {
  const CapabilitySet permitted = PermittedSet();
  const CapabilitySet missing = wanted & ~permitted;
  if (missing != 0) {
    if (way == Caller::Way::kHeld) RefuseWithheld();
    Line line;
    Begin(line, Refusal::kNotGranted);
    AddNames(line, missing);
    line.Add(": not permitted here; permitted: ");
    if (permitted == 0) line.Add("nothing");
    AddNames(line, permitted);
    Finish(line, Refusal::kNotGranted);
  }
  const int securebits = prctl(PR_GET_SECUREBITS, 0UL, 0UL, 0UL, 0UL);
  if (securebits < 0) RefuseCall("prctl(PR_GET_SECUREBITS)");
  if ((securebits & SECBIT_NO_CAP_AMBIENT_RAISE) != 0) {
    Refuse(Refusal::kSecurebits, "SECBIT_NO_CAP_AMBIENT_RAISE is set: nothing can become ambient");
  }
}

}  // namespace capwright
