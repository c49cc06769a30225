#pragma once

namespace capwright {

/**
 * Moves this process into a user and a network namespace of its own, in which it keeps its ids,
 * holds every capability, and has the loopback device up. Gives up whatever it held outside first.
 */
void EnterSandbox();

}  // namespace capwright
