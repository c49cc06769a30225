/** What systemd-networkd makes devices from, and what it configures them by. */
export type NetworkdType = 'netdev' | 'network';

/** A file of systemd-networkd by its path alone. */
export interface NetworkdFile {
  readonly type: NetworkdType;
  /** `50-vpn.netdev`: by it files are masked, and in its order they are read. */
  readonly name: string;
  /** Where the file itself lies if it lies beside: for a drop-in, beside its directory. */
  readonly path: string;
  readonly isDropIn: boolean;
}

/** Where systemd-networkd looks, the first directory first (`NETWORK_DIRS`). */
export const networkdPaths: readonly string[] = [
  '/etc/systemd/network',
  '/run/systemd/network',
  '/usr/local/lib/systemd/network',
  '/usr/lib/systemd/network',
  '/lib/systemd/network',
];

/** Which file a path belongs to: `NAME` or `NAME.d/*.conf` (systemd.netdev(5)); null for all others. */
export function fileOfNetworkd(path: string): NetworkdFile | null {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const isDropIn = path.endsWith('.conf') && folder.endsWith('.d');
  const own = isDropIn ? folder.slice(0, -'.d'.length) : path;
  const name = own.slice(own.lastIndexOf('/') + 1);
  const type = /^[^.].*\.(netdev|network)$/s.exec(name)?.[1];
  if (type !== 'netdev' && type !== 'network') return null;
  return { type, name, path: own, isDropIn };
}

/**
 * Whether a file that is called like one of systemd-networkd is meant for it. Podman calls the networks of
 * its containers `*.network` too; they lie elsewhere and match no interface.
 */
export function isLikeNetworkd({ type, path }: NetworkdFile, text: string): boolean {
  if (type === 'netdev' || path.includes('/systemd/network/')) return true;
  return /^[ \t]*\[(?:Match|Link|Address)\][ \t]*\r?$/m.test(text);
}
