// Every function of native/probe, with what the kernel would never send and no caller should pass.
// Built with AddressSanitizer and UBSan: what is checked above all is that nothing is overrun.

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "../../native/probe/errno_name.h"
#include "../../native/probe/file_attributes.h"
#include "../../native/probe/scoped_fd.h"
#include "../../native/probe/securebits.h"
#include "../../native/probe/tun_attempt.h"
#include "../../native/probe/tun_devices.h"
#include "../../native/probe/user_namespace_attempt.h"
#include "../../native/probe/user_namespaces.h"
#include "check.h"

namespace capwright {
namespace {

template <typename T>
bool FailsWith(const Result<T>& result, int number) {
  return result.value() == nullptr && result.error()->number == number;
}

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

/** A file of its own, without a name, on a disk file system if /var/tmp is one. */
ScopedFd TemporaryFile() {
  std::string name = "/var/tmp/capwright-probe-XXXXXX";
  const int fd = mkstemp(name.data());
  unlink(name.c_str());
  return ScopedFd(fd);
}

ScopedFd HandleOf(const std::string& path) {
  return ScopedFd(open(path.c_str(), O_PATH | O_CLOEXEC));
}

// ── Small things ─────────────────────────────────────────────────────────────────────────────────

void TestErrnoName() {
  CHECK(ErrnoName(EACCES) == "EACCES");
  CHECK(ErrnoName(EAGAIN) == "EAGAIN");
  CHECK(ErrnoName(EOPNOTSUPP) == "EOPNOTSUPP");
  CHECK(ErrnoName(EHWPOISON) == "EHWPOISON");
  CHECK(ErrnoName(0) == "E0");
  CHECK(ErrnoName(41) == "E41");
  CHECK(ErrnoName(524) == "E524");
  CHECK(ErrnoName(-1) == "E-1");
}

void TestScopedFd() {
  ScopedFd first(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = first.get();
  CHECK(first.valid());
  {
    const ScopedFd second(std::move(first));
    CHECK(second.get() == number);
    CHECK(IsOpen(number));
  }
  CHECK(!IsOpen(number));

  ScopedFd kept(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int replaced = kept.get();
  kept = ScopedFd(-1);
  CHECK(!kept.valid());
  CHECK(!IsOpen(replaced));
}

void TestSecurebits() {
  const Result<int> bits = ReadSecurebits();
  CHECK(bits.value() != nullptr && *bits.value() >= 0);
}

// ── Files ────────────────────────────────────────────────────────────────────────────────────────

void TestAttributes() {
  const ScopedFd file = TemporaryFile();
  const ScopedFd handle = HandleOf("/proc/self/fd/" + std::to_string(file.get()));
  CHECK(handle.valid());
  CHECK(FailsWith(ReadAttribute(handle.get(), "user.capwright"), ENODATA));
  CHECK(FailsWith(ReadAttribute(handle.get(), "security.capability"), ENODATA));

  const std::string bytes("\0\1\xff", 3);
  if (fsetxattr(file.get(), "user.capwright", bytes.data(), bytes.size(), 0) == 0) {
    const auto attribute = ReadAttribute(handle.get(), "user.capwright");
    CHECK(attribute.value() != nullptr);
    CHECK(*attribute.value() == std::vector<std::uint8_t>({0, 1, 0xff}));
    CHECK(fsetxattr(file.get(), "user.capwright", "", 0, 0) == 0);
    CHECK(ReadAttribute(handle.get(), "user.capwright").value()->empty());
  }

  CHECK(FailsWith(ReadAttribute(-1, "user.capwright"), ENOENT));
  CHECK(FailsWith(ReadAttribute(1 << 30, "user.capwright"), ENOENT));
  CHECK(FailsWith(ReadAttribute(handle.get(), ""), ERANGE));
  CHECK(FailsWith(ReadAttribute(handle.get(), std::string(4096, 'x').c_str()), ERANGE));
  CHECK(FailsWith(ReadAttribute(handle.get(), "nonsense"), EOPNOTSUPP));
}

void TestAccess() {
  const auto everything = CheckAccess(HandleOf("/dev/null").get());
  CHECK(everything.value() != nullptr);
  CHECK(everything.value()->read && everything.value()->write && !everything.value()->execute);

  const auto program = CheckAccess(HandleOf("/proc/self/exe").get());
  CHECK(program.value() != nullptr && program.value()->read && program.value()->execute);

  CHECK(FailsWith(CheckAccess(-1), EBADF));
  CHECK(FailsWith(CheckAccess(1 << 30), EBADF));
}

// ── Namespaces ───────────────────────────────────────────────────────────────────────────────────

void TestUserNamespaces() {
  const ScopedFd user(open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC));
  const auto chain = WalkUserNamespaces(user.get());
  CHECK(chain.value() != nullptr && !chain.value()->namespaces.empty());
  struct stat facts = {};
  CHECK(stat("/proc/self/ns/user", &facts) == 0);
  CHECK(chain.value()->namespaces.front().inode == facts.st_ino);
  CHECK(chain.value()->namespaces.front().owner.value() != nullptr);

  const ScopedFd network(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  const auto owner = OwningUserNamespace(network.get());
  CHECK(owner.value() != nullptr || owner.error()->number == EPERM);

  const ScopedFd file = TemporaryFile();
  CHECK(FailsWith(WalkUserNamespaces(network.get()), EINVAL));
  CHECK(FailsWith(WalkUserNamespaces(file.get()), ENOTTY));
  CHECK(FailsWith(WalkUserNamespaces(-1), EBADF));
  CHECK(FailsWith(OwningUserNamespace(file.get()), ENOTTY));
  CHECK(FailsWith(OwningUserNamespace(-1), EBADF));
}

/** In a child, since one cannot come back from a new user namespace. */
void TestUserNamespaceFromInside() {
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER) != 0) _exit(2);
    const ScopedFd user(open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC));
    const auto chain = WalkUserNamespaces(user.get());
    const bool hidden = chain.value() != nullptr && chain.value()->end == ChainEnd::kHidden &&
                        chain.value()->namespaces.size() == 1;
    const ScopedFd network(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    _exit(hidden && FailsWith(OwningUserNamespace(network.get()), EPERM) ? 0 : 1);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
    std::puts("  not tried: this machine allows no new user namespace");
    return;
  }
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// ── Links ────────────────────────────────────────────────────────────────────────────────────────

using Datagram = std::vector<std::uint8_t>;

void Append(Datagram& to, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  to.insert(to.end(), bytes, bytes + size);
  to.resize((to.size() + 3) & ~std::size_t{3});
}

Datagram Attribute(int type, const Datagram& payload) {
  const rtattr header = {static_cast<std::uint16_t>(sizeof(rtattr) + payload.size()),
                         static_cast<std::uint16_t>(type)};
  Datagram attribute;
  Append(attribute, &header, sizeof(header));
  Append(attribute, payload.data(), payload.size());
  return attribute;
}

template <typename T>
Datagram Attribute(int type, T value) {
  static_assert(std::is_integral_v<T>, "raw bytes of a number");
  Datagram payload(sizeof(value));
  std::memcpy(payload.data(), &value, sizeof(value));
  return Attribute(type, payload);
}

Datagram Text(int type, const std::string& text) {
  return Attribute(type, Datagram(text.c_str(), text.c_str() + text.size() + 1));
}

Datagram Together(const std::vector<Datagram>& parts) {
  Datagram whole;
  for (const Datagram& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Datagram Message(int type, int flags, const Datagram& payload) {
  nlmsghdr header = {};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + payload.size());
  header.nlmsg_type = static_cast<std::uint16_t>(type);
  header.nlmsg_flags = static_cast<std::uint16_t>(flags);
  Datagram message;
  Append(message, &header, sizeof(header));
  Append(message, payload.data(), payload.size());
  return message;
}

Datagram LinkMessage(const std::vector<Datagram>& attributes, int flags = NLM_F_MULTI) {
  ifinfomsg link = {};
  link.ifi_index = 7;
  link.ifi_flags = IFF_UP;
  Datagram payload;
  Append(payload, &link, sizeof(link));
  const Datagram rest = Together(attributes);
  payload.insert(payload.end(), rest.begin(), rest.end());
  return Message(RTM_NEWLINK, flags, payload);
}

Datagram LinkInfo(const std::string& kind, const std::vector<Datagram>& data) {
  const Datagram whole = Together(
      {Text(IFLA_INFO_KIND, kind), Attribute(IFLA_INFO_DATA | NLA_F_NESTED, Together(data))});
  return Attribute(IFLA_LINKINFO | NLA_F_NESTED, whole);
}

template <typename T>
Datagram Byte(int type, T value) {
  return Attribute(type, static_cast<std::uint8_t>(value));
}

std::vector<Datagram> TunData(int type, int persist, int multi_queue) {
  return {Byte(IFLA_TUN_TYPE, type), Byte(IFLA_TUN_PI, 0), Byte(IFLA_TUN_VNET_HDR, 1),
          Byte(IFLA_TUN_PERSIST, persist), Byte(IFLA_TUN_MULTI_QUEUE, multi_queue)};
}

Datagram TunMessage(const std::vector<Datagram>& data, int carrier = 0) {
  return LinkMessage(
      {Text(IFLA_IFNAME, "tun7"), Byte(IFLA_CARRIER, carrier), LinkInfo("tun", data)});
}

const Datagram kDone = Message(NLMSG_DONE, NLM_F_MULTI, Datagram(4, 0));

int Parse(const Datagram& datagram, LinkDump& dump) {
  // A copy to the byte, so that AddressSanitizer sees the first one too many.
  const Datagram exact(datagram.begin(), datagram.end());
  return ParseLinkDatagram(exact.data(), exact.size(), dump);
}

void TestLinks() {
  std::vector<Datagram> data = TunData(IFF_TUN, 1, 0);
  data.push_back(Attribute(IFLA_TUN_OWNER, std::uint32_t{4294967294U}));
  LinkDump dump;
  CHECK(Parse(Together({TunMessage(data), TunMessage(TunData(IFF_TAP, 0, 0)), kDone}), dump) == 0);
  CHECK(dump.done && !dump.interrupted && dump.devices.size() == 2);
  const TunDevice& tun = dump.devices.at(0);
  CHECK(tun.name == "tun7" && tun.index == 7 && tun.layer == TunLayer::kTun && tun.up);
  CHECK(tun.owner == 4294967294U && !tun.group);
  CHECK(tun.persist && !tun.multi_queue && tun.vnet_hdr && !tun.packet_info);
  CHECK(tun.attached == false);
  CHECK(dump.devices.at(1).layer == TunLayer::kTap && dump.devices.at(1).attached == true);
}

void TestQueuesDecideOverCarrier() {
  std::vector<Datagram> data = TunData(IFF_TUN, 1, 1);
  data.push_back(Attribute(IFLA_TUN_NUM_QUEUES, std::uint32_t{0}));
  data.push_back(Attribute(IFLA_TUN_NUM_DISABLED_QUEUES, std::uint32_t{1}));
  LinkDump dump;
  CHECK(Parse(TunMessage(data, 0), dump) == 0 && dump.devices.at(0).attached == true);
}

void TestOtherLinks() {
  LinkDump dump;
  const Datagram plain = LinkMessage({Text(IFLA_IFNAME, "eth0")});
  const Datagram bridge = LinkMessage({Text(IFLA_IFNAME, "br0"), LinkInfo("bridge", {})});
  CHECK(Parse(Together({plain, bridge, Message(NLMSG_NOOP, 0, {})}), dump) == 0);
  CHECK(dump.devices.empty() && !dump.done);
}

void TestControl() {
  LinkDump interrupted;
  const Datagram torn = LinkMessage({}, NLM_F_MULTI | NLM_F_DUMP_INTR);
  CHECK(Parse(torn, interrupted) == 0 && interrupted.interrupted);

  LinkDump refused;
  Datagram error(sizeof(nlmsgerr));
  const std::int32_t code = -EPERM;
  std::memcpy(error.data(), &code, sizeof(code));
  CHECK(Parse(Message(NLMSG_ERROR, 0, error), refused) == EPERM);
  CHECK(Parse(Message(NLMSG_DONE, 0, error), refused = {}) == EPERM);
  CHECK(Parse(Message(NLMSG_ERROR, 0, Datagram(4, 0)), refused = {}) == EBADMSG);
  CHECK(Parse(Message(NLMSG_ERROR, 0, {}), refused = {}) == EBADMSG);
  CHECK(Parse(Message(NLMSG_DONE, 0, Datagram(4, 0x7f)), refused = {}) == EBADMSG);
}

void TestMalformed() {
  LinkDump dump;
  CHECK(Parse({}, dump) == 0);
  CHECK(Parse(Datagram(3, 0), dump) == EBADMSG);
  CHECK(Parse(Datagram(16, 0), dump) == EBADMSG);
  CHECK(Parse(Message(RTM_NEWLINK, 0, Datagram(4, 0)), dump) == EBADMSG);
  // A device whose kind says TUN and whose data do not.
  CHECK(Parse(TunMessage({}), dump) == EBADMSG);
  CHECK(Parse(TunMessage(TunData(9, 1, 0)), dump) == EBADMSG);
  CHECK(Parse(LinkMessage({Text(IFLA_IFNAME, "tun7"), LinkInfo("tun", {Datagram{4, 0}})}), dump) ==
        EBADMSG);
  CHECK(Parse(LinkMessage({Datagram{3, 0, 3, 0}}), dump) == EBADMSG);
  CHECK(Parse(LinkMessage({Datagram{0xff, 0xff, 3, 0}}), dump) == EBADMSG);
  CHECK(dump.devices.empty());

  LinkDump cut;
  const Datagram whole = TunMessage(TunData(IFF_TUN, 1, 0));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    CHECK(Parse(Datagram(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), cut) ==
          EBADMSG);
  }
}

/** Whatever is in it, a datagram ends in an answer. */
void TestMutations() {
  constexpr int kRounds = 200'000;
  const Datagram whole = Together({TunMessage(TunData(IFF_TUN, 1, 0)), LinkMessage({}), kDone});
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): the same rounds every time
  std::mt19937 random(20'260'101);
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    Datagram mutated = whole;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      mutated[random() % mutated.size()] = static_cast<std::uint8_t>(random());
    }
    mutated.resize(random() % (mutated.size() + 1));
    LinkDump dump;
    if (Parse(mutated, dump) != 0) ++refused;
  }
  CHECK(refused > kRounds / 2);
}

