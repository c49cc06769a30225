/*
 * Does every operation of the table, each in a process of its own, in one context, and prints what
 * the kernel answered. The context is the command line:
 *
 *   runner UID CAPS USERNS NETNS FLAGS
 *
 * UID      the user id, and the group id, of the process
 * CAPS     its permitted and effective capabilities, in hexadecimal
 * USERNS   initial; root or same: a user namespace of its own, which maps UID to 0 or to itself
 * NETNS    initial: owned by the initial user namespace; own: by the process's; child: by a user
 *          namespace that UID created
 * FLAGS    letters: n no_new_privs, s a seccomp filter that allows all, S one that refuses
 *          unshare(2), setns(2) and bpf(2), l netlink sockets are opened before the capabilities are
 *          raised, t the TUN node is opened in another network namespace, p ping sockets for
 *          all groups, b ports from 80 are unprivileged, m user.max_user_namespaces is 0; - none
 *
 * It must be started as root in a mount namespace of its own. It makes network namespaces of its own
 * and touches no other.
 */
#define _GNU_SOURCE
/* The C library's come first: the kernel's give way to them, not the other way round. */
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/fib_rules.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/if_vlan.h>
#include <linux/inet_diag.h>
#include <linux/ipv6.h>
#include <linux/mroute.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/net_tstamp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp_metrics.h>
#include <linux/veth.h>
#include <linux/vm_sockets.h>
#include <linux/xfrm.h>

static unsigned long long wanted;
static int late, elsewhere;
/* Nodes that were opened in another network namespace: one for each operation of the family. */
static int nodes[8];
static size_t turn;

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(2);
}

static int set_caps(unsigned long long effective, unsigned long long permitted) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {
      {(__u32)effective, (__u32)permitted, 0},
      {(__u32)(effective >> 32), (__u32)(permitted >> 32), 0}};
  return (int)syscall(SYS_capset, &header, data);
}

/* Zero, or the errno of the call. */
static int outcome(long result) { return result < 0 ? errno : 0; }

static int on_socket(int family, int type, int protocol) {
  return socket(family, type | SOCK_CLOEXEC, protocol);
}

static int set_int(int fd, int level, int name, int value) {
  if (fd < 0) return errno;
  return outcome(setsockopt(fd, level, name, &value, sizeof value));
}

static int udp(void) { return on_socket(AF_INET, SOCK_DGRAM, 0); }
static int udp6(void) { return on_socket(AF_INET6, SOCK_DGRAM, 0); }
static int tcp(void) { return on_socket(AF_INET, SOCK_STREAM, 0); }

/* ── TUN ─────────────────────────────────────────────────────────────────────────────────────── */

static int tun_fd = -1;

static int tun(short flags, const char *name) {
  if (elsewhere) {
    tun_fd = nodes[turn];
  } else {
    tun_fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun_fd < 0) return errno;
  }
  struct ifreq request = {0};
  request.ifr_flags = flags;
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  return outcome(ioctl(tun_fd, TUNSETIFF, &request));
}

static int tun_create(void) { return tun(IFF_TUN | IFF_NO_PI, ""); }
static int tap_create(void) { return tun(IFF_TAP | IFF_NO_PI, ""); }
static int tun_multi_queue(void) { return tun(IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, ""); }
static int tap_napi_frags(void) { return tun(IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_NAPI_FRAGS, ""); }

static int tun_persist(void) {
  int error = tun(IFF_TUN | IFF_NO_PI, "");
  if (error) return error;
  error = outcome(ioctl(tun_fd, TUNSETPERSIST, 1));
  return error ? error : outcome(ioctl(tun_fd, TUNSETPERSIST, 0));
}

static int tun_set_owner(void) {
  int error = tun(IFF_TUN | IFF_NO_PI, "");
  return error ? error : outcome(ioctl(tun_fd, TUNSETOWNER, getuid()));
}

static int tap_set_filter(void) {
  int error = tun(IFF_TAP | IFF_NO_PI, "");
  struct tun_filter filter = {0};
  return error ? error : outcome(ioctl(tun_fd, TUNSETTXFILTER, &filter));
}

static int tun_namespace(void) {
  int error = tun(IFF_TUN | IFF_NO_PI, "");
  return error ? error : outcome(ioctl(tun_fd, TUNGETDEVNETNS, 0));
}

/* ── Sockets, ports, options ─────────────────────────────────────────────────────────────────── */

static int socket_packet(void) { return outcome(on_socket(AF_PACKET, SOCK_RAW, 0)); }
static int socket_raw(void) { return outcome(on_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static int socket_raw6(void) { return outcome(on_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)); }
static int socket_ping(void) { return outcome(on_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)); }
static int socket_ping6(void) { return outcome(on_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)); }
static int socket_xdp(void) { return outcome(on_socket(AF_XDP, SOCK_RAW, 0)); }
static int socket_key(void) { return outcome(on_socket(AF_KEY, SOCK_RAW, 2)); }
static int socket_vsock(void) { return outcome(on_socket(AF_VSOCK, SOCK_STREAM, 0)); }
static int socket_namespace(void) { return outcome(ioctl(udp(), SIOCGSKNS)); }

