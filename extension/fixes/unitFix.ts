import type { UnitEdit } from '../model/unit/unitEdit.ts';

/** A repair of a unit’s files as data. */
export interface UnitFix {
  /** An imperative: `Write CAP_NET_ADMIN`. */
  readonly title: string;
  /** `safe`: it says what was meant and nothing else; `review`: look before it is made. */
  readonly applicability: 'safe' | 'review';
  readonly edits: readonly FileEdit[];
}

export interface FileEdit extends UnitEdit {
  readonly file: string;
}
