import type { Errno } from '../model/errno.ts';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { OpenAttempt, TunEvidence } from '../model/system.ts';
import { tunDevicePath, type DeviceNode, type TunDevice } from '../model/tunDevice.ts';
import type { ProcessFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';
import { shareDeviceCgroup } from './deviceCgroup.ts';
import { mountOf, outermost } from './mountEvidence.ts';

/**
 * The device node, what opening it answers here, and the devices of this network namespace.
 * @param helper the process that opens the node
 * @param launchers the processes that are asked about, and of which the helper is no child
 */
export async function collectTun(
  host: Host,
  view: IdView,
  helper: ProcessFacts | null,
  launchers: readonly ProcessFacts[],
): Promise<TunEvidence> {
  const [node, attempt, devices, interfaces] = await Promise.all([
    collectNode(host, view),
    collectAttempt(host, view, helper, launchers),
    collectDevices(host, view),
    collectInterfaces(host),
  ]);
  return { node, attempt, devices, interfaces };
}

/** The names in the table of proc_pid_net(5): `  eth0: 1234 …`. */
export async function collectInterfaces(host: Host): Promise<Evidence<readonly string[]>> {
  const path = '/proc/self/net/dev';
  const reply = await host.request({ kind: 'read', path });
  if (!reply.ok) return unknown(reply.error.reason, path);
  return known(
    [...reply.result.text.matchAll(/^\s*(\S+):/gm)].map(([, name = '']) => name),
    path,
  );
}

async function collectNode(host: Host, view: IdView): Promise<Evidence<DeviceNode | null>> {
  const source = `stat(${tunDevicePath})`;
  const reply = await host.request({ kind: 'file', path: tunDevicePath });
  if (!reply.ok) {
    const { error } = reply;
    return error.kind === 'call' && error.error.errno === 'ENOENT'
      ? known(null, source)
      : unknown(error.reason, source);
  }
  const facts = reply.result;
  return known(
    {
      path: tunDevicePath,
      type: facts.type === 'character' ? 'character' : 'other',
      major: facts.rdev.major,
      minor: facts.rdev.minor,
      mode: facts.mode,
      uid: view.uid(facts.uid),
      gid: view.gid(facts.gid),
      mount: mountOf(facts, outermost(view.namespace)),
    },
    source,
  );
}

async function collectAttempt(
  host: Host,
  view: IdView,
  helper: ProcessFacts | null,
  launchers: readonly ProcessFacts[],
): Promise<Evidence<OpenAttempt>> {
  const source = `open(${tunDevicePath})`;
  const apart = launchers.find((launcher) => !shareDeviceCgroup(helper, launcher));
  if (apart !== undefined) {
    return unknown(
      `the rules of the device cgroup of ${apart.name}, which is not the one from which this was asked`,
      source,
    );
  }
  const reply = await host.request({ kind: 'openDevice', path: tunDevicePath });
  if (!reply.ok) return unknown(reply.error.reason, source);
  const [main] = helper?.threads ?? [];
  const uid = main === undefined ? -1 : view.uid(main.uid[1]);
  const groups = main === undefined ? [] : [main.gid[1], ...main.groups].map(view.gid);
  if (reply.result.opened) return known({ errno: null, uid, groups }, source);
  const errno = openErrno(reply.result.errno);
  return errno === null
    ? unknown(`opening it answers ${reply.result.errno}`, source)
    : known({ errno, uid, groups }, source);
}

async function collectDevices(host: Host, view: IdView): Promise<Evidence<readonly TunDevice[]>> {
  const source = 'RTM_GETLINK';
  const reply = await host.request({ kind: 'tunDevices' });
  if (!reply.ok) return unknown(reply.error.reason, source);
  return known(
    reply.result.map((device) => ({
      name: device.name,
      layer: device.layer,
      owner: device.owner === null ? null : view.uid(device.owner),
      group: device.group === null ? null : view.gid(device.group),
      persistent: device.persist,
      multiQueue: device.multiQueue,
      attached: device.attached,
    })),
    source,
  );
}

/** The answers of open(2) that the model has a gate for. */
function openErrno(errno: string): Errno | null {
  const foreseen: readonly Errno[] = ['ENOENT', 'EACCES', 'EPERM', 'ENODEV', 'ENXIO', 'EISDIR'];
  return foreseen.find((each) => each === errno) ?? null;
}
