import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import { textAt } from './folder.ts';

/** What a build tool left behind as JSON; null for what is not there, or is being written at this moment. */
export async function replyAt<const T extends v.GenericSchema>(
  host: Host,
  path: string,
  schema: T,
): Promise<v.InferOutput<T> | null> {
  const text = await textAt(host, path);
  const read = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (!read.success) return null;
  const reply = v.safeParse(schema, read.output);
  return reply.success ? reply.output : null;
}
