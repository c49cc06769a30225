#pragma once

namespace capwright {

/**
 * Finds the program as execvp(3) does, by the PATH of `environment`, refuses one that would lose
 * the ambient set, and becomes it.
 */
[[noreturn]] void Become(char** command, char** environment);

}  // namespace capwright
