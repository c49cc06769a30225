#include "options.h"

#include <arpa/inet.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace capwright {
namespace {

struct NamedSignal {
  std::string_view name;
  int number;
};

constexpr std::array<NamedSignal, 5> kSignals = {
    {{"KILL", SIGKILL}, {"TERM", SIGTERM}, {"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT}}};

int ParseSignal(std::string_view name) {
  for (const NamedSignal& known : kSignals) {
    if (name == known.name) return known.number;
  }
  return 0;
}

/** `127.0.0.1:80=/path`, whose parts are cut out in place; false where it is none. */
bool ParseForward(char* text, Forward& forward) {
  char* const colon = std::strchr(text, ':');
  char* const equals = colon == nullptr ? nullptr : std::strchr(colon, '=');
  if (equals == nullptr || equals[1] == '\0') return false;
  *colon = '\0';
  const char* const number = colon + 1;
  char* end = nullptr;
  const auto port = std::strtoul(number, &end, 10);
  // It takes signs and blanks, too.
  const bool is_port =
      *number >= '0' && *number <= '9' && end == equals && port > 0 && port <= 65535;
  forward.address.sin_family = AF_INET;
  forward.address.sin_port = htons(static_cast<in_port_t>(port));
  const bool is_address = inet_pton(AF_INET, text, &forward.address.sin_addr) == 1;
  *colon = ':';
  forward.socket = equals + 1;
  return is_port && is_address && ntohl(forward.address.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/** The arguments that are still to be read. */
class Arguments {
 public:
  explicit Arguments(char** next) : next_(next) {}

  [[nodiscard]] bool empty() const { return *next_ == nullptr; }
  char* Take() { return *next_++; }
  char** Rest() { return next_; }

  /** The value of an option, `--caps X` or `--caps=X`; null where `argument` is another option. */
  char* ValueOf(char* argument, std::string_view option) {
    if (option == argument) return empty() ? nullptr : Take();
    if (std::strncmp(argument, option.data(), option.size()) != 0) return nullptr;
    return argument[option.size()] == '=' ? argument + option.size() + 1 : nullptr;
  }

 private:
  char** next_;
};

constexpr UsageProblem kNone = {nullptr, nullptr};

UsageProblem ReadValue(char* argument, Arguments& arguments, char** variables, Options& options) {
  if (char* const value = arguments.ValueOf(argument, "--caps"); value != nullptr) {
    const std::optional<CapabilitySet> set = ParseCapabilities(value);
    if (!set) return {"a list of capabilities is expected, not", value};
    options.capabilities |= *set;
    return kNone;
  }
  if (char* const value = arguments.ValueOf(argument, "--env"); value != nullptr) {
    if (*value == '\0' || *value == '=')
      return {"a variable has a name, which is missing in", value};
    variables[options.variable_count++] = value;
    return kNone;
  }
  if (char* const value = arguments.ValueOf(argument, "--pdeathsig"); value != nullptr) {
    options.parent_death_signal = ParseSignal(value);
    if (options.parent_death_signal == 0) return {"KILL, TERM, HUP, INT or QUIT, not", value};
    return kNone;
  }
  if (char* const value = arguments.ValueOf(argument, "--cwd"); value != nullptr) {
    options.directory = value;
    return kNone;
  }
  if (char* const value = arguments.ValueOf(argument, "--connect"); value != nullptr) {
    options.socket = value;
    return kNone;
  }
  if (char* const value = arguments.ValueOf(argument, "--forward"); value != nullptr) {
    if (ParseForward(value, options.forward)) return kNone;
    return {"127.0.0.1:PORT=SOCKET is expected, not", value};
  }
  return {"there is no such option, or its value is missing:", argument};
}

UsageProblem Consistent(const Options& options) {
  if (*options.command == nullptr) return {"a program is missing after", "--"};
  if (options.sandbox && (options.drop_to_caller || options.as_root)) {
    return {"a sandbox needs no privilege, so nobody is to be left with it:", "--sandbox"};
  }
  if (options.drop_to_caller && options.as_root) {
    return {"either the caller or root, not both:", "--as-root"};
  }
  if (options.supervise && options.parent_death_signal != 0) {
    return {"what is supervised dies with its parent anyway, without", "--pdeathsig"};
  }
  if (options.gently && !options.supervise) {
    return {"nobody is there to end it, without --supervise:", "--gently"};
  }
  if (options.foreground && options.socket != nullptr) {
    return {"either a socket or the terminal, not both:", "--foreground"};
  }
  if (options.forward.socket != nullptr && !(options.sandbox && options.supervise)) {
    return {"a supervisor in a sandbox forwards, nobody else:", "--forward"};
  }
  // Without any it is a supervisor alone.
  if (!options.sandbox && !options.supervise && options.capabilities == 0) {
    return {"which capabilities? Name them with", "--caps"};
  }
  return kNone;
}

}  // namespace

const std::string_view kHelp =
    "usage: capwright-launch --caps NAME[,NAME] [--drop-to-caller | --as-root]\n"
    "                        [--env NAME[=VALUE]] [--cwd DIR]\n"
    "                        [--pdeathsig SIGNAL | --supervise [--gently]]\n"
    "                        [--connect SOCKET | --foreground] -- PROGRAM [ARG]\n"
    "       capwright-launch --sandbox [--caps NAME[,NAME]] [--forward 127.0.0.1:PORT=SOCKET]\n"
    "                        [OPTION] -- PROGRAM [ARG]\n"
    "       capwright-launch --supervise [OPTION] -- PROGRAM [ARG]\n"
    "\n"
    "Runs PROGRAM in this process, with these capabilities as ambient ones and no others.\n";

UsageProblem ParseOptions(int argc, char** argv, Options& options) {
  // execve(2) lets argc be 0 on kernels before 5.18.
  if (argc < 1) return {"a program is missing after", "--"};
  Arguments arguments(argv + 1);
  options.variables = argv;
  while (!arguments.empty()) {
    char* const argument = arguments.Take();
    const std::string_view text(argument);
    if (text == "--") {
      options.command = arguments.Rest();
      return Consistent(options);
    }
    if (text == "--sandbox") {
      options.sandbox = true;
    } else if (text == "--drop-to-caller") {
      options.drop_to_caller = true;
    } else if (text == "--as-root") {
      options.as_root = true;
    } else if (text == "--supervise") {
      options.supervise = true;
    } else if (text == "--gently") {
      options.gently = true;
    } else if (text == "--foreground") {
      options.foreground = true;
    } else {
      const UsageProblem problem = ReadValue(argument, arguments, argv, options);
      if (problem.text != nullptr) return problem;
    }
  }
  return {"the program and its arguments come after", "--"};
}

}  // namespace capwright
