import { parseUnitName, type UnitName } from './unitName.ts';

/** A file of a unit by its path alone. */
export interface FileOfUnit {
  readonly unit: UnitName;
  /** Where the unit’s own file lies if it lies beside: for a drop-in, beside its directory. */
  readonly path: string;
  readonly isDropIn: boolean;
}

/** Which unit a file belongs to: `NAME` or `NAME.d/*.conf` (systemd.unit(5)); null for all others. */
export function fileOfUnit(path: string): FileOfUnit | null {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(folder.length + 1);
  const isDropIn = name.endsWith('.conf') && folder.endsWith('.d');
  const own = isDropIn ? folder.slice(0, -'.d'.length) : path;
  const unit = parseUnitName(own.slice(own.lastIndexOf('/') + 1));
  return unit === null ? null : { unit, path: own, isDropIn };
}
