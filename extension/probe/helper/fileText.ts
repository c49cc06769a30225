import { textLimit, type ProbeReply } from '../../protocol/probe.ts';
import { fileType, readHeldUpTo, statsOf, whileHeld, type HeldFile } from './descriptor.ts';
import { failureOf } from './outcome.ts';

/** The bytes of a regular file, whatever links lead to it; nothing else is opened. */
export function fileText(path: string): ProbeReply<'text'> {
  const reply = whileHeld(path, readHeld);
  return 'value' in reply ? reply.value : { ok: false, error: failureOf(reply) };
}

function readHeld(held: HeldFile): ProbeReply<'text'> {
  if (fileType(statsOf(held.fd)) !== 'regular') {
    return { ok: false, error: { kind: 'refused', reason: `${held.path} is no regular file` } };
  }
  const text = readHeldUpTo(held, textLimit);
  if (!('value' in text)) return { ok: false, error: failureOf(text) };
  const { bytes, truncated } = text.value;
  return { ok: true, result: { base64: bytes.toString('base64'), truncated } };
}
