/** The types of units, by the suffix of their names (systemd.unit(5)). */
const unitTypes = [
  'service',
  'socket',
  'mount',
  'automount',
  'swap',
  'target',
  'device',
  'timer',
  'path',
  'slice',
  'scope',
] as const;

export type UnitType = (typeof unitTypes)[number];

/** `prefix@instance.type`; `instance` is '' in a template and null in an ordinary unit. */
export interface UnitName {
  readonly prefix: string;
  readonly instance: string | null;
  readonly type: UnitType;
}

/** UNIT_NAME_MAX, with the terminating NUL. */
const longestName = 256;

/** `unit_name_is_valid()`; null for what is no unit's name. */
export function parseUnitName(text: string): UnitName | null {
  if (text.length >= longestName) return null;
  const dot = text.lastIndexOf('.');
  const type = unitTypes.find((each) => each === text.slice(dot + 1));
  const stem = text.slice(0, dot);
  if (dot < 1 || type === undefined || !/^[a-z0-9@:_.\\-]+$/i.test(stem)) return null;
  const at = stem.indexOf('@');
  if (at === 0) return null;
  if (at === -1) return { prefix: stem, instance: null, type };
  return { prefix: stem.slice(0, at), instance: stem.slice(at + 1), type };
}

export function formatUnitName({ prefix, instance, type }: UnitName): string {
  return instance === null ? `${prefix}.${type}` : `${prefix}@${instance}.${type}`;
}

export function isInstance({ instance }: UnitName): boolean {
  return instance !== null && instance !== '';
}

/** `unit_name_unescape()`: `-` is `/`, `\x2d` is `-`. */
export function unescapeUnitName(text: string): string {
  return text.replaceAll(/-|\\x([0-9a-f]{2})/gi, (_, hex?: string) =>
    hex === undefined ? '/' : String.fromCharCode(parseInt(hex, 16)),
  );
}
