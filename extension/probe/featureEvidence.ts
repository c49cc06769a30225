import { known, unknown, type Evidence } from '../model/evidence.ts';
import { everyFeature, features, type Feature, type Features } from '../model/feature.ts';
import type { Host } from './host.ts';

/**
 * Which parts the kernel has: seen at work, or told by the configuration that it was built with.
 * Nothing is tried, because trying would load modules. A module that is not there yet may be loaded
 * when it is asked for, or not: that stays unknown.
 */
export async function collectFeatures(host: Host): Promise<Features> {
  const symbols = features.flatMap(({ symbol }) => [symbol, olderSymbol(symbol)]);
  const [protocols, sockets, modules, config] = await Promise.all([
    firstColumn(host, '/proc/net/protocols', 0),
    firstColumn(host, '/proc/net/netlink', 1),
    firstColumn(host, '/proc/modules', 0),
    host.request({ kind: 'kernelConfig', symbols }),
  ]);
  return everyFeature((feature) => {
    const { protocol, netlink } = signs[feature.id] ?? {};
    if (protocol !== undefined && protocols.has(protocol))
      return known(true, '/proc/net/protocols');
    if (netlink !== undefined && sockets.has(String(netlink)))
      return known(true, '/proc/net/netlink');
    if (feature.module !== null && modules.has(feature.module)) return known(true, '/proc/modules');
    if (!config.ok) return unknown(config.error.reason, 'the kernel’s configuration');
    return fromConfig(feature, config.result);
  });
}

/** What the kernel lists once the feature is there: the name of a protocol, or one of netlink. */
const signs: Readonly<
  Partial<Record<string, { readonly protocol?: string; readonly netlink?: number }>>
> = {
  packet: { protocol: 'PACKET' },
  xdp: { protocol: 'XDP' },
  vsock: { protocol: 'AF_VSOCK' },
  key: { protocol: 'KEY' },
  ipv6: { protocol: 'TCPv6' },
  mptcp: { protocol: 'MPTCP' },
  xfrm: { netlink: 6 },
  nfnetlink: { netlink: 12 },
};

function fromConfig(
  { symbol, module }: Feature,
  { source, settings }: { readonly source: string; readonly settings: Record<string, string> },
): Evidence<boolean> {
  const setting = settings[symbol] ?? 'n';
  if (setting === 'y') return known(true, source);
  if (setting === 'm') {
    return unknown(
      `the module ${module ?? ''} is not loaded, and to load it was not tried`,
      source,
    );
  }
  const older = settings[olderSymbol(symbol)] ?? 'n';
  return older === 'n'
    ? known(false, source)
    : unknown(`CONFIG_${olderSymbol(symbol)} says it of old kernels only`, source);
}

/** Before Linux 6.9 the legacy part of iptables had no symbol of its own. */
function olderSymbol(symbol: string): string {
  return symbol.replace(/_LEGACY$/, '');
}

/** One column of a table that the kernel writes; empty where it cannot be read. */
async function firstColumn(host: Host, path: string, column: number): Promise<ReadonlySet<string>> {
  const reply = await host.request({ kind: 'read', path });
  if (!reply.ok) return new Set();
  const lines = reply.result.text.split('\n');
  return new Set(lines.map((line) => line.trim().split(/\s+/)[column] ?? ''));
}
