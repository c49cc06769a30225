#pragma once

#include "caller.h"
#include "capabilities.h"

namespace capwright {

/** Refuses unless this process may pass these capabilities on as ambient ones; says what stands in
 * the way. */
void RequireGranted(CapabilitySet wanted, Caller::Way way);

}  // namespace capwright
