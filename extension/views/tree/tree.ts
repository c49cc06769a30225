import type { CheckStore } from '../checkStore.ts';
import type { LazyCore } from '../lazyCore.ts';
import { findingSection } from './findingSection.ts';
import { launchPathSection } from './launchPathSection.ts';
import { programSection } from './programSection.ts';
import { createSectionView, type SectionView } from './sectionView.ts';
import { sessionSection } from './sessionSection.ts';
import { tunDeviceSection } from './tunDeviceSection.ts';
import { unitSection } from './unitSection.ts';

/** Capwright's view container: each view of the manifest, and its sections from the top. */
export function createTree(store: CheckStore, core: LazyCore): readonly SectionView[] {
  return [
    createSectionView('capwright.programs', [
      programSection(store),
      launchPathSection(store),
      findingSection(store),
    ]),
    createSectionView('capwright.session', [sessionSection(core)]),
    createSectionView('capwright.devices', [tunDeviceSection(core)]),
    createSectionView('capwright.units', [unitSection(core)]),
  ];
}
