#pragma once

#include <sys/types.h>

#include "options.h"

namespace capwright {

/**
 * Splits in two. The child returns, to become the program. The other one gives up every capability
 * and stays: whichever comes first of the program's end, the end of `parent`, a hangup of the
 * terminal and the other end of standard input being closed, it kills all that descends from it and
 * ends as the program ended. Meanwhile it forwards, where that is asked for. With `--gently` the
 * program first has a few seconds to end by itself, which the end of its input or SIGTERM bids it:
 * killed, a debugger leaves its breakpoints in the process it is attached to.
 */
void Supervise(pid_t parent, const Options& options);

}  // namespace capwright
