import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Peer } from '../peer.ts';

/**
 * Introduces the client to a debugger, whose terminal stays Capwright's affair.
 * @returns the capabilities that it tells
 * @throws {Error} what it says where it refuses
 */
export async function introduce(connection: Peer, initialization: object | null): Promise<unknown> {
  const introduction = { ...initialization, supportsRunInTerminalRequest: false };
  const response = await new Promise<DebugProtocol.Response>((resolve) =>
    connection.ask('initialize', introduction, resolve),
  );
  if (!response.success) throw new Error(`initialize: ${String(response.message)}`);
  return response.body;
}
