#pragma once

#include <cstddef>

namespace capwright {

/** The value of a variable; null where it is not set. Where it is set twice, the first counts. */
const char* FindVariable(char* const* environment, const char* name);

/** Whose process it will be, for the variables that say so. */
struct Identity {
  const char* name;
  const char* home;
  const char* shell;
};

/**
 * The environment of the program, in memory of its own. `requested` are `NAME=VALUE` to set and
 * `NAME` to keep. Without an identity all of `current` is kept; with one, only what says nothing
 * about the user: the terminal, the language, PATH. `fallback`, if any, is a `NAME=VALUE` for a
 * variable that nothing else sets. Refuses where there is no memory.
 */
char** BuildEnvironment(char* const* current, char* const* requested, std::size_t count,
                        const Identity* identity, char* fallback);

}  // namespace capwright
