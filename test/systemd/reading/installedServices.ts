/** The services that the packages of a lab bring. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { unitPaths } from '../../../extension/model/unit/unitPaths.ts';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import { unitText } from '../../../extension/model/unit/utf8.ts';
import type { Lab } from '../lab/lab.ts';
import { managers } from '../lab/managers.ts';
import { merged } from './observation.ts';
import type { UnitSet } from './unitSet.ts';

/** Of a template an instance; each with all that its manager finds. */
export function installedServices(lab: Lab): readonly UnitSet[] {
  return (['system', 'user'] as const).flatMap((manager) => {
    // /lib is a link, and what is in it is in /usr/lib.
    const folders = unitPaths(managers[manager]).filter((folder) => !folder.startsWith('/lib/'));
    const entries = folders.flatMap((folder) => entriesIn(lab, folder));
    const own = `/usr/lib/systemd/${manager}`;
    return readdirSync(lab.outside(own))
      .filter((name) => name.endsWith('.service') && !leadsToMasked(`${own}/${name}`, entries))
      .map((name) => ({ manager, name: name.replace('@.', '@one.'), entries }));
  });
}

/** Whether it is another name of one that the lab masks, which is an error then. */
function leadsToMasked(path: string, entries: readonly UnitEntry[]): boolean {
  const own = entries.find((entry) => entry.path === path);
  const name = own?.kind === 'link' ? basename(own.target) : '';
  return entries.some(
    (entry) =>
      entry.kind === 'link' && entry.path.endsWith(`/${name}`) && entry.target === '/dev/null',
  );
}

/** The files and links of a directory, and those of its directories of drop-ins. */
function entriesIn(lab: Lab, folder: string): readonly UnitEntry[] {
  const outside = lab.outside(folder);
  if (!existsSync(outside)) return [];
  return readdirSync(outside, { withFileTypes: true }).flatMap((entry): readonly UnitEntry[] => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name.endsWith('.d') ? entriesIn(lab, path) : [];
    const place = join(outside, entry.name);
    if (!entry.isSymbolicLink())
      return [{ path, kind: 'file', text: merged(unitText(readFileSync(place))) }];
    const target = resolve(dirname(path), readlinkSync(place));
    return [{ path, kind: 'link', target: target.replace(/^\/lib\//, '/usr/lib/') }];
  });
}
