import type { CapabilitySet } from '../model/capabilitySet.ts';
import { supposedCredentials } from '../model/unit/supposedSystem.ts';
import { applyEdits, type UnitEdit } from '../model/unit/unitEdit.ts';
import type { FoundUnit, SourceFile } from '../model/unit/unitSources.ts';
import type { UnitSystem } from '../model/unit/unitSystem.ts';
import { programAfter, withLimit, withTunDevice, type Fix, type FixEffect } from './fix.ts';

/** A repair of a unit as data: edits of its files, then files to create, then steps. */
export interface UnitFix extends Partial<Pick<Fix, 'remark' | 'needs' | 'steps' | 'inverse'>> {
  /** An imperative: `Write CAP_NET_ADMIN`. */
  readonly title: string;
  /** `safe`: it says what was meant and nothing else; `review`: look before it is made. */
  readonly applicability: 'safe' | 'review';
  /**
   * An editor may make it for whoever asks for a repair and not for which. Of the fixes of a finding
   * at most one is; none that takes away a protection, runs a command or has an equal.
   */
  readonly preferred?: boolean;
  readonly edits: readonly FileEdit[];
  /** Files that are not there yet. Whoever makes them overwrites nothing. */
  readonly creates?: readonly NewFile[];
  /** What files and steps change, for the model to judge again. */
  readonly effects?: readonly UnitFixEffect[];
}

export interface FileEdit extends UnitEdit {
  readonly file: string;
}

export interface NewFile extends SourceFile {
  readonly mode: number;
}

export type UnitFixEffect =
  | Extract<FixEffect, { kind: 'tun-device' | 'limit' }>
  /** Of the program that commands name by this path. */
  | (Extract<FixEffect, { kind: 'program' }> & { readonly path: string })
  /** The user manager holds these too, and may pass them on. */
  | { readonly kind: 'manager-holds'; readonly capabilities: CapabilitySet }
  /** The system manager runs the unit, from the file that is created at this path. */
  | { readonly kind: 'system-manager'; readonly path: string };

interface UnitOnSystem {
  readonly unit: FoundUnit;
  readonly system: UnitSystem;
}

/** The unit and its machine as they would be found after the fix; null where the edits do not go together. */
export function applyUnitFix(
  unit: FoundUnit,
  system: UnitSystem,
  { edits, creates = [], effects = [] }: UnitFix,
): UnitOnSystem | null {
  const edited = (file: SourceFile): SourceFile | null => {
    const own = edits.filter((edit) => edit.file === file.path);
    if (own.length === 0) return file;
    const text = applyEdits(file.text, own);
    return text === null ? null : { ...file, text };
  };
  const fragment = edited(unit.fragment);
  const dropIns = unit.dropIns.map(edited).filter((file) => file !== null);
  if (fragment === null || dropIns.length < unit.dropIns.length) return null;
  const start: UnitOnSystem = { unit: { ...unit, fragment, dropIns }, system };
  return effects.reduce((before, effect) => applyEffect(before, effect, creates), start);
}

function applyEffect(
  { unit, system }: UnitOnSystem,
  effect: UnitFixEffect,
  creates: readonly NewFile[],
): UnitOnSystem {
  switch (effect.kind) {
    case 'tun-device':
      return { unit, system: withTunDevice(system, effect.device) };
    case 'limit':
      return { unit, system: { ...system, limits: withLimit(system.limits, effect) } };
    case 'program': {
      const program = system.programs.get(effect.path);
      if (program?.kind !== 'file') return { unit, system };
      const changed = { ...program, file: programAfter(program.file, effect) };
      const programs = new Map([...system.programs, [effect.path, changed]]);
      return { unit, system: { ...system, programs } };
    }
    case 'manager-holds': {
      const { credentials } = system;
      const held = credentials.permitted | effect.capabilities;
      const sets = { permitted: held, effective: held, inheritable: held };
      return { unit, system: { ...system, credentials: { ...credentials, ...sets } } };
    }
    case 'system-manager': {
      const manager = { scope: 'system' } as const;
      const credentials = supposedCredentials(manager, system.accounts);
      const fragment = creates.find(({ path }) => path === effect.path) ?? unit.fragment;
      const dropIns = creates.filter(({ path }) => path !== effect.path);
      return { unit: { ...unit, fragment, dropIns }, system: { ...system, manager, credentials } };
    }
  }
}
