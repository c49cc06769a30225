#pragma once

#include "result.h"

namespace capwright {

/** The securebits of this thread, prctl(PR_GET_SECUREBITS). The kernel tells nobody else's. */
Result<int> ReadSecurebits();

}  // namespace capwright
