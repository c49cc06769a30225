/** A call that the kernel refused, as a client is told of it, whichever debugger has stopped there. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DenialText } from '../../report/debugText.ts';

/** For the debug console. */
export function denialLines({ title, details }: DenialText): readonly string[] {
  return [title, ...details.map((each) => `  ${each}`)];
}

export function denialStop({
  title,
  details,
}: DenialText): Pick<DebugProtocol.StoppedEvent['body'], 'reason' | 'description' | 'text'> {
  return { reason: 'exception', description: title, text: details[0] ?? title };
}

export function denialException({
  title,
  details,
}: DenialText): DebugProtocol.ExceptionInfoResponse['body'] {
  return { exceptionId: title, description: details.join('\n'), breakMode: 'always' };
}
