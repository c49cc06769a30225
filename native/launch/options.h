#pragma once

#include <netinet/in.h>

#include <csignal>
#include <cstddef>
#include <string_view>

#include "capabilities.h"

namespace capwright {

/** What dials `address`, a loopback one of the sandbox, speaks with the Unix socket at `socket`. */
struct Forward {
  sockaddr_in address = {};
  /** Null where there is none. */
  const char* socket = nullptr;
};

/** The command line, understood. All texts are those of argv. */
struct Options {
  /** Zero where none are named. */
  CapabilitySet capabilities = 0;
  bool sandbox = false;
  /** Root becomes the user who called sudo or pkexec. */
  bool drop_to_caller = false;
  /** Root stays root. */
  bool as_root = false;
  /** Zero where the program may outlive its parent. */
  int parent_death_signal = 0;
  /** Nothing that the program starts outlives it, nor it this process's parent. */
  bool supervise = false;
  /** What is supervised has a few seconds to end by itself before it is killed. */
  bool gently = false;
  /** The terminal of standard error becomes that of the program. */
  bool foreground = false;
  /** The Unix socket that becomes standard input and output; null where they stay. */
  const char* socket = nullptr;
  Forward forward;
  /** Null where the working directory stays. */
  const char* directory = nullptr;
  /** `NAME=VALUE`, or `NAME` to keep a variable; `--env` is before each. */
  char** variables = nullptr;
  std::size_t variable_count = 0;
  /** The program and its arguments, ended by a null pointer. */
  char** command = nullptr;
};

/** What is wrong with a command line: a text, and the argument it is about. */
struct UsageProblem {
  const char* text;
  const char* argument;
};

/**
 * Understands a command line, all of it before anything is done. `--env` options are gathered at
 * the front of `argv`, in their order. The problem's text is null where there is none.
 */
UsageProblem ParseOptions(int argc, char** argv, Options& options);

extern const std::string_view kHelp;

}  // namespace capwright
