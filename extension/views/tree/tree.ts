import type { CheckStore } from '../checkStore.ts';
import { findingSection } from './findingSection.ts';
import { launchPathSection } from './launchPathSection.ts';
import { programSection } from './programSection.ts';
import { createSectionView, type SectionView } from './sectionView.ts';

/** Capwright's view container: each view of the manifest, and its sections from the top. */
export function createTree(store: CheckStore): readonly SectionView[] {
  return [
    createSectionView('capwright.programs', [
      programSection(store),
      launchPathSection(store),
      findingSection(store),
    ]),
  ];
}
