/** What a run of tests found. */
export interface Counts {
  readonly passed: number;
  /** Title and message. */
  readonly failures: readonly string[];
  /** Title or reason. */
  readonly skips: readonly string[];
}

export const none: Counts = { passed: 0, failures: [], skips: [] };

export function sum(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failures: counts.flatMap(({ failures }) => failures),
    skips: counts.flatMap(({ skips }) => skips),
  };
}

/** Names where the tests ran, in front of every title. */
export function named(place: string, { passed, failures, skips }: Counts): Counts {
  const name = (title: string): string => `${place}: ${title}`;
  return { passed, failures: failures.map(name), skips: skips.map(name) };
}
