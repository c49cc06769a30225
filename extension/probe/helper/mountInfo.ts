import { readFileSync } from 'node:fs';

import type { MountFacts, Outcome } from '../../protocol/probe.ts';
import { outcomeOf, withValue } from './outcome.ts';

const mountInfo = '/proc/self/mountinfo';

/**
 * The id of the mount on which a descriptor's file lies. From fdinfo, which tells the same id as
 * statx(2) with STATX_MNT_ID, but since Linux 3.15 and without the addon.
 */
export function mountIdOf(fd: number): Outcome<number> {
  const path = `/proc/self/fdinfo/${fd}`;
  return withValue(readText(path), (text) => {
    const id = /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
    return id === undefined
      ? { unavailable: `${path} does not tell the mount id` }
      : { value: Number(id) };
  });
}

/** A mount of this process's namespace by its id: paths lie, since mounts cover one another. */
export function mountById(id: number): Outcome<MountFacts> {
  return withValue(readText(mountInfo), (text) => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${id} `));
    const facts = line === undefined ? undefined : parseMountLine(line);
    return facts === undefined
      ? {
          unavailable: `mount ${id} is not in ${mountInfo}: it is of another mount namespace, or outside this root directory`,
        }
      : { value: facts };
  });
}

/** One line, proc_pid_mountinfo(5); undefined if it is not one. */
function parseMountLine(line: string): MountFacts | undefined {
  const fields = line.split(' ');
  // Optional fields, any number of them, end at the first lone hyphen.
  const hyphen = fields.indexOf('-', 6);
  const [id, parentId, , root, mountPoint, options] = fields;
  const [fsType, source, superOptions] = fields.slice(hyphen + 1);
  if (
    hyphen < 0 ||
    id === undefined ||
    parentId === undefined ||
    root === undefined ||
    mountPoint === undefined ||
    options === undefined ||
    fsType === undefined ||
    source === undefined ||
    superOptions === undefined
  ) {
    return undefined;
  }
  return {
    id: Number(id),
    parentId: Number(parentId),
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options: options.split(','),
    fsType: unescapeOctal(fsType),
    source: unescapeOctal(source),
    superOptions: superOptions.split(',').map(unescapeOctal),
  };
}

/** Undoes mangle() of fs/proc_namespace.c, which writes space, tab, newline, backslash and #. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function readText(path: string): Outcome<string> {
  return outcomeOf(path, () => readFileSync(path, 'utf8'));
}
