import type { Host } from '../probe/host.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import type { ProbeFailure, TunDevice } from '../protocol/probe.ts';

/** The TUN and TAP devices of a network namespace, with names for their owners. */
export interface TunDevices {
  readonly devices: readonly ListedDevice[];
  /** What opening the node answers, null where it opens; and why that is not known. */
  readonly node: { readonly errno: string | null } | { readonly unseen: string };
}

export interface ListedDevice extends Omit<TunDevice, 'owner' | 'group'> {
  readonly owner: NamedId | null;
  readonly group: NamedId | null;
}

export interface NamedId {
  readonly id: number;
  /** Null where the database has none, or was not asked. */
  readonly name: string | null;
  /** Whether it is this process's, or one of its groups. */
  readonly own: boolean;
}

export type TunDevicesOutcome =
  | { readonly kind: 'devices'; readonly found: TunDevices }
  | { readonly kind: 'failure'; readonly failure: ProbeFailure };

/** Those at the host's vantage. */
export async function listTunDevices(host: Host): Promise<TunDevicesOutcome> {
  const [devices, opened] = await Promise.all([
    host.request({ kind: 'tunDevices' }),
    host.request({ kind: 'openDevice', path: tunDevicePath }),
  ]);
  if (!devices.ok) return { kind: 'failure', failure: devices.error };
  const uid = process.geteuid?.() ?? 0;
  const gids = [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])];
  const account = await host.request({ kind: 'account', uid });
  const groupNames = new Map(
    account.ok ? (account.result?.groups ?? []).map(({ name, gid }) => [gid, name]) : [],
  );
  const listed = await Promise.all(
    devices.result.map(async ({ owner, group, ...device }): Promise<ListedDevice> => ({
      ...device,
      owner:
        owner === null
          ? null
          : { id: owner, name: await userName(host, owner), own: owner === uid },
      group:
        group === null
          ? null
          : { id: group, name: groupNames.get(group) ?? null, own: gids.includes(group) },
    })),
  );
  const node = !opened.ok
    ? { unseen: opened.error.reason }
    : { errno: opened.result.opened ? null : opened.result.errno };
  return { kind: 'devices', found: { devices: listed, node } };
}

async function userName(host: Host, uid: number): Promise<string | null> {
  const reply = await host.request({ kind: 'account', uid });
  return reply.ok ? (reply.result?.name ?? null) : null;
}
