// The program that units start: says what it was given and what it may do, a JSON line for each, on
// standard output. Each line is one write(2): where a system call filter kills the process, what was
// found before is told.
//
//     witness … LABEL     the last argument comes first in every line

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *label;

__attribute__((format(printf, 1, 2))) static void report(const char *format, ...) {
  char line[4096];
  const int head = snprintf(line, sizeof line, "{\"label\":\"%s\",", label);
  va_list arguments;
  va_start(arguments, format);
  const int body = vsnprintf(line + head, sizeof line - (size_t)head, format, arguments);
  va_end(arguments);
  const size_t length = (size_t)head + (size_t)body;
  memcpy(line + length, "}\n", 2);
  if (write(STDOUT_FILENO, line, length + 2) < 0) _exit(100);
}

static unsigned long long joined(unsigned low, unsigned high) {
  return (unsigned long long)high << 32 | low;
}

// A bit for each capability of which `has` is true, up to the kernel's last one.
static unsigned long long set_of(int option, unsigned long argument) {
  unsigned long long set = 0;
  for (unsigned long bit = 0; bit < 64; bit++) {
    const int has =
        option == PR_CAPBSET_READ ? prctl(option, bit) : prctl(option, argument, bit, 0, 0);
    if (has < 0) break;
    if (has == 1) set |= 1ULL << bit;
  }
  return set;
}

static unsigned long long inode_of(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 ? found.st_ino : 0;
}

static void report_credentials(void) {
  unsigned uid[3], gid[3];
  gid_t groups[256];
  char members[4096] = "";
  getresuid(&uid[0], &uid[1], &uid[2]);
  getresgid(&gid[0], &gid[1], &gid[2]);
  const int count = getgroups(256, groups);
  size_t used = 0;
  for (int i = 0; i < count; i++)
    used += (size_t)snprintf(members + used, sizeof members - used, "%s%u", i == 0 ? "" : ",",
                             groups[i]);

  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}};
  syscall(SYS_capget, &header, data);
  report(
      "\"credentials\":{\"uid\":[%u,%u,%u],\"gid\":[%u,%u,%u],\"groups\":[%s],"
      "\"permitted\":\"0x%llx\",\"effective\":\"0x%llx\",\"inheritable\":\"0x%llx\","
      "\"bounding\":\"0x%llx\",\"ambient\":\"0x%llx\",\"noNewPrivs\":%s,\"securebits\":%d,"
      "\"secureExec\":%s}",
      uid[0], uid[1], uid[2], gid[0], gid[1], gid[2], members,
      joined(data[0].permitted, data[1].permitted), joined(data[0].effective, data[1].effective),
      joined(data[0].inheritable, data[1].inheritable), set_of(PR_CAPBSET_READ, 0),
      set_of(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET),
      prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "true" : "false", prctl(PR_GET_SECUREBITS),
      getauxval(AT_SECURE) != 0 ? "true" : "false");
}

// Inode numbers name namespaces; 0 where /proc is not to be seen.
static void report_namespaces(void) {
  report("\"namespaces\":{\"user\":%llu,\"net\":%llu,\"mnt\":%llu}",
         inode_of("/proc/self/ns/user"), inode_of("/proc/self/ns/net"),
         inode_of("/proc/self/ns/mnt"));
}

// `failed`: the call that did, or NULL.
static void report_operation(const char *operation, const char *failed, int error) {
  if (failed == NULL)
    report("\"operation\":\"%s\",\"call\":null,\"errno\":null", operation);
  else
    report("\"operation\":\"%s\",\"call\":\"%s\",\"errno\":\"%s\"", operation, failed,
           strerrorname_np(error));
}

static void create_tun(void) {
  const char *const operation = "tun.create";
  const int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (device < 0) {
    report_operation(operation, "open(/dev/net/tun)", errno);
    return;
  }
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "witness%d"};
  // A device that is there already: it attaches to that one.
  const char *const existing = getenv("WITNESS_TUN");
  if (existing != NULL) snprintf(request.ifr_name, sizeof request.ifr_name, "%s", existing);
  const bool failed = ioctl(device, TUNSETIFF, &request) < 0;
  report_operation(operation, failed ? "ioctl(TUNSETIFF)" : NULL, errno);
  close(device);
}

static void open_socket(const char *operation, int family, int type, int protocol) {
  const int opened = socket(family, type | SOCK_CLOEXEC, protocol);
  report_operation(operation, opened < 0 ? "socket" : NULL, errno);
  if (opened >= 0) close(opened);
}

static void bind_low_port(void) {
  const char *const operation = "bind.low-port";
  const int opened = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (opened < 0) {
    report_operation(operation, "socket", errno);
    return;
  }
  // Others do the same at the same time: each begins elsewhere, but where a port is meant.
  const char *const meant = getenv("WITNESS_PORT");
  const unsigned first = meant == NULL ? (unsigned)getpid() : (unsigned)atoi(meant) - 1;
  int failed = -1;
  for (unsigned attempt = 0; attempt < 1023 && failed != 0; attempt++) {
    const unsigned port = 1 + (first + attempt) % 1023;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    failed = bind(opened, (struct sockaddr *)&address, sizeof address);
    if (failed != 0 && errno != EADDRINUSE) break;
  }
  report_operation(operation, failed != 0 ? "bind" : NULL, errno);
  close(opened);
}

// Adds or removes an address of the loopback device. Returns an errno, 0 when it is done.
static int change_address(int netlink, unsigned short type, unsigned host) {
  struct {
    struct nlmsghdr header;
    struct ifaddrmsg message;
    struct rtattr attribute;
    unsigned address;
  } request = {
      .header = {.nlmsg_len = sizeof request,
                 .nlmsg_type = type,
                 .nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK |
                                                 (type == RTM_NEWADDR ? NLM_F_CREATE : 0))},
      .message = {.ifa_family = AF_INET,
                  .ifa_prefixlen = 32,
                  .ifa_scope = RT_SCOPE_HOST,
                  .ifa_index = 1},
      .attribute = {.rta_len = RTA_LENGTH(sizeof(unsigned)), .rta_type = IFA_LOCAL},
      .address = htonl(host),
  };
  if (send(netlink, &request, sizeof request, 0) < 0) return errno;
  struct {
    struct nlmsghdr header;
    struct nlmsgerr body;
    char rest[512];
  } answer;
  if (recv(netlink, &answer, sizeof answer, 0) < (ssize_t)NLMSG_LENGTH(sizeof(int))) return EBADMSG;
  return answer.header.nlmsg_type == NLMSG_ERROR ? -answer.body.error : EBADMSG;
}

static void write_netlink(void) {
  const char *const operation = "netlink.write";
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) {
    report_operation(operation, "socket", errno);
    return;
  }
  const unsigned host = 0x7f800000U | ((unsigned)getpid() & 0x7fffffU);
  const int added = change_address(netlink, RTM_NEWADDR, host);
  const int error = added == 0 ? change_address(netlink, RTM_DELADDR, host) : added;
  report_operation(operation, error != 0 ? "rtnetlink" : NULL, error);
  close(netlink);
}

int main(int count, char **arguments) {
  label = count > 1 ? arguments[count - 1] : "";
  report_credentials();
  report_namespaces();
  create_tun();
  open_socket("socket.packet", AF_PACKET, SOCK_RAW, 0);
  open_socket("socket.raw", AF_INET, SOCK_RAW, IPPROTO_ICMP);
  bind_low_port();
  write_netlink();
  return 0;
}
