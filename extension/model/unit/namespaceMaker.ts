import type { UnitCommand } from './commandAssignments.ts';
import { pathText } from './sandbox.ts';

/**
 * The tool by which a command starts another program in a user and a network namespace of its own, where that may do
 * what the tool itself may not: unshare(1), pasta(1) and the like; null for any other command.
 */
export function namespaceMaker({ program, argv }: UnitCommand): string | null {
  const name = pathText(program)?.replace(/^.*\//, '') ?? '';
  const options = argv.slice(1).map((word) => pathText(word) ?? '');
  return makers[name]?.(options) === true ? name : null;
}

type MakesBoth = (options: readonly string[]) => boolean;

const makers: Readonly<Record<string, MakesBoth>> = {
  pasta: () => true,
  slirp4netns: () => true,
  rootlesskit: () => true,
  unshare: (options) =>
    has(options, ['U', 'r', 'c'], ['user', 'map-']) && has(options, ['n'], ['net']),
  bwrap: (options) =>
    has(options, [], ['unshare-all']) ||
    (has(options, [], ['unshare-user']) && has(options, [], ['unshare-net'])),
  capwright: (options) => options[0] === 'run' && has(options, [], ['sandbox']),
};

/** Whether one of the letters is among the short options, or a long one begins so; those of the program do not count. */
function has(
  options: readonly string[],
  letters: readonly string[],
  names: readonly string[],
): boolean {
  const end = options.findIndex((word) => word === '--' || word.startsWith('/'));
  const own = end === -1 ? options : options.slice(0, end);
  return own.some((word) =>
    word.startsWith('--')
      ? names.some((name) => word.startsWith(`--${name}`))
      : word.startsWith('-') && letters.some((letter) => word.includes(letter)),
  );
}
