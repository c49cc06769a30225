/** The sections that concern a TUN or TAP device, with their keys by the release that brought them. */
type Keys = Readonly<Record<string, number>>;

const tun: Keys = {
  OneQueue: 215,
  MultiQueue: 215,
  PacketInfo: 215,
  VNetHeader: 223,
  User: 215,
  Group: 215,
  KeepCarrier: 252,
};

/** Of [Match], what is asked of the machine. */
export const conditionKeys: Keys = {
  Host: 211,
  Virtualization: 211,
  KernelCommandLine: 211,
  KernelVersion: 237,
  Credential: 252,
  Architecture: 211,
  Firmware: 249,
  Version: 258,
  MachineTag: 262,
};

/** Of a .netdev file; taken from the tables of 252, 257 and 262, releases from systemd.netdev(5). */
export const netdevKeys: Readonly<Record<string, Keys>> = {
  Match: conditionKeys,
  NetDev: { Description: 215, Name: 211, Kind: 211, MTUBytes: 215, MACAddress: 215 },
  Tun: tun,
  Tap: tun,
};

/** [Match] of a .network file. */
export const matchKeys: Keys = {
  ...conditionKeys,
  MACAddress: 211,
  PermanentMACAddress: 245,
  Path: 211,
  Driver: 211,
  Type: 211,
  Kind: 251,
  WLANInterfaceType: 244,
  SSID: 244,
  BSSID: 244,
  Name: 211,
  Property: 243,
};

/** Whether a release knows a key; a later one may. `X-` keys are for others. */
export function networkdKeyStatus(
  keys: Keys | undefined,
  key: string,
  version: number,
): 'known' | 'newer' | 'unknown' {
  const since = keys?.[key];
  if (since === undefined) return 'unknown';
  return since <= version ? 'known' : 'newer';
}
