// capwright-launch: becomes another program, and gives it ambient capabilities. README.md, "The
// launcher", says whom it serves, and argues why nobody else gets anything from it.

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "caller.h"
#include "capabilities.h"
#include "environment.h"
#include "grant.h"
#include "options.h"
#include "refusal.h"
#include "sandbox.h"
#include "supervisor.h"
#include "target.h"
#include "terminal.h"

namespace capwright {
namespace {

/**
 * iptables-legacy locks /run/xtables.lock, which is root's, before it asks the kernel anything.
 * What it changes belongs to a network namespace, and the file of that can be locked by whoever is
 * in it.
 */
// NOLINTNEXTLINE(modernize-avoid-c-arrays): a text that environ may hold
char kLockOfNetwork[] = "XTABLES_LOCKFILE=/proc/self/ns/net";

/** A closed one would be the next file that is opened, and the program would write into that. */
void OpenStandardDescriptors() {
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR);
    if (fd < 0) RefuseCall("open(/dev/null)");
  } while (fd <= STDERR_FILENO);
  close(fd);
}

Options ReadOptions(int argc, char** argv) {
  Options options;
  const UsageProblem problem = ParseOptions(argc, argv, options);
  if (problem.text != nullptr) {
    Refuse(Refusal::kUsage, problem.text, " ", problem.argument, "; capwright-launch --help");
  }
  return options;
}

void EnterDirectory(const char* directory, const Identity* identity) {
  if (directory != nullptr && chdir(directory) != 0) {
    Refuse(Refusal::kSystem, "chdir ", directory, ": ", ErrorText(errno));
  }
  // pkexec leaves the home of root as the working directory.
  if (identity != nullptr && access(".", X_OK) != 0) {
    Refuse(Refusal::kCaller, "the working directory is closed to ", identity->name,
           ": name one with --cwd");
  }
}

/** Survives an exec that gains nothing, as this one is. */
void DieWithParent(int signal, pid_t parent) {
  if (signal == 0) return;
  if (prctl(PR_SET_PDEATHSIG, static_cast<std::size_t>(signal), 0UL, 0UL, 0UL) != 0) {
    RefuseCall("prctl(PR_SET_PDEATHSIG)");
  }
  if (getppid() != parent) Refuse(Refusal::kSystem, "the parent is gone already");
}

[[noreturn]] void Launch(int argc, char** argv, char** environment) {
  const pid_t parent = getppid();
  OpenStandardDescriptors();
  const Options options = ReadOptions(argc, argv);

  const Identity* identity = nullptr;
  Caller caller = {};
  if (options.sandbox) {
    EnterSandbox();
    HoldExactly(options.capabilities == 0 ? EveryCapability() : options.capabilities);
  } else {
    caller = IdentifyCaller(options.drop_to_caller, options.as_root, environment);
    RequireGranted(options.capabilities, caller.way);
    if (caller.way == Caller::Way::kElevated) {
      BecomeCaller(caller);
      identity = &caller.identity;
    }
    HoldExactly(options.capabilities);
  }
  DieWithParent(options.parent_death_signal, parent);
  if (options.socket != nullptr) ConnectStandardStreams(options.socket);
  if (options.supervise) Supervise(parent, options);
  if (options.foreground) TakeTerminal();
  EnterDirectory(options.directory, identity);
  char** const variables = BuildEnvironment(environment, options.variables, options.variable_count,
                                            identity, options.sandbox ? kLockOfNetwork : nullptr);
  Become(options.command, variables);
}

}  // namespace
}  // namespace capwright

int main(int argc, char** argv, char** environment) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    const ssize_t written = write(STDOUT_FILENO, capwright::kHelp.data(), capwright::kHelp.size());
    return written < 0 ? 1 : 0;
  }
  capwright::Launch(argc, argv, environment);
}
