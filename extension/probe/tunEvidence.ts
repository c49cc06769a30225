import type { Errno } from '../model/errno.ts';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { OpenAttempt, TunEvidence } from '../model/system.ts';
import { tunDevicePath, type DeviceNode, type TunDevice } from '../model/tunDevice.ts';
import type { ProcessFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';
import { mountOf, outermost } from './mountEvidence.ts';

/** The device node, what opening it answers here, and the devices of this network namespace. */
export async function collectTun(
  host: Host,
  view: IdView,
  helper: ProcessFacts | null,
): Promise<TunEvidence> {
  const [node, attempt, devices] = await Promise.all([
    collectNode(host, view),
    collectAttempt(host, view, helper),
    collectDevices(host, view),
  ]);
  return { node, attempt, devices };
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
): Promise<Evidence<OpenAttempt>> {
  const source = `open(${tunDevicePath})`;
  const reply = await host.request({ kind: 'openDevice', path: tunDevicePath });
  if (!reply.ok) return unknown(reply.error.reason, source);
  const [main] = helper?.threads ?? [];
  const uid = main === undefined ? -1 : view.uid(main.uid[1]);
  if (reply.result.opened) return known({ errno: null, uid }, source);
  const errno = openErrno(reply.result.errno);
  return errno === null
    ? unknown(`opening it answers ${reply.result.errno}`, source)
    : known({ errno, uid }, source);
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
