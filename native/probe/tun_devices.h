#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "result.h"

namespace capwright {

enum class TunLayer { kTun, kTap };

struct TunDevice {
  std::string name;
  int index;
  TunLayer layer;
  /** Empty if not set; as this process's user namespace sees it. */
  std::optional<std::uint32_t> owner;
  std::optional<std::uint32_t> group;
  bool persist;
  bool multi_queue;
  bool vnet_hdr;
  bool packet_info;
  /** Whether a program holds a queue of it. Empty: the message did not say. */
  std::optional<bool> attached;
  bool up;
};

/** One datagram of an RTM_GETLINK dump, taken apart. */
struct LinkDump {
  std::vector<TunDevice> devices;
  bool done = false;
  /** The list changed while it was dumped (NLM_F_DUMP_INTR): what was read may be torn. */
  bool interrupted = false;
};

/**
 * Adds the TUN and TAP devices in a datagram to `dump`. Returns 0, the errno that the kernel sent
 * in it, or EBADMSG where a length in it points outside or a device lacks what tun_fill_info()
 * (Linux 4.17) always tells.
 */
int ParseLinkDatagram(const std::uint8_t* data, std::size_t size, LinkDump& dump);

/**
 * The TUN and TAP devices of this process's network namespace, by rtnetlink(7). Errors beside those
 * of the calls: EBADMSG as above, EMSGSIZE for a datagram that was cut, EINTR if the list changed
 * during every one of several dumps.
 */
Result<std::vector<TunDevice>> ListTunDevices();

}  // namespace capwright
