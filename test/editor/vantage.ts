/**
 * The vantages from which the extension host is tested: who it is, what it holds, whether the
 * workspace is trusted. A new one is a new row.
 */
import type { User } from '../../.build/editor/user.mjs';

export interface Vantage {
  readonly name: string;
  /** False is VS Code's Restricted Mode. */
  readonly trusted: boolean;
  readonly noNewPrivs: boolean;
  /** Root itself, of the workbench's tests only. */
  readonly root: boolean;
  /** As setpriv(1) names them. */
  readonly ambient: readonly string[];
  /** Another extension for unit files is installed: that of systemdExtension/. */
  readonly besideOthers: boolean;
  /** Programs of /usr/sbin that are not installed. */
  readonly lacking: readonly string[];
}

/** Whom the extension host runs as. */
export interface Person {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly name: string;
}

const ordinary: Vantage = {
  name: 'ordinary',
  trusted: true,
  noNewPrivs: false,
  root: false,
  ambient: [],
  besideOthers: false,
  lacking: [],
};

export const vantages: readonly Vantage[] = [
  ordinary,
  { ...ordinary, name: 'restricted mode', trusted: false },
  { ...ordinary, name: 'no_new_privs', noNewPrivs: true },
  { ...ordinary, name: 'ambient cap_net_admin', ambient: ['net_admin'] },
  { ...ordinary, name: 'root', root: true },
  { ...ordinary, name: 'beside a systemd extension', besideOthers: true },
  { ...ordinary, name: 'without getcap', lacking: ['getcap'] },
  { ...ordinary, name: 'without setcap', lacking: ['setcap'] },
];

/** The vantage of this name. Throws where there is none. */
export function vantageNamed(name: string): Vantage {
  const found = vantages.find((vantage) => vantage.name === name);
  if (found === undefined) throw new Error(`no vantage is called “${name}”`);
  return found;
}

/** Whether only root can make it. */
export function needsRoot({ noNewPrivs, ambient, root, lacking }: Vantage): boolean {
  return root || noNewPrivs || ambient.length > 0 || lacking.length > 0;
}

/** Whom the editor runs as; undefined is whoever runs the tests. */
export function userOf(person: Person | undefined, vantage: Vantage): User | undefined {
  const { noNewPrivs, ambient, root, lacking } = vantage;
  return person === undefined || root ? undefined : { ...person, noNewPrivs, ambient, lacking };
}