static int packet_promiscuous(void) {
  int fd = on_socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) return errno;
  struct packet_mreq request = {.mr_ifindex = (int)if_nametoindex("lo"), .mr_type = PACKET_MR_PROMISC};
  return outcome(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request));
}

static int bind4(int type) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
  return outcome(bind(on_socket(AF_INET, type, 0), (struct sockaddr *)&address, sizeof address));
}

static int bind_low_port(void) { return bind4(SOCK_STREAM); }
static int bind_low_port_udp(void) { return bind4(SOCK_DGRAM); }

static int bind_low_port6(void) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
  return outcome(
      bind(on_socket(AF_INET6, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}

static int bind_vsock_low_port(void) {
  struct sockaddr_vm address = {
      .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = 1000};
  return outcome(
      bind(on_socket(AF_VSOCK, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}

static int bind_foreign_address(void) {
  int fd = udp(), error = set_int(fd, SOL_IP, IP_TRANSPARENT, 1);
  if (error) return error;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
  address.sin_addr.s_addr = htonl(0x08080808);
  return outcome(bind(fd, (struct sockaddr *)&address, sizeof address));
}

static int option_mark(void) { return set_int(udp(), SOL_SOCKET, SO_MARK, 7); }
static int option_priority(void) { return set_int(udp(), SOL_SOCKET, SO_PRIORITY, 7); }
static int option_rcvbufforce(void) { return set_int(udp(), SOL_SOCKET, SO_RCVBUFFORCE, 65536); }
static int option_sndbufforce(void) { return set_int(udp(), SOL_SOCKET, SO_SNDBUFFORCE, 65536); }
static int option_debug(void) { return set_int(udp(), SOL_SOCKET, SO_DEBUG, 1); }
static int option_busy_poll(void) { return set_int(udp(), SOL_SOCKET, 69 /* PREFER_BUSY_POLL */, 1); }
static int option_transparent(void) { return set_int(udp(), SOL_IP, IP_TRANSPARENT, 1); }
static int option_transparent6(void) { return set_int(udp6(), SOL_IPV6, 75 /* TRANSPARENT */, 1); }
static int option_tcp_repair(void) { return set_int(tcp(), SOL_TCP, TCP_REPAIR, 1); }

static int bind_device(int fd, const char *name) {
  return outcome(
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1));
}
static int option_bind_to_device(void) { return bind_device(udp(), "lo"); }
static int option_rebind_to_device(void) {
  int fd = udp(), error = bind_device(fd, "lo");
  return error ? error : bind_device(fd, "v0");
}

static int option_transmit_time(void) {
  struct sock_txtime time = {.clockid = CLOCK_TAI, .flags = 0};
  return outcome(setsockopt(udp(), SOL_SOCKET, SO_TXTIME, &time, sizeof time));
}

static int option_hop_options(void) {
  unsigned char padding[8] = {0, 0, 1, 4, 0, 0, 0, 0};
  return outcome(setsockopt(udp6(), SOL_IPV6, IPV6_HOPOPTS, padding, sizeof padding));
}

static int option_xfrm_policy(void) {
  struct xfrm_userpolicy_info policy = {.action = XFRM_POLICY_ALLOW, .dir = XFRM_POLICY_OUT};
  policy.sel.family = AF_INET;
  return outcome(setsockopt(udp(), SOL_IP, IP_XFRM_POLICY, &policy, sizeof policy));
}

/* The first that is available and not allowed to all. */
static char restricted_algorithm[32];
static int option_congestion_control(void) {
  return outcome(setsockopt(tcp(), SOL_TCP, TCP_CONGESTION, restricted_algorithm,
                            (socklen_t)strlen(restricted_algorithm)));
}

static int option_multicast_routing(void) {
  int fd = on_socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
  if (fd < 0) return errno;
  set_int(fd, SOL_IP, MRT_INIT, 1);
  struct vifctl vif = {.vifc_flags = VIFF_USE_IFINDEX};
  vif.vifc_lcl_ifindex = (int)if_nametoindex("v0");
  int other = on_socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
  return outcome(setsockopt(other, SOL_IP, MRT_ADD_VIF, &vif, sizeof vif));
}

static int option_attach_filter(void) {
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, 0xffff)};
  struct sock_fprog program = {1, code};
  return outcome(setsockopt(udp(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
}

/* ── Netlink ─────────────────────────────────────────────────────────────────────────────────── */

struct message {
  struct nlmsghdr header;
  char body[1024];
};

static void *start(struct message *m, int type, int flags, const void *payload, size_t size) {
  memset(m, 0, sizeof *m);
  m->header.nlmsg_len = (__u32)NLMSG_SPACE(size);
  m->header.nlmsg_type = (__u16)type;
  m->header.nlmsg_flags = (__u16)(NLM_F_REQUEST | NLM_F_ACK | flags);
  memcpy(NLMSG_DATA(&m->header), payload, size);
  return m;
}

static struct nlattr *attribute(struct message *m, int type, const void *value, size_t size) {
  struct nlattr *a = (void *)((char *)m + NLMSG_ALIGN(m->header.nlmsg_len));
  a->nla_type = (__u16)type;
  a->nla_len = (__u16)(NLA_HDRLEN + size);
  if (size > 0) memcpy((char *)a + NLA_HDRLEN, value, size);
  m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len) + NLA_ALIGN(a->nla_len);
  return a;
}

static void close_nest(struct message *m, struct nlattr *nest) {
  nest->nla_len = (__u16)((char *)m + m->header.nlmsg_len - (char *)nest);
}

static int netlink(int protocol) {
  if (late) set_caps(0, wanted);
  int fd = on_socket(AF_NETLINK, SOCK_RAW, protocol);
  int error = errno;
  if (late) set_caps(wanted, wanted);
  errno = error;
  return fd;
}

/* The error of the answer: that of the acknowledgement, or of the first message. */
static int ask_on(int fd, struct message *m, char *answer, size_t size) {
  if (fd < 0) return errno;
  if (send(fd, m, m->header.nlmsg_len, 0) < 0) return errno;
  ssize_t got = recv(fd, answer, size, 0);
  if (got < 0) return errno;
  struct nlmsghdr *header = (void *)answer;
  if (header->nlmsg_type == NLMSG_ERROR)
    return -((struct nlmsgerr *)NLMSG_DATA(header))->error;
  /* The end of a dump can carry an error as well. */
  if (header->nlmsg_type == NLMSG_DONE && header->nlmsg_len >= NLMSG_LENGTH(sizeof(int)))
    return -*(int *)NLMSG_DATA(header);
  return 0;
}

static int ask(int protocol, struct message *m) {
  static char answer[65536];
  return ask_on(netlink(protocol), m, answer, sizeof answer);
}

static int netlink_read(void) {
  struct message m;
  struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
  start(&m, RTM_GETLINK, NLM_F_DUMP, &link, sizeof link);
  return ask(NETLINK_ROUTE, &m);
}

static int link_up(const char *name) {
  struct message m;
  struct ifinfomsg link = {.ifi_index = (int)if_nametoindex(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  start(&m, RTM_NEWLINK, 0, &link, sizeof link);
  return ask(NETLINK_ROUTE, &m);
}
static int netlink_write(void) { return link_up("lo"); }

static int create_link(const char *name, const char *kind) {
  struct message m;
  struct ifinfomsg link = {0};
  start(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  attribute(&m, IFLA_IFNAME, name, strlen(name) + 1);
  struct nlattr *info = attribute(&m, IFLA_LINKINFO, NULL, 0);
  attribute(&m, IFLA_INFO_KIND, kind, strlen(kind) + 1);
  close_nest(&m, info);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_link_create(void) { return create_link("v9", "veth"); }
static int wireguard_create(void) { return create_link("wg9", "wireguard"); }

static int netlink_address(void) {
  struct message m;
  struct ifaddrmsg address = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = if_nametoindex("v0")};
  in_addr_t local = htonl(0x0a090901);
  start(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &address, sizeof address);
  attribute(&m, IFA_LOCAL, &local, sizeof local);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_route(void) {
  struct message m;
  struct rtmsg route = {.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_BOOT, .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
  in_addr_t destination = htonl(0x0a0a0a00);
  __u32 device = if_nametoindex("lo");
  start(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &route, sizeof route);
  attribute(&m, RTA_DST, &destination, sizeof destination);
  attribute(&m, RTA_OIF, &device, sizeof device);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_rule(void) {
  struct message m;
  struct fib_rule_hdr rule = {.family = AF_INET, .table = 100, .action = FR_ACT_TO_TBL};
  __u32 mark = 7;
  start(&m, RTM_NEWRULE, NLM_F_CREATE, &rule, sizeof rule);
  attribute(&m, FRA_FWMARK, &mark, sizeof mark);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_neighbour(void) {
  struct message m;
  struct ndmsg neighbour = {.ndm_family = AF_INET, .ndm_ifindex = (int)if_nametoindex("v0"), .ndm_state = NUD_PERMANENT};
  in_addr_t address = htonl(0x0a090905);
  start(&m, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &neighbour, sizeof neighbour);
  attribute(&m, NDA_DST, &address, sizeof address);
  attribute(&m, NDA_LLADDR, "\2\0\0\0\0\1", 6);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_queueing(void) {
  struct message m;
  struct tcmsg queue = {.tcm_family = AF_UNSPEC, .tcm_ifindex = (int)if_nametoindex("v0"), .tcm_parent = TC_H_ROOT};
  start(&m, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, &queue, sizeof queue);
  attribute(&m, TCA_KIND, "pfifo", 6);
  return ask(NETLINK_ROUTE, &m);
}

static int netlink_namespace_id(void) {
  struct message m;
  struct rtgenmsg family = {AF_UNSPEC};
  start(&m, RTM_NEWNSID, 0, &family, sizeof family);
  __s32 id = -1;
  __u32 pid = (__u32)getpid();
  attribute(&m, NETNSA_NSID, &id, sizeof id);
  attribute(&m, NETNSA_PID, &pid, sizeof pid);
  int error = ask(NETLINK_ROUTE, &m);
  return error == EEXIST ? 0 : error; /* the id was given by another operation */
}

static int netlink_socket_destroy(void) {
  int listening = tcp();
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9999)};
  if (bind(listening, (struct sockaddr *)&address, sizeof address) < 0) return errno;
  listen(listening, 1);
  struct message m;
  struct inet_diag_req_v2 request = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP};
  request.id.idiag_sport = htons(9999);
  request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  start(&m, SOCK_DESTROY, 0, &request, sizeof request);
  return ask(NETLINK_SOCK_DIAG, &m);
}

static int xfrm_write(void) {
  struct message m;
  struct xfrm_usersa_flush flush = {0};
  start(&m, XFRM_MSG_FLUSHSA, 0, &flush, sizeof flush);
  int error = ask(NETLINK_XFRM, &m);
  return error == ESRCH ? 0 : error; /* there was nothing to flush */
}

static int xfrm_read(void) {
  struct message m;
  char nothing = 0;
  start(&m, XFRM_MSG_GETSA, NLM_F_DUMP, &nothing, 0);
  return ask(NETLINK_XFRM, &m);
}

/* The number of a family; negative is the errno. */
static int family_of(const char *name) {
  struct message m;
  static char answer[65536];
  struct genlmsghdr command = {.cmd = CTRL_CMD_GETFAMILY, .version = 1};
  start(&m, GENL_ID_CTRL, 0, &command, sizeof command);
  attribute(&m, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
  int error = ask_on(on_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), &m, answer, sizeof answer);
  if (error) return -error;
  struct nlmsghdr *header = (void *)answer;
  char *at = (char *)NLMSG_DATA(header) + GENL_HDRLEN, *end = answer + header->nlmsg_len;
  while (at < end) {
    struct nlattr *a = (void *)at;
    if (a->nla_type == CTRL_ATTR_FAMILY_ID) return *(__u16 *)(at + NLA_HDRLEN);
    at += NLA_ALIGN(a->nla_len);
  }
  return -ENOMSG;
}

static int generic(const char *name, int command, void (*fill)(struct message *)) {
  int family = family_of(name);
  if (family < 0) return -family;
  struct message m;
  struct genlmsghdr header = {.cmd = (__u8)command, .version = 1};
  start(&m, family, 0, &header, sizeof header);
  if (fill) fill(&m);
  return ask(NETLINK_GENERIC, &m);
}

static void ethtool_device(struct message *m) {
  struct nlattr *nest = attribute(m, ETHTOOL_A_DEBUG_HEADER | NLA_F_NESTED, NULL, 0);
  attribute(m, ETHTOOL_A_HEADER_DEV_NAME, "v0", 3);
  close_nest(m, nest);
}

/* veth has no message level to set: past the gate it says so. */
static int ethtool_set(void) {
  int error = generic("ethtool", ETHTOOL_MSG_DEBUG_SET, ethtool_device);
  return error == EOPNOTSUPP || error == EINVAL ? 0 : error;
}

static void mptcp_address(struct message *m) {
  struct nlattr *nest = attribute(m, 1 | NLA_F_NESTED, NULL, 0);
  __u16 family = AF_INET;
  in_addr_t address = htonl(0x0a090909);
  __u32 flags = 1;
  __u8 id = 9;
  attribute(m, 1, &family, sizeof family);
  attribute(m, 2, &id, sizeof id);
  attribute(m, 3, &address, sizeof address);
  attribute(m, 6, &flags, sizeof flags);
  close_nest(m, nest);
}
static int mptcp_endpoint(void) { return generic("mptcp_pm", 1, mptcp_address); }
static int tcp_metrics_flush(void) { return generic("tcp_metrics", TCP_METRICS_CMD_DEL, NULL); }
static int wireguard_configure(void) { return generic("wireguard", 1, NULL); }

/* ── Interfaces ──────────────────────────────────────────────────────────────────────────────── */

static int interface(unsigned long request, const char *name, void (*fill)(struct ifreq *)) {
  struct ifreq value = {0};
  strncpy(value.ifr_name, name, IFNAMSIZ - 1);
  fill(&value);
  return outcome(ioctl(udp(), request, &value));
}

static void up(struct ifreq *value) { value->ifr_flags = IFF_UP; }
static void promiscuous(struct ifreq *value) { value->ifr_flags = IFF_UP | IFF_PROMISC; }
static void mtu(struct ifreq *value) { value->ifr_mtu = 1400; }
static void queue_length(struct ifreq *value) { value->ifr_qlen = 500; }
static void no_map(struct ifreq *value) { memset(&value->ifr_map, 0, sizeof value->ifr_map); }
static void hardware_address(struct ifreq *value) {
  value->ifr_hwaddr.sa_family = ARPHRD_ETHER;
  memcpy(value->ifr_hwaddr.sa_data, "\2\0\0\0\0\7", 6);
}
static void address4(struct ifreq *value) {
  struct sockaddr_in *address = (void *)&value->ifr_addr;
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(0x0a0b0c01);
}
static void new_name(struct ifreq *value) { strcpy(value->ifr_newname, "v1"); }

static int interface_up(void) { return interface(SIOCSIFFLAGS, "v0", up); }
static int interface_promiscuous(void) { return interface(SIOCSIFFLAGS, "v0", promiscuous); }
static int interface_address(void) { return interface(SIOCSIFADDR, "v0", address4); }
static int interface_mtu(void) { return interface(SIOCSIFMTU, "v0", mtu); }
static int interface_hardware_address(void) { return interface(SIOCSIFHWADDR, "v0", hardware_address); }
static int interface_rename(void) { return interface(SIOCSIFNAME, "veth0", new_name); }
static int interface_queue_length(void) { return interface(SIOCSIFTXQLEN, "v0", queue_length); }
/* veth has no parameters of hardware: past the gate it says so. */
static int interface_map(void) {
  int error = interface(SIOCSIFMAP, "v0", no_map);
  return error == EOPNOTSUPP ? 0 : error;
}

static int interface_ethtool(void) {
  struct ethtool_value value = {.cmd = ETHTOOL_SGSO, .data = 1};
  struct ifreq request = {.ifr_name = "v0"};
  request.ifr_data = (void *)&value;
  return outcome(ioctl(udp(), SIOCETHTOOL, &request));
}

static int interface_timestamping(void) {
  struct hwtstamp_config none = {0};
  struct ifreq request = {.ifr_name = "v0"};
  request.ifr_data = (void *)&none;
  int error = outcome(ioctl(udp(), SIOCSHWTSTAMP, &request));
  return error == EOPNOTSUPP ? 0 : error; /* past the gate */
}

static int interface_route(void) {
  struct rtentry route = {.rt_flags = RTF_UP};
  struct sockaddr_in *destination = (void *)&route.rt_dst, *mask = (void *)&route.rt_genmask;
  destination->sin_family = mask->sin_family = AF_INET;
  destination->sin_addr.s_addr = htonl(0x0a0d0d00);
  mask->sin_addr.s_addr = htonl(0xffffff00);
  char device[] = "lo";
  route.rt_dev = device;
  return outcome(ioctl(udp(), SIOCADDRT, &route));
}

static int interface_arp(void) {
  struct arpreq entry = {.arp_flags = ATF_PERM | ATF_COM, .arp_dev = "v0"};
  struct sockaddr_in *address = (void *)&entry.arp_pa;
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(0x0a090906);
  entry.arp_ha.sa_family = ARPHRD_ETHER;
  return outcome(ioctl(udp(), SIOCSARP, &entry));
}

static int interface_bridge(void) { return outcome(ioctl(udp(), SIOCBRADDBR, "br9")); }

static int interface_vlan(void) {
  struct vlan_ioctl_args request = {.cmd = ADD_VLAN_CMD, .device1 = "v0"};
  request.u.VID = 5;
  return outcome(ioctl(udp(), SIOCSIFVLAN, &request));
}

/* ── Firewall ────────────────────────────────────────────────────────────────────────────────── */

static int netfilter(int subsystem, int message, int flags) {
  struct message m;
  struct nfgenmsg family = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
  start(&m, subsystem << 8 | message, flags, &family, sizeof family);
  if (subsystem == NFNL_SUBSYS_IPSET) {
    __u8 protocol = 6;
    attribute(&m, 1, &protocol, sizeof protocol);
  }
  return ask(NETLINK_NETFILTER, &m);
}

static int nft_read(void) { return netfilter(NFNL_SUBSYS_NFTABLES, 1, NLM_F_DUMP); }
static int conntrack_read(void) { return netfilter(NFNL_SUBSYS_CTNETLINK, 1, NLM_F_DUMP); }
static int ipset_read(void) { return netfilter(NFNL_SUBSYS_IPSET, 1, 0); }

/* Changes of nftables come in a batch. */
static int nft_write(void) {
  struct message begin, table, end;
  struct nfgenmsg batch = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0};
  batch.res_id = htons(NFNL_SUBSYS_NFTABLES);
  struct nfgenmsg family = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
  start(&begin, NFNL_MSG_BATCH_BEGIN, 0, &batch, sizeof batch);
  start(&table, NFNL_SUBSYS_NFTABLES << 8, NLM_F_CREATE, &family, sizeof family);
  attribute(&table, 1, "capwright", 10);
  start(&end, NFNL_MSG_BATCH_END, 0, &batch, sizeof batch);
  begin.header.nlmsg_flags = end.header.nlmsg_flags = NLM_F_REQUEST;
  static char all[4096], answer[65536];
  size_t length = 0;
  struct message *parts[] = {&begin, &table, &end};
  for (int i = 0; i < 3; i++) {
    memcpy(all + length, parts[i], parts[i]->header.nlmsg_len);
    length += NLMSG_ALIGN(parts[i]->header.nlmsg_len);
  }
  int fd = netlink(NETLINK_NETFILTER);
  if (fd < 0 || send(fd, all, length, 0) < 0 || recv(fd, answer, sizeof answer, 0) < 0) return errno;
  return -((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)answer))->error;
}

static int legacy(int family, int level) {
  int lock = open("/run/xtables.lock", O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return errno;
  int fd = on_socket(family, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) return errno;
  struct ipt_getinfo info = {.name = "filter"};
  socklen_t size = sizeof info;
  return outcome(getsockopt(fd, level, IPT_SO_GET_INFO, &info, &size));
}
static int iptables_legacy(void) { return legacy(AF_INET, SOL_IP); }
static int ip6tables_legacy(void) { return legacy(AF_INET6, SOL_IPV6); }

static int ipvs_read(void) {
  int fd = on_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) return errno;
  char version[64];
  socklen_t size = sizeof version;
  return outcome(getsockopt(fd, SOL_IP, 64 + 1024 + 64, version, &size));
}

/* ── BPF, namespaces, sysctls ────────────────────────────────────────────────────────────────── */

static int load(enum bpf_prog_type type) {
  struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
                            {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr attributes = {0};
  attributes.prog_type = type;
  attributes.insns = (__u64)(unsigned long)code;
  attributes.insn_cnt = 2;
  attributes.license = (__u64)(unsigned long)"GPL";
  return outcome(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes));
}
static int bpf_socket_filter(void) { return load(BPF_PROG_TYPE_SOCKET_FILTER); }
static int bpf_xdp(void) { return load(BPF_PROG_TYPE_XDP); }
static int bpf_traffic_control(void) { return load(BPF_PROG_TYPE_SCHED_CLS); }
static int bpf_tracing(void) { return load(BPF_PROG_TYPE_RAW_TRACEPOINT); }

static int map(enum bpf_map_type type) {
  union bpf_attr attributes = {0};
  attributes.map_type = type;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
static int bpf_map(void) { return map(BPF_MAP_TYPE_ARRAY); }
static int bpf_socket_map(void) { return map(BPF_MAP_TYPE_SOCKMAP); }

static int namespace_user(void) { return outcome(unshare(CLONE_NEWUSER)); }
static int namespace_sandbox(void) { return outcome(unshare(CLONE_NEWUSER | CLONE_NEWNET)); }
static int namespace_network(void) { return outcome(unshare(CLONE_NEWNET)); }
static int namespace_mount(void) { return outcome(unshare(CLONE_NEWNS)); }
static int own_netns = -1;
static int namespace_enter(void) { return outcome(setns(own_netns, CLONE_NEWNET)); }
static int sysctl_network(void) {
  return outcome(open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC));
}

static const struct {
  const char *id;
  int (*act)(void);
} operations[] = {
    {"tun.create", tun_create},
    {"tap.create", tap_create},
    {"tun.multi-queue", tun_multi_queue},
    {"tap.napi-frags", tap_napi_frags},
    {"tun.persist", tun_persist},
    {"tun.set-owner", tun_set_owner},
    {"tap.set-filter", tap_set_filter},
    {"tun.namespace", tun_namespace},
    {"socket.packet", socket_packet},
    {"packet.promiscuous", packet_promiscuous},
    {"socket.raw", socket_raw},
    {"socket.raw6", socket_raw6},
    {"socket.ping", socket_ping},
    {"socket.ping6", socket_ping6},
    {"socket.xdp", socket_xdp},
    {"socket.key", socket_key},
    {"socket.vsock", socket_vsock},
    {"socket.namespace", socket_namespace},
    {"bind.low-port", bind_low_port},
    {"bind.low-port-udp", bind_low_port_udp},
    {"bind.low-port6", bind_low_port6},
    {"bind.vsock-low-port", bind_vsock_low_port},
    {"bind.foreign-address", bind_foreign_address},
    {"option.mark", option_mark},
    {"option.priority", option_priority},
    {"option.bind-to-device", option_bind_to_device},
    {"option.rebind-to-device", option_rebind_to_device},
    {"option.receive-buffer-force", option_rcvbufforce},
    {"option.send-buffer-force", option_sndbufforce},
    {"option.debug", option_debug},
    {"option.busy-poll", option_busy_poll},
    {"option.transmit-time", option_transmit_time},
    {"option.transparent", option_transparent},
    {"option.transparent6", option_transparent6},
    {"option.hop-options", option_hop_options},
    {"option.xfrm-policy", option_xfrm_policy},
    {"option.tcp-repair", option_tcp_repair},
    {"option.congestion-control", option_congestion_control},
    {"option.multicast-routing", option_multicast_routing},
    {"option.attach-filter", option_attach_filter},
    {"netlink.read", netlink_read},
    {"netlink.write", netlink_write},
    {"netlink.link-create", netlink_link_create},
    {"netlink.address", netlink_address},
    {"netlink.route", netlink_route},
    {"netlink.rule", netlink_rule},
    {"netlink.neighbour", netlink_neighbour},
    {"netlink.queueing", netlink_queueing},
    {"netlink.namespace-id", netlink_namespace_id},
    {"netlink.socket-destroy", netlink_socket_destroy},
    {"xfrm.write", xfrm_write},
    {"xfrm.read", xfrm_read},
    {"ethtool.set", ethtool_set},
    {"mptcp.endpoint", mptcp_endpoint},
    {"tcp-metrics.flush", tcp_metrics_flush},
    {"wireguard.create", wireguard_create},
    {"wireguard.configure", wireguard_configure},
    {"interface.up", interface_up},
    {"interface.promiscuous", interface_promiscuous},
    {"interface.address", interface_address},
    {"interface.mtu", interface_mtu},
    {"interface.hardware-address", interface_hardware_address},
    {"interface.rename", interface_rename},
    {"interface.queue-length", interface_queue_length},
    {"interface.map", interface_map},
    {"interface.ethtool", interface_ethtool},
    {"interface.timestamping", interface_timestamping},
    {"interface.route", interface_route},
    {"interface.arp", interface_arp},
    {"interface.bridge", interface_bridge},
    {"interface.vlan", interface_vlan},
    {"nft.write", nft_write},
    {"nft.read", nft_read},
    {"conntrack.read", conntrack_read},
    {"ipset.read", ipset_read},
    {"iptables.legacy", iptables_legacy},
    {"ip6tables.legacy", ip6tables_legacy},
    {"ipvs.read", ipvs_read},
    {"bpf.socket-filter", bpf_socket_filter},
    {"bpf.xdp", bpf_xdp},
    {"bpf.traffic-control", bpf_traffic_control},
    {"bpf.tracing", bpf_tracing},
    {"bpf.map", bpf_map},
    {"bpf.socket-map", bpf_socket_map},
    {"namespace.user", namespace_user},
    {"namespace.sandbox", namespace_sandbox},
    {"namespace.network", namespace_network},
    {"namespace.mount", namespace_mount},
    {"namespace.enter", namespace_enter},
    {"sysctl.network", sysctl_network},
};

/* ── The context ─────────────────────────────────────────────────────────────────────────────── */

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) die(path);
  close(fd);
}

/* As whoever rules the network namespace. */
static void furnish(const char *flags, const char *groups) {
  int error = create_link("v0", "veth");
  if (error) { errno = error; die("veth"); }
  link_up("lo");
  if (strchr(flags, 'p')) write_file("/proc/sys/net/ipv4/ping_group_range", groups);
  if (strchr(flags, 'b')) write_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "80");
}

/* A node that is open to all, and a /run in which iptables has not been yet. */
static void furnish_mounts(void) {
  if (mount("capwright", "/run", "tmpfs", 0, "mode=755")) die("/run");
  if (mount("capwright", "/dev/net", "tmpfs", 0, "mode=755")) die("/dev/net");
  umask(0);
  if (mknod("/dev/net/tun", S_IFCHR | 0666, makedev(10, 200))) die("/dev/net/tun");
  umask(022);
}

static void find_restricted_algorithm(void) {
  char available[256] = "", allowed[256] = "";
  FILE *file = fopen("/proc/sys/net/ipv4/tcp_available_congestion_control", "r");
  if (!file || !fgets(available, sizeof available, file)) die("available");
  fclose(file);
  file = fopen("/proc/sys/net/ipv4/tcp_allowed_congestion_control", "r");
  if (!file || !fgets(allowed, sizeof allowed, file)) die("allowed");
  fclose(file);
  for (char *name = strtok(available, " \n"); name; name = strtok(NULL, " \n"))
    if (!strstr(allowed, name)) strncpy(restricted_algorithm, name, sizeof restricted_algorithm - 1);
}

/* A child writes the maps, because a process may not map an id that is not its own. */
static void new_user_namespace(unsigned uid, unsigned inside) {
  int ready[2], done[2];
  if (pipe(ready) || pipe(done)) die("pipe");
  pid_t self = getpid(), writer = fork();
  if (writer == 0) {
    char byte, path[64], text[64];
    if (read(ready[0], &byte, 1) != 1) _exit(1);
    snprintf(path, sizeof path, "/proc/%d/setgroups", self);
    write_file(path, "deny");
    snprintf(text, sizeof text, "%u %u 1", inside, uid);
    snprintf(path, sizeof path, "/proc/%d/uid_map", self);
    write_file(path, text);
    snprintf(path, sizeof path, "/proc/%d/gid_map", self);
    write_file(path, text);
    _exit(write(done[1], "", 1) != 1);
  }
  /* The creator's id owns the namespace. */
  if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) die("ids");
  if (unshare(CLONE_NEWUSER)) die("unshare(CLONE_NEWUSER)");
  char byte;
  prctl(PR_SET_DUMPABLE, 1);
  if (write(ready[1], "", 1) != 1 || read(done[0], &byte, 1) != 1) die("maps");
  waitpid(writer, NULL, 0);
}

/* Enters the network namespace that a process of UID made together with a user namespace. */
static void enter_network_of_child(unsigned uid, const char *flags) {
  int ready[2];
  if (pipe(ready)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    new_user_namespace(uid, 0);
    if (unshare(CLONE_NEWNET)) die("unshare(CLONE_NEWNET)");
    furnish(flags, "0 0");
    if (write(ready[1], "", 1) != 1) die("ready");
    pause();
  }
  char byte, path[64];
  close(ready[1]);
  if (read(ready[0], &byte, 1) != 1) die("the owner's namespace");
  snprintf(path, sizeof path, "/proc/%d/ns/net", child);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (setns(fd, CLONE_NEWNET)) die("setns");
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static void filter(int refuse) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setns, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K,
               (refuse ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ALLOW)),
  };
  struct sock_fprog program = {sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) die("seccomp");
}

int main(int argc, char **argv) {
  if (argc != 6) { fprintf(stderr, "usage: runner UID CAPS USERNS NETNS FLAGS\n"); return 2; }
  unsigned uid = (unsigned)strtoul(argv[1], NULL, 10);
  wanted = strtoull(argv[2], NULL, 16);
  const char *userns = argv[3], *netns = argv[4], *flags = argv[5];
  unsigned inside = strcmp(userns, "root") == 0 ? 0 : uid;
  int own_user = strcmp(userns, "initial") != 0;

  furnish_mounts();
  find_restricted_algorithm();
  if (setgroups(0, NULL)) die("setgroups");
  if (strchr(flags, 't')) {
    if (unshare(CLONE_NEWNET)) die("unshare");
    elsewhere = 1;
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
      if ((nodes[i] = open("/dev/net/tun", O_RDWR | O_CLOEXEC)) < 0) die("/dev/net/tun");
  }
  if (strcmp(netns, "initial") == 0) {
    if (unshare(CLONE_NEWNET)) die("unshare");
    furnish(flags, "0 2000");
  } else if (strcmp(netns, "child") == 0) {
    enter_network_of_child(uid, flags);
  }
  if (own_user) {
    new_user_namespace(uid, inside);
    if (strcmp(netns, "own") == 0) {
      if (unshare(CLONE_NEWNET)) die("unshare(CLONE_NEWNET)");
      /* Only ids that have a name here can be written. */
      furnish(flags, "0 0");
    }
    if (strchr(flags, 'm')) write_file("/proc/sys/user/max_user_namespaces", "0");
    if (unshare(CLONE_NEWNS)) die("unshare(CLONE_NEWNS)");
  } else {
    prctl(PR_SET_KEEPCAPS, 1);
    if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) die("ids");
  }
  own_netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own_netns < 0) die("ns/net");
  if (strchr(flags, 'n') || strpbrk(flags, "sS")) {
    if (strchr(flags, 'n') && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("no_new_privs");
    if (strpbrk(flags, "sS")) filter(strchr(flags, 'S') != NULL);
  }
  if (set_caps(wanted, wanted)) die("capset");
  late = strchr(flags, 'l') != NULL;

  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    fflush(stdout);
    turn = i;
    pid_t child = fork();
    if (child == 0) {
      int error = operations[i].act();
      printf("%s %s\n", operations[i].id, error == 0 ? "ok" : strerrorname_np(error));
      fflush(stdout);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (elsewhere && i < sizeof nodes / sizeof nodes[0]) close(nodes[i]);
    if (status != 0) { fprintf(stderr, "%s ended with %d\n", operations[i].id, status); return 2; }
  }
  return 0;
}