void TestListing() {
  const auto devices = ListTunDevices();
  CHECK(devices.value() != nullptr);
}

// ── Attempts ─────────────────────────────────────────────────────────────────────────────────────

void TestAttempt() {
  const ScopedFd file = TemporaryFile();
  const TunFlags all = {true, true, true, true};
  CHECK(FailsWith(AttachTun(file.get(), "tun7", TunLayer::kTun, {}), ENOTTY));
  CHECK(FailsWith(AttachTun(file.get(), "", TunLayer::kTap, all), ENOTTY));
  CHECK(FailsWith(AttachTun(-1, "", TunLayer::kTun, {}), EBADF));
  CHECK(FailsWith(AttachTun(file.get(), std::string(15, 'x'), TunLayer::kTun, {}), ENOTTY));
  CHECK(FailsWith(AttachTun(file.get(), std::string(16, 'x'), TunLayer::kTun, {}), ENAMETOOLONG));
  CHECK(FailsWith(AttachTun(file.get(), std::string(1 << 20, 'x'), TunLayer::kTun, {}),
                  ENAMETOOLONG));
}

void TestUserNamespaceAttempt() {
  // Whatever it is allowed, the process itself stays where it is, with the descriptors and signals
  // it had.
  struct stat before = {};
  struct stat after = {};
  CHECK(stat("/proc/self/ns/user", &before) == 0);
  const int free_before = dup(0);
  close(free_before);
  sigset_t blocked_before;
  sigset_t blocked_after;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked_before);
  const Result<std::optional<CallError>> attempt = AttemptUserNamespace();
  CHECK(attempt.value() != nullptr);
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked_after);
  for (int signal = 1; signal < NSIG; ++signal) {
    CHECK(sigismember(&blocked_before, signal) == sigismember(&blocked_after, signal));
  }
  // The child had other credentials and our memory, which stays as open to others as it was.
  CHECK(prctl(PR_GET_DUMPABLE) == 1);
  CHECK(stat("/proc/self/ns/user", &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  const int free_after = dup(0);
  close(free_after);
  CHECK(free_before == free_after);
  CHECK(waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD);
}

int RunAll() {
  TestErrnoName();
  TestScopedFd();
  TestSecurebits();
  TestAttributes();
  TestAccess();
  TestUserNamespaces();
  TestUserNamespaceFromInside();
  TestLinks();
  TestQueuesDecideOverCarrier();
  TestOtherLinks();
  TestControl();
  TestMalformed();
  TestMutations();
  TestListing();
  TestAttempt();
  TestUserNamespaceAttempt();
  return CheckStatus();
}

}  // namespace
}  // namespace capwright

int main() { return capwright::RunAll(); }
