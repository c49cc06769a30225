import { readlinkSync } from 'node:fs';
import { join } from 'node:path/posix';

import type { ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** MAXSYMLINKS, include/linux/namei.h. */
const mostLinks = 40;

/**
 * Where a path leads in a process whose root directory is `root`, and as that process names it, without links,
 * path_resolution(7): there a link that begins with a slash begins, and `..` does not lead out of it. What is not
 * there is named where it would be. Whoever changes links meanwhile may mislead it: it keeps nobody out.
 */
export function pathBelow(root: string, path: string): ProbeReply<'pathBelow'> {
  const ahead = partsOf(path);
  const behind: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '..') {
      behind.pop();
      continue;
    }
    const target = linkTarget(join(root, ...behind, part));
    if (target === null) {
      behind.push(part);
      continue;
    }
    links += 1;
    if (links > mostLinks) return tooManyLinks(path);
    if (target.startsWith('/')) behind.length = 0;
    ahead.unshift(...partsOf(target));
  }
  return { ok: true, result: `/${behind.join('/')}` };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Null where there is no link: whoever opens the path learns why. */
function linkTarget(path: string): string | null {
  const target = outcomeOf(path, () => readlinkSync(path));
  return 'value' in target ? target.value : null;
}

function tooManyLinks(path: string): ProbeReply<'pathBelow'> {
  const message = 'too many symbolic links encountered';
  return {
    ok: false,
    error: failureOf({ error: { call: 'open', errno: 'ELOOP', message, path } }),
  };
}
