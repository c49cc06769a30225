import { refused, type RunnerEdit } from './runnerEdit.ts';

/** A configure preset of CMake, with what matters here: cmake-presets(7). */
export interface CmakePreset {
  readonly name: string;
  /** It is there to be inherited, and cannot be chosen. */
  readonly hidden: boolean;
}

/**
 * Presets of the user's own that build into another directory, for CMakeUserPresets.json: one for each that
 * can be chosen, from which it inherits all else. In every version of the format a preset of the user's may
 * inherit those of the project, and none needs more than a name to do so.
 * @param presets of the project and of the user
 */
export function addCmakeUserPresets(
  presets: readonly CmakePreset[],
  directory: string,
): RunnerEdit<{ readonly presets: readonly ({ readonly name: string } & object)[] }> {
  const choosable = presets.filter(({ hidden }) => !hidden);
  if (choosable.length === 0) return refused('no preset of it and its project can be chosen');
  const taken = choosable.find(({ name }) => presets.some((each) => each.name === added(name)));
  if (taken !== undefined) return refused(`it has a preset ${added(taken.name)} already`);
  // All that begins with a dollar sign is taken for a macro.
  const literal = directory.replaceAll('$', '${dollar}');
  return {
    kind: 'edit',
    presets: choosable.map(({ name }) => ({
      name: added(name),
      inherits: name,
      binaryDir: `${literal}/\${presetName}`,
    })),
  };
}

function added(name: string): string {
  return `${name}-elsewhere`;
}
