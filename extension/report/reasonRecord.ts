import { names } from '../model/capabilitySet.ts';
import { capabilityName } from '../model/capability.ts';
import type { Reason } from '../model/reason.ts';
import { reasonSource } from '../model/reason.ts';

/** A reason as plain JSON: capability sets become lists of names, and the implementing source is added. */
export type ReasonRecord = Readonly<Record<string, unknown>> & {
  readonly rule: string;
  readonly source: string;
};

export function reasonRecord(reason: Reason): ReasonRecord {
  return { ...plain(reason), rule: reason.rule, source: reasonSource(reason) };
}

function plain(value: object): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) record[key] = plainValue(key, each);
  return record;
}

function plainValue(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return names(value);
  if (key === 'capability' && typeof value === 'number') return capabilityName(value);
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? plain(value) : value;
}
