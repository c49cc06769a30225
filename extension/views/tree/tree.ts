import { findingSection } from './findingSection.ts';
import { launchPathSection } from './launchPathSection.ts';
import { ProgramSection } from './programSection.ts';
import { createSectionView, type SectionView } from './sectionView.ts';
import { sessionSection } from './sessionSection.ts';
import type { TreeSources } from './treeSources.ts';
import { tunDeviceSection } from './tunDeviceSection.ts';
import { unitSection } from './unitSection.ts';

/** Capwright's view container: each view of the manifest, and its sections from the top. */
export function createTree(sources: TreeSources): readonly SectionView[] {
  const { core, store, workspace } = sources;
  return [
    createSectionView('capwright.programs', [
      new ProgramSection(sources),
      launchPathSection(store),
      findingSection(store),
    ]),
    createSectionView('capwright.session', [sessionSection(core)]),
    createSectionView('capwright.devices', [tunDeviceSection(core)]),
    createSectionView('capwright.units', [unitSection(core, workspace)]),
  ];
}
