#include "securebits.h"

#include <sys/prctl.h>

#include <cerrno>

namespace capwright {

Result<int> ReadSecurebits() {
  const int bits = prctl(PR_GET_SECUREBITS, 0UL, 0UL, 0UL, 0UL);
  if (bits < 0) return CallError{"prctl(PR_GET_SECUREBITS)", errno};
  return bits;
}

}  // namespace capwright
