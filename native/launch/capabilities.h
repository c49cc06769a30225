#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace capwright {

/** A set of capabilities: bit N is capability N. */
using CapabilitySet = std::uint64_t;

/** The capabilities of `net_admin,cap_net_raw`; none where a name is unknown, or there is none. */
std::optional<CapabilitySet> ParseCapabilities(std::string_view list);

/** Calls `use` with each name of the set, `cap_net_admin`; nameless ones are left out. */
template <typename Use>
void ForEachName(CapabilitySet set, Use use);

/** The name, `cap_net_admin`; empty where this release knows none. */
std::string_view CapabilityName(unsigned number);

constexpr unsigned kMostCapabilities = 64;

template <typename Use>
void ForEachName(CapabilitySet set, Use use) {
  for (unsigned number = 0; number < kMostCapabilities; ++number) {
    if ((set >> number & 1) != 0 && !CapabilityName(number).empty()) use(CapabilityName(number));
  }
}

/** The permitted set of this process, capget(2). Refuses where it cannot be read. */
CapabilitySet PermittedSet();

/** Every capability that this kernel has. */
CapabilitySet EveryCapability();

/**
 * Makes permitted, effective, inheritable and ambient this set and nothing else. Refuses unless
 * all of it could be done. The set must be within the permitted set.
 */
void HoldExactly(CapabilitySet set);

}  // namespace capwright
