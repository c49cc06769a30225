#pragma once

#include <sys/types.h>

#include <optional>

#include "environment.h"

namespace capwright {

/** Who the program is run for. */
struct Caller {
  enum class Way {
    /** The capabilities come from this file: it is the installed launcher, run by its owner. */
    kInstalled,
    /** The process held them before, or needs none. */
    kHeld,
    /** Root, which becomes `uid` and `gid`. */
    kElevated,
    /** Root, which stays what it is. */
    kRoot,
  };
  Way way;
  uid_t uid;
  gid_t gid;
  /** Of an elevated caller, from the user database. */
  Identity identity;
};

/**
 * Finds out for whom this process acts, from its own credentials first: the environment is believed
 * only where all of its ids are root's, and then it was root who set it. Refuses those it must not
 * serve.
 */
Caller IdentifyCaller(bool drop_to_caller, bool as_root, char* const* environment);

/**
 * Turns root into the caller, for good: groups, ids, and the terminals that sudo opened. Permitted
 * capabilities survive; HoldExactly() has to take away what is too much.
 */
void BecomeCaller(const Caller& caller);

/** The number in a text of digits alone, for a user or group; none where it is not one. */
std::optional<uid_t> ParseId(const char* text);

}  // namespace capwright
