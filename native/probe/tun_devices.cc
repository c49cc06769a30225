#include "tun_devices.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "scoped_fd.h"

namespace capwright {
namespace {

/** Reads past nothing: each step is checked against the bytes that are there. */
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  /** A copy of the first bytes, since a datagram promises no alignment to C++. */
  template <typename T>
  [[nodiscard]] std::optional<T> As() const {
    if (size_ < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, data_, sizeof(T));
    return value;
  }

  /** The first `count` bytes, or all if there are fewer. */
  [[nodiscard]] Bytes First(std::size_t count) const {
    return {data_, count < size_ ? count : size_};
  }

  /** What follows the first `count` bytes, which may be nothing. */
  [[nodiscard]] Bytes After(std::size_t count) const {
    return count < size_ ? Bytes{data_ + count, size_ - count} : Bytes{data_ + size_, 0};
  }

  /** Up to the first NUL. */
  [[nodiscard]] std::string Text() const {
    const char* text = reinterpret_cast<const char*>(data_);
    return {text, strnlen(text, size_)};
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

constexpr std::size_t Aligned(std::size_t length) {
  static_assert(NLMSG_ALIGNTO == RTA_ALIGNTO, "one alignment for messages and attributes");
  return (length + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
}

constexpr std::size_t kMessageHeader = Aligned(sizeof(nlmsghdr));
constexpr std::size_t kAttributeHeader = Aligned(sizeof(rtattr));

/** Calls `visit(type, payload)` for each attribute. False if a length points outside. */
template <typename Visit>
bool ForEachAttribute(Bytes rest, Visit visit) {
  while (rest.size() > 0) {
    const auto header = rest.As<rtattr>();
    if (!header || header->rta_len < kAttributeHeader || header->rta_len > rest.size())
      return false;
    const auto type = static_cast<std::uint16_t>(header->rta_type & NLA_TYPE_MASK);
    if (!visit(type, rest.First(header->rta_len).After(kAttributeHeader))) return false;
    rest = rest.After(Aligned(header->rta_len));
  }
  return true;
}

struct Link {
  std::optional<std::string> name;
  std::optional<std::uint8_t> carrier;
  std::string kind;
  std::optional<Bytes> tun;
};

bool ReadLink(Bytes attributes, Link& link) {
  return ForEachAttribute(attributes, [&link](std::uint16_t type, Bytes payload) {
    switch (type) {
      case IFLA_IFNAME:
        link.name = payload.Text();
        return true;
      case IFLA_CARRIER:
        link.carrier = payload.As<std::uint8_t>();
        return true;
      case IFLA_LINKINFO:
        return ForEachAttribute(payload, [&link](std::uint16_t inner, Bytes value) {
          if (inner == IFLA_INFO_KIND) link.kind = value.Text();
          if (inner == IFLA_INFO_DATA) link.tun = value;
          return true;
        });
      default:
        return true;
    }
  });
}

/** What tun_fill_info() of drivers/net/tun.c tells about a device. */
struct TunInfo {
  std::optional<std::uint8_t> type;
  std::optional<std::uint32_t> owner;
  std::optional<std::uint32_t> group;
  std::optional<std::uint8_t> packet_info;
  std::optional<std::uint8_t> vnet_hdr;
  std::optional<std::uint8_t> persist;
  std::optional<std::uint8_t> multi_queue;
  std::optional<std::uint32_t> queues;
  std::optional<std::uint32_t> disabled_queues;
};

bool ReadTunInfo(Bytes attributes, TunInfo& info) {
  return ForEachAttribute(attributes, [&info](std::uint16_t type, Bytes payload) {
    switch (type) {
      case IFLA_TUN_TYPE:
        info.type = payload.As<std::uint8_t>();
        break;
      case IFLA_TUN_OWNER:
        info.owner = payload.As<std::uint32_t>();
        break;
      case IFLA_TUN_GROUP:
        info.group = payload.As<std::uint32_t>();
        break;
      case IFLA_TUN_PI:
        info.packet_info = payload.As<std::uint8_t>();
        break;
      case IFLA_TUN_VNET_HDR:
        info.vnet_hdr = payload.As<std::uint8_t>();
        break;
      case IFLA_TUN_PERSIST:
        info.persist = payload.As<std::uint8_t>();
        break;
      case IFLA_TUN_MULTI_QUEUE:
        info.multi_queue = payload.As<std::uint8_t>();
        break;
      case IFLA_TUN_NUM_QUEUES:
        info.queues = payload.As<std::uint32_t>();
        break;
      case IFLA_TUN_NUM_DISABLED_QUEUES:
        info.disabled_queues = payload.As<std::uint32_t>();
        break;
      default:
        break;
    }
    return true;
  });
}

std::optional<bool> IsAttached(const TunInfo& info, std::optional<std::uint8_t> carrier) {
  // One that does not persist goes with its last descriptor.
  if (*info.persist == 0) return true;
  if (info.queues && info.disabled_queues) return *info.queues + *info.disabled_queues > 0;
  // The driver counts queues only for a multi-queue device. It drops the carrier of the others when
  // their queue goes (tun_detach) and raises it when one comes (tun_set_iff).
  if (!carrier) return std::nullopt;
  return *carrier != 0;
}

/** False if the message is malformed. A link that is no TUN or TAP device is skipped. */
bool ReadTunDevice(Bytes message, std::vector<TunDevice>& devices) {
  const auto header = message.As<ifinfomsg>();
  Link link;
  if (!header || !ReadLink(message.After(Aligned(sizeof(ifinfomsg))), link)) return false;
  if (link.kind != "tun") return true;

  TunInfo info;
  if (!link.name || !link.tun || !ReadTunInfo(*link.tun, info)) return false;
  if (!info.type || !info.persist || !info.multi_queue || !info.vnet_hdr || !info.packet_info) {
    return false;
  }
  if (*info.type != IFF_TUN && *info.type != IFF_TAP) return false;

  devices.push_back(
      {*link.name, header->ifi_index, *info.type == IFF_TUN ? TunLayer::kTun : TunLayer::kTap,
       info.owner, info.group, *info.persist != 0, *info.multi_queue != 0, *info.vnet_hdr != 0,
       *info.packet_info != 0, IsAttached(info, link.carrier), (header->ifi_flags & IFF_UP) != 0});
  return true;
}

/** The errno in an NLMSG_ERROR or NLMSG_DONE message: both begin with it, negated. */
int SentError(Bytes message) {
  const auto code = message.As<std::int32_t>();
  if (!code || *code > 0) return EBADMSG;
  return -*code;
}

/** Receives one whole datagram, however long it is. Returns 0 or an errno. */
int Receive(int fd, std::vector<std::uint8_t>& datagram) {
  for (;;) {
    // A length of its own for each datagram: links with many virtual functions pass any fixed one.
    const ssize_t expected = recv(fd, nullptr, 0, MSG_PEEK | MSG_TRUNC);
    if (expected < 0 && errno == EINTR) continue;
    if (expected < 0) return errno;
    datagram.resize(static_cast<std::size_t>(expected) + 1);

    sockaddr_nl sender = {};
    iovec part = {datagram.data(), datagram.size()};
    msghdr header = {};
    header.msg_name = &sender;
    header.msg_namelen = sizeof(sender);
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    const ssize_t size = recvmsg(fd, &header, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno;
    if ((header.msg_flags & MSG_TRUNC) != 0) return EMSGSIZE;
    // Port 0 is the kernel's: any process may send to this socket.
    if (sender.nl_pid != 0) continue;
    datagram.resize(static_cast<std::size_t>(size));
    return 0;
  }
}

Result<LinkDump> DumpLinks() {
  const ScopedFd socket_fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket_fd.valid()) return CallError{"socket(AF_NETLINK)", errno};

  struct {
    nlmsghdr header;
    ifinfomsg links;
  } request = {};
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.links.ifi_family = AF_UNSPEC;
  ssize_t sent = -1;
  do {
    sent = send(socket_fd.get(), &request, sizeof(request), 0);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return CallError{"send(RTM_GETLINK)", errno};

  LinkDump dump;
  std::vector<std::uint8_t> datagram;
  while (!dump.done) {
    if (const int error = Receive(socket_fd.get(), datagram); error != 0) {
      return CallError{"recvmsg(RTM_GETLINK)", error};
    }
    if (const int error = ParseLinkDatagram(datagram.data(), datagram.size(), dump); error != 0) {
      return CallError{"RTM_GETLINK", error};
    }
  }
  return dump;
}

}  // namespace

int ParseLinkDatagram(const std::uint8_t* data, std::size_t size, LinkDump& dump) {
  Bytes rest(data, size);
  while (rest.size() > 0 && !dump.done) {
    const auto header = rest.As<nlmsghdr>();
    if (!header || header->nlmsg_len < kMessageHeader || header->nlmsg_len > rest.size()) {
      return EBADMSG;
    }
    const Bytes message = rest.First(header->nlmsg_len).After(kMessageHeader);
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) dump.interrupted = true;
    switch (header->nlmsg_type) {
      case NLMSG_DONE:
        dump.done = true;
        if (const int error = SentError(message); error != 0) return error;
        break;
      case NLMSG_ERROR:
        dump.done = true;
        // A dump is never acknowledged, so an "error 0" here answers nothing that was asked.
        if (const int error = SentError(message); error != 0) return error;
        return EBADMSG;
      case RTM_NEWLINK:
        if (!ReadTunDevice(message, dump.devices)) return EBADMSG;
        break;
      default:
        break;
    }
    rest = rest.After(Aligned(header->nlmsg_len));
  }
  return 0;
}

Result<std::vector<TunDevice>> ListTunDevices() {
  constexpr int kAttempts = 16;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Result<LinkDump> dump = DumpLinks();
    if (dump.error() != nullptr) return *dump.error();
    if (!dump.value()->interrupted) return dump.value()->devices;
  }
  return CallError{"RTM_GETLINK", EINTR};
}

}  // namespace capwright
