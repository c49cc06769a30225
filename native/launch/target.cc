#include "target.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "environment.h"
#include "file_credentials.h"
#include "refusal.h"

namespace capwright {
namespace {

/** What execvp(3) takes where there is no PATH. */
constexpr const char* kStandardPath = "/bin:/usr/bin";

/** BINPRM_BUF_SIZE: as much of a script's first line as the kernel reads. */
constexpr std::size_t kHeadSize = 256;

/** Interpreters of interpreters, as many as exec follows. */
constexpr int kMostInterpreters = 5;

/** As much of a file, with a zero after it. */
using Head = std::array<char, kHeadSize + 1>;

struct Program {
  std::array<char, PATH_MAX> path;
};

bool IsProgram(const char* path) {
  struct stat file = {};
  return access(path, X_OK) == 0 && stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

/** Looks along PATH; false if there is nothing that can be executed. */
bool FindAlong(const char* folders, const char* name, Program& program) {
  for (const char* folder = folders;; ++folder) {
    const std::size_t length = std::strcspn(folder, ":");
    const int size = length == 0
                         ? std::snprintf(program.path.data(), program.path.size(), "./%s", name)
                         : std::snprintf(program.path.data(), program.path.size(), "%.*s/%s",
                                         static_cast<int>(length), folder, name);
    const bool fits = size > 0 && static_cast<std::size_t>(size) < program.path.size();
    if (fits && IsProgram(program.path.data())) return true;
    folder += length;
    if (*folder == '\0') return false;
  }
}

void Find(const char* name, char** environment, Program& program) {
  if (*name == '\0') Refuse(Refusal::kNotFound, "the program's name is empty");
  if (std::strchr(name, '/') == nullptr) {
    const char* const path = FindVariable(environment, "PATH");
    if (FindAlong(path == nullptr ? kStandardPath : path, name, program)) return;
    Refuse(Refusal::kNotFound, name, ": not found along PATH");
  }
  const std::size_t length = std::strlen(name);
  if (length >= program.path.size()) Refuse(Refusal::kNotFound, name, ": the path is too long");
  std::memcpy(program.path.data(), name, length + 1);
}

[[noreturn]] void RefuseExec(const char* path, int failure) {
  const bool missing = failure == ENOENT || failure == ENOTDIR;
  Refuse(missing ? Refusal::kNotFound : Refusal::kNotExecutable, path, ": ", ErrorText(failure));
}

int Hold(const char* path) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) RefuseExec(path, errno);
  return fd;
}

/** The first bytes of a held file, with a zero after them; none where it may not be read. */
void ReadHead(int fd, Head& head) {
  std::array<char, 64> link = {};
  (void)std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  head[0] = '\0';
  struct stat file = {};
  // Opening a FIFO would wait, opening a device might do anything.
  if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return;
  const int readable = open(link.data(), O_RDONLY | O_CLOEXEC);
  if (readable < 0) return;
  const ssize_t size = read(readable, head.data(), kHeadSize);
  close(readable);
  head[size < 0 ? 0 : static_cast<std::size_t>(size)] = '\0';
}

/** The interpreter that a script's first line names, cut out in place; null where it names none. */
char* InterpreterIn(char* head) {
  if (std::strncmp(head, "#!", 2) != 0) return nullptr;
  char* const name = head + 2 + std::strspn(head + 2, " \t");
  name[std::strcspn(name, " \t\n")] = '\0';
  return *name == '\0' ? nullptr : name;
}

void RefuseLoss(const char* path, AmbientLoss loss) {
  switch (loss) {
    case AmbientLoss::kNone:
      return;
    case AmbientLoss::kFileCapabilities:
      Refuse(Refusal::kTarget, path,
             " has file capabilities of its own, and exec clears ambient ones for those; remove "
             "them with setcap -r, or run a copy");
    case AmbientLoss::kSetUserId:
      Refuse(Refusal::kTarget, path, " is set-user-ID, and exec clears ambient capabilities");
    case AmbientLoss::kSetGroupId:
      Refuse(Refusal::kTarget, path, " is set-group-ID, and exec clears ambient capabilities");
  }
}

/**
 * Since 6.14 a process that is exec'd by descriptor is named after the file; before, after the
 * descriptor's number, and no one would find it with ps(1).
 */
bool NamesByFile() {
  utsname system = {};
  if (uname(&system) != 0) return false;
  char* rest = nullptr;
  const auto major = std::strtol(system.release, &rest, 10);
  const auto minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0L;
  return major > 6 || (major == 6 && minor >= 14);
}

}  // namespace

void Become(char** command, char** environment) {
  Program program = {};
  Find(command[0], environment, program);
  const int held = Hold(program.path.data());
  Head head = {};
  ReadHead(held, head);

  // A script's own attributes do not count, those of the last interpreter do.
  int judged = held;
  for (int depth = 0; depth < kMostInterpreters; ++depth) {
    const char* const interpreter = InterpreterIn(head.data());
    if (interpreter == nullptr) break;
    // The next head is read into where the name is.
    const Head name = head;
    const char* const path = name.data() + (interpreter - head.data());
    judged = open(path, O_PATH | O_CLOEXEC);
    // Exec says better what is wrong with it.
    if (judged < 0) break;
    ReadHead(judged, head);
    RefuseLoss(path,
               InterpreterIn(head.data()) == nullptr ? AmbientLossOf(judged) : AmbientLoss::kNone);
  }
  if (judged == held) RefuseLoss(program.path.data(), AmbientLossOf(held));

  // What was looked at is what runs, whoever has meanwhile put something else in its place.
  if (judged == held && std::memcmp(head.data(), ELFMAG, SELFMAG) == 0 && NamesByFile()) {
    syscall(SYS_execveat, held, "", command, environment, AT_EMPTY_PATH);
    // ENOENT: its format has an interpreter, which has to be told a path (binfmt_misc).
    if (errno != ENOENT) RefuseExec(program.path.data(), errno);
  }
  execve(program.path.data(), command, environment);
  RefuseExec(program.path.data(), errno);
}

}  // namespace capwright
