#pragma once

#include <optional>

#include "result.h"

namespace capwright {

/**
 * Whether a process like this one may create a user namespace in which it keeps its ids, by doing
 * so in a child that ends at once: the call that failed, or nothing. Calls as the manual has them:
 * `unshare(CLONE_NEWUSER)`, `write(/proc/self/uid_map)`, …
 *
 * The error of the result is that of making the child.
 */
Result<std::optional<CallError>> AttemptUserNamespace();

}  // namespace capwright
