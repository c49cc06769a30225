import type { LaunchPath } from '../model/launchPath.ts';
import type { Operation } from '../model/operations.ts';
import type { Verdict } from '../model/verdict.ts';
import { launchPathPhrase } from './words.ts';

/** One sentence: `Creating a TUN device will fail with EPERM when started from the terminal.` */
export function verdictHeadline({ title }: Operation, path: LaunchPath, verdict: Verdict): string {
  const how = launchPathPhrase[path];
  switch (verdict.kind) {
    case 'allowed':
      return `${title} will work when started ${how}.`;
    case 'denied':
      return verdict.call === 'execve' || verdict.call.startsWith('unshare')
        ? `The program will not start ${how}: ${verdict.call} answers ${verdict.errno}.`
        : `${title} will fail with ${verdict.errno} when started ${how}.`;
    case 'unknown':
      return `Whether ${title.charAt(0).toLowerCase()}${title.slice(1)} works when started ${how} cannot be told.`;
  }
}

/** `EPERM`, `allowed`, `unknown`. */
export function verdictWord(verdict: Verdict): string {
  return verdict.kind === 'denied' ? verdict.errno : verdict.kind;
}
