import { fileCapabilitiesOnNosuidMount } from './file-capabilities-on-nosuid-mount.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [fileCapabilitiesOnNosuidMount];

export function findRule(id: string): Rule | null {
  return rules.find((rule) => rule.id === id) ?? null;
}
