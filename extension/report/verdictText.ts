import type { LaunchPath } from '../model/launchPath.ts';
import type { Operation } from '../model/operations.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Translate } from './translate.ts';
import { launchPathPhrase } from './words.ts';

export const headlines = {
  allowed: '{0} will work when started {1}.',
  denied: '{0} will fail with {1} when started {2}.',
  notStarted: 'The program will not start {0}: {1} answers {2}.',
  unknown: '{0}: whether it works when started {1} cannot be told.',
} as const;

/** One sentence: `Creating a TUN device will fail with EPERM when started from the terminal.` */
export function verdictHeadline(
  operation: Operation,
  path: LaunchPath,
  verdict: Verdict,
  translate: Translate,
): string {
  const title = translate(operation.title);
  const how = translate(launchPathPhrase[path]);
  switch (verdict.kind) {
    case 'allowed':
      return translate(headlines.allowed, title, how);
    case 'denied':
      return verdict.call === 'execve' || verdict.call.startsWith('unshare')
        ? translate(headlines.notStarted, how, verdict.call, verdict.errno)
        : translate(headlines.denied, title, verdict.errno, how);
    case 'unknown':
      return translate(headlines.unknown, title, how);
  }
}

/** `EPERM`, `allowed`, `unknown`. */
export function verdictWord(verdict: Verdict): string {
  return verdict.kind === 'denied' ? verdict.errno : verdict.kind;
}
