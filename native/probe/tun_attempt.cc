#include "tun_attempt.h"

#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace capwright {

Result<std::string> AttachTun(int fd, const std::string& name, TunLayer layer,
                              const TunFlags& flags) {
  ifreq request = {};
  if (name.size() >= sizeof(request.ifr_name)) return CallError{"ifr_name", ENAMETOOLONG};
  std::memcpy(request.ifr_name, name.data(), name.size());

  unsigned bits = layer == TunLayer::kTun ? IFF_TUN : IFF_TAP;
  if (flags.no_pi) bits |= IFF_NO_PI;
  if (flags.vnet_hdr) bits |= IFF_VNET_HDR;
  if (flags.multi_queue) bits |= IFF_MULTI_QUEUE;
  if (flags.excl) bits |= IFF_TUN_EXCL;
  request.ifr_flags = static_cast<short>(bits);  // NOLINT(google-runtime-int): the field's type

  if (ioctl(fd, TUNSETIFF, &request) != 0) return CallError{"ioctl(TUNSETIFF)", errno};
  return std::string(request.ifr_name, strnlen(request.ifr_name, sizeof(request.ifr_name)));
}

}  // namespace capwright
