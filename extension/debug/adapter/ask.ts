import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';

/** Asks a debugger that speaks the protocol. The answer may be a failure. */
export type Ask = (command: string, args: object) => Promise<DebugProtocol.Response>;

/**
 * What it answers, as far as it is of use.
 * @throws {Error} what it says where it fails, or answers otherwise
 */
export async function answered<T extends v.GenericSchema>(
  schema: T,
  ask: Ask,
  command: string,
  args: object,
): Promise<v.InferOutput<T>> {
  const response = await ask(command, args);
  if (!response.success) throw new Error(response.message ?? command);
  return v.parse(schema, response.body);
}
