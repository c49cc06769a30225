#pragma once

#include <string>

namespace capwright {

/** `EACCES` for 13; `E<number>` for a number that has no name on this system. */
std::string ErrnoName(int number);

}  // namespace capwright
