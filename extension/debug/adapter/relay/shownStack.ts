import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import { withSubtleFrames } from '../conversation.ts';

/** The greatest id that the protocol has: no debugger comes to it. */
const labelFrame = 2 ** 31 - 1;

const scopesSchema = v.object({ frameId: v.literal(labelFrame) });

/**
 * A stack as the client is shown it.
 * @param label in place of one where the debugger has none to tell; null where its refusal is to be shown
 */
export function shownStack(
  response: DebugProtocol.Response,
  label: string | null,
): Pick<DebugProtocol.Response, 'success' | 'body'> {
  if (response.success || label === null) {
    return { ...response, body: withSubtleFrames(response.body) };
  }
  const frame = { id: labelFrame, name: label, line: 0, column: 0, presentationHint: 'label' };
  return { success: true, body: { stackFrames: [frame], totalFrames: 1 } };
}

/** Whether the scopes of a label are asked for, of which the debugger does not know. */
export function asksOfLabel(args: unknown): boolean {
  return v.is(scopesSchema, args);
}
