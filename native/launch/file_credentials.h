#pragma once

namespace capwright {

enum class FileCapabilities {
  kNone,
  /** There is an attribute that exec honours here, even if it grants nothing. */
  kSome,
};

/** What exec would make of the `security.capability` of a file held by descriptor. */
FileCapabilities ReadFileCapabilities(int fd);

/** What in a file makes exec clear the ambient set, capabilities(7). */
enum class AmbientLoss { kNone, kFileCapabilities, kSetUserId, kSetGroupId };

/** What exec of a file held by descriptor, by this process as it is, would do to the ambient set.
 */
AmbientLoss AmbientLossOf(int fd);

}  // namespace capwright
