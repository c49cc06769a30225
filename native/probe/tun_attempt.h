#pragma once

#include <string>

#include "result.h"
#include "tun_devices.h"

namespace capwright {

/** What a program may ask for beside the layer, in the kernel's words: IFF_NO_PI and so on. */
struct TunFlags {
  bool no_pi;
  bool vnet_hdr;
  bool multi_queue;
  bool excl;
};

/**
 * ioctl(TUNSETIFF) on a descriptor of /dev/net/tun; returns the name that the kernel chose. An
 * empty name lets it choose; one over 15 bytes cannot be asked for at all (ENAMETOOLONG).
 *
 * It is the act itself: a new device exists until the caller closes the descriptor, and an existing
 * one keeps these flags.
 */
Result<std::string> AttachTun(int fd, const std::string& name, TunLayer layer,
                              const TunFlags& flags);

}  // namespace capwright
