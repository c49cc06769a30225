#include "capabilities.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "refusal.h"

namespace capwright {
namespace {

/** By number, as in capabilities(7). */
constexpr std::array<std::string_view, 41> kNames = {"cap_chown",
                                                     "cap_dac_override",
                                                     "cap_dac_read_search",
                                                     "cap_fowner",
                                                     "cap_fsetid",
                                                     "cap_kill",
                                                     "cap_setgid",
                                                     "cap_setuid",
                                                     "cap_setpcap",
                                                     "cap_linux_immutable",
                                                     "cap_net_bind_service",
                                                     "cap_net_broadcast",
                                                     "cap_net_admin",
                                                     "cap_net_raw",
                                                     "cap_ipc_lock",
                                                     "cap_ipc_owner",
                                                     "cap_sys_module",
                                                     "cap_sys_rawio",
                                                     "cap_sys_chroot",
                                                     "cap_sys_ptrace",
                                                     "cap_sys_pacct",
                                                     "cap_sys_admin",
                                                     "cap_sys_boot",
                                                     "cap_sys_nice",
                                                     "cap_sys_resource",
                                                     "cap_sys_time",
                                                     "cap_sys_tty_config",
                                                     "cap_mknod",
                                                     "cap_lease",
                                                     "cap_audit_write",
                                                     "cap_audit_control",
                                                     "cap_setfcap",
                                                     "cap_mac_override",
                                                     "cap_mac_admin",
                                                     "cap_syslog",
                                                     "cap_wake_alarm",
                                                     "cap_block_suspend",
                                                     "cap_audit_read",
                                                     "cap_perfmon",
                                                     "cap_bpf",
                                                     "cap_checkpoint_restore"};

constexpr std::string_view kPrefix = "cap_";

/** The number of `net_admin` or `cap_net_admin`, in lower case; none where there is no such name.
 */
std::optional<unsigned> ParseCapability(std::string_view name) {
  for (unsigned number = 0; number < kNames.size(); ++number) {
    std::string_view known = kNames[number];
    if (name == known) return number;
    known.remove_prefix(kPrefix.size());
    if (name == known) return number;
  }
  return std::nullopt;
}

/** Sets ambient to what permitted and inheritable hold. */
void RaiseAmbient(CapabilitySet set) {
  for (unsigned number = 0; number < kMostCapabilities; ++number) {
    if ((set >> number & 1) == 0) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, static_cast<std::size_t>(number), 0UL, 0UL) !=
        0) {
      RefuseCall("prctl(PR_CAP_AMBIENT_RAISE)");
    }
  }
}

}  // namespace

std::optional<CapabilitySet> ParseCapabilities(std::string_view list) {
  CapabilitySet set = 0;
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string_view name(list.data(), comma == std::string_view::npos ? list.size() : comma);
    const std::optional<unsigned> number = ParseCapability(name);
    if (!number) return std::nullopt;
    set |= CapabilitySet{1} << *number;
    if (comma == std::string_view::npos) return set;
    list.remove_prefix(comma + 1);
  }
}

std::string_view CapabilityName(unsigned number) {
  return number < kNames.size() ? kNames[number] : std::string_view();
}

CapabilitySet PermittedSet() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data = {};
  if (syscall(SYS_capget, &header, data.data()) != 0) RefuseCall("capget");
  return data[0].permitted | CapabilitySet{data[1].permitted} << 32;
}

CapabilitySet EveryCapability() {
  CapabilitySet set = 0;
  // PR_CAPBSET_READ: EINVAL from the first number on that the kernel does not have.
  for (unsigned number = 0; number < kMostCapabilities; ++number) {
    if (prctl(PR_CAPBSET_READ, static_cast<std::size_t>(number), 0UL, 0UL, 0UL) < 0) break;
    set |= CapabilitySet{1} << number;
  }
  return set;
}

void HoldExactly(CapabilitySet set) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const auto low = static_cast<std::uint32_t>(set);
  const auto high = static_cast<std::uint32_t>(set >> 32);
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data = {
      {{low, low, low}, {high, high, high}}};
  // What leaves permitted or inheritable leaves the ambient set with it, cap_capset().
  if (syscall(SYS_capset, &header, data.data()) != 0) RefuseCall("capset");
  RaiseAmbient(set);
}

}  // namespace capwright
