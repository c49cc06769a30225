import { lintUnits, unitFolders, type LintRequest } from '../../app/unit/lint.ts';
import { managerComment } from '../../model/unit/managerComment.ts';
import type { Span } from '../../model/unit/piece.ts';
import type { Host } from '../../probe/host.ts';
import { overlaidHost } from '../../probe/overlaidHost.ts';
import { capabilityMeanings, type CapabilityMeaning } from '../../report/capabilityMeaning.ts';
import { networkdHover } from '../../report/unit/networkdHover.ts';
import { fileReading } from '../../report/unit/networkdView.ts';
import { capabilityPlace, unitHover, type UnitHover } from '../../report/unit/unitHover.ts';
import type { UnitReading, UnitView } from '../../report/unit/unitView.ts';

/** A unit file or drop-in in an editor. */
export interface UnitDocument extends Pick<LintRequest, 'scope' | 'version'> {
  readonly path: string;
  /** In Restricted Mode no process is started, and nothing is looked at because a unit names it. */
  readonly trusted: boolean;
  /** What open editors hold, by path: it counts instead of what is on the disk. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Unit files, as the editor asks about them. */
export interface UnitCore {
  read(document: UnitDocument): Promise<UnitReading>;
  /** Where a change may make it another unit: the directories that are there. */
  folders(document: UnitDocument): Promise<readonly string[]>;
  hover(view: UnitView | null, text: string, offset: number): UnitHover | null;
  capabilityPlace(text: string, offset: number): Span | null;
  capabilities(): readonly CapabilityMeaning[];
}

/** @param restricted the host where nothing is started, for Restricted Mode */
export function openUnitCore(host: Host, restricted: Host): UnitCore {
  const hostFor = ({ trusted, texts }: UnitDocument): Host =>
    overlaidHost(trusted ? host : restricted, texts);
  return {
    read: async (document) => {
      const { path, version, trusted } = document;
      const outcome = await lintUnits(hostFor(document), {
        units: [path],
        scope: scopeOf(document),
        version,
        root: '/',
        looks: trusted,
      });
      if (outcome.kind === 'failure') return { kind: 'unjudged', why: outcome.failure.message };
      const [unit] = outcome.units;
      if (unit === undefined) throw new RangeError('a report without the unit');
      return fileReading(unit);
    },
    folders: (document) => unitFolders(hostFor(document), document.path, scopeOf(document)),
    hover: (view, text, offset) => {
      const settings = view?.networkd ?? null;
      return settings === null
        ? unitHover(view, text, offset)
        : networkdHover(settings, text, offset);
    },
    capabilityPlace,
    capabilities: capabilityMeanings,
  };
}

function scopeOf({ path, texts, scope }: UnitDocument): UnitDocument['scope'] {
  return managerComment(texts.get(path) ?? '') ?? scope;
}
