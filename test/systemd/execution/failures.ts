import { operationsTried, type Observation } from './observe.ts';

/** What was seen to fail of a unit, by what it is: `start of command 1` with `218/CAPABILITIES`. */
export type Failures = ReadonlyMap<string, string>;

/**
 * Where systemd refused the unit or one of its commands, and what the programs of ExecStart= may not do
 * of these operations. Nothing of it comes from the model.
 */
export function failuresOf(
  { load, commands }: Observation,
  wanted: ReadonlySet<string> = new Set(operationsTried),
): Failures {
  if (load !== 'loaded') return new Map([['load', load]]);
  return new Map(
    commands.flatMap(({ directive, start, verdicts }, index): readonly [string, string][] => {
      const which = `of command ${String(index + 1)}`;
      if (start === null) return [];
      if (start !== 'ok' && start !== killedAtOnce) return [[`start ${which}`, start]];
      if (directive !== 'ExecStart') return [];
      const killed =
        start === killedAtOnce
          ? 'SIGSYS'
          : Object.values(verdicts).find((verdict) => verdict.startsWith('SIG'));
      return operationsTried
        .filter((operation) => wanted.has(operation))
        .map((operation) => [operation, verdicts[operation] ?? killed ?? 'not tried'] as const)
        .filter(([, verdict]) => verdict !== 'allowed')
        .map(([operation, verdict]) => [`${operation} ${which}`, verdict]);
    }),
  );
}

/** By a system call filter that did not let it say a word: it was started. */
export const killedAtOnce = '31/SYS';
