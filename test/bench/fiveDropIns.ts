/** Of [Service], a drop-in each: what the benchmarks of unit files read. */
export const fiveDropIns: readonly string[] = [
  'AmbientCapabilities=CAP_NET_ADMIN\nCapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW',
  'ProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes\nNoNewPrivileges=yes',
  'DeviceAllow=/dev/net/tun rw\nDevicePolicy=closed',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK\nSystemCallFilter=@system-service',
  'ReadWritePaths=/var/lib/prog\nRestrictNamespaces=yes\nLockPersonality=yes',
];
