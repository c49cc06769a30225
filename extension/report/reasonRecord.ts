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
  const record: Record<string, unknown> = plain(reason);
  return { ...record, rule: reason.rule, source: reasonSource(reason) };
}

function plain(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, plainValue(key, each)]),
  );
}

function plainValue(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return names(value);
  if (key === 'capability' && typeof value === 'number') return capabilityName(value);
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? plain(value) : value;
}
