import { textLimit, type ProbeReply } from '../../protocol/probe.ts';
import {
  fileType,
  readUpTo,
  statsOf,
  whileHeld,
  whileReopened,
  type HeldFile,
} from './descriptor.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** The bytes of a regular file, whatever links lead to it; nothing else is opened. */
export function fileText(path: string): ProbeReply<'text'> {
  const reply = whileHeld(path, readHeld);
  return 'value' in reply ? reply.value : { ok: false, error: failureOf(reply) };
}

function readHeld(held: HeldFile): ProbeReply<'text'> {
  if (fileType(statsOf(held.fd)) !== 'regular') {
    return { ok: false, error: { kind: 'refused', reason: `${held.path} is no regular file` } };
  }
  const bytes = whileReopened(held, 'read', (fd) =>
    outcomeOf(held.path, () => readUpTo(fd, textLimit + 1)),
  );
  if (!('value' in bytes)) return { ok: false, error: failureOf(bytes) };
  if (!('value' in bytes.value)) return { ok: false, error: failureOf(bytes.value) };
  const { value } = bytes.value;
  const base64 = value.subarray(0, textLimit).toString('base64');
  return { ok: true, result: { base64, truncated: value.length > textLimit } };
}
