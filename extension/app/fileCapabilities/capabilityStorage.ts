import { storageHindrance, type StorageHindrance } from '../../fixes/capabilityStorage.ts';
import type { Host } from '../../probe/host.ts';
import { mountOf, outermost } from '../../probe/mountEvidence.ts';
import { openView } from '../surroundings.ts';

/**
 * Why file capabilities would be of no use to a file, or in a folder; null where nothing is in their way,
 * undefined where it cannot be looked at.
 */
export async function hindranceAt(
  host: Host,
  path: string,
): Promise<StorageHindrance | null | undefined> {
  const [opened, reply] = await Promise.all([openView(host), host.request({ kind: 'file', path })]);
  if (opened.kind === 'failure' || !reply.ok) return undefined;
  const { capabilityAbsence } = reply.result;
  return storageHindrance({
    mount: mountOf(reply.result, outermost(opened.view.namespace)),
    capabilityStorage: capabilityAbsence === 'EOPNOTSUPP' ? 'unsupported' : 'possible',
  });
}
