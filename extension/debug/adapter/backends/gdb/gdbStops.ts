import type { DebugProtocol } from '@vscode/debugprotocol';
import { exitStatus, type Stop } from './gdbRecords.ts';

/** What has become of the program. */
export type Halt =
  | { readonly kind: 'ended'; readonly status: number }
  | ({ readonly kind: 'stopped' } & StopWords)
  /** The adapter library has words for it. */
  | { readonly kind: 'usual' };

/** A stop in the words of the protocol. */
export type StopWords = Pick<DebugProtocol.StoppedEvent['body'], 'reason' | 'description' | 'text'>;

/**
 * @param pausing the client asked for it
 * @param entry the breakpoint in `main` that nobody but the configuration asked for
 */
export function haltAt(
  stop: Stop,
  { pausing, entry }: { readonly pausing: boolean; readonly entry: string | null },
): Halt {
  switch (stop.reason) {
    case 'exited':
    case 'exited-normally':
    case 'exited-signalled':
      return { kind: 'ended', status: exitStatus(stop) };
    case 'signal-received': {
      const { 'signal-name': name = 'signal', 'signal-meaning': meaning = '' } = stop;
      return pausing && (name === 'SIGINT' || name === '0')
        ? { kind: 'stopped', reason: 'pause' }
        : {
            ...{ kind: 'stopped', reason: 'exception' },
            ...{ description: `${name}: ${meaning}`, text: name },
          };
    }
    case 'breakpoint-hit':
      return stop.bkptno === entry ? { kind: 'stopped', reason: 'entry' } : { kind: 'usual' };
    case 'watchpoint-trigger':
    case 'read-watchpoint-trigger':
    case 'access-watchpoint-trigger':
      return { kind: 'stopped', reason: 'data breakpoint' };
    default:
      return { kind: 'usual' };
  }
}
