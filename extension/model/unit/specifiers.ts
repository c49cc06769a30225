import type { SystemdRules } from './systemdRules.ts';
import { formatUnitName, isInstance, unescapeUnitName, type UnitName } from './unitName.ts';

/** What a unit's specifiers stand for, as far as it can be known without the machine. */
export interface SpecifierContext {
  readonly name: UnitName;
  /** Where the unit's own file lies. */
  readonly fragment: string;
  readonly manager: Manager;
  readonly rules: Pick<SystemdRules, 'userStateIsConfiguration'>;
}

/** The service manager that loads a unit; the directories of a user manager depend on its user. */
export type Manager = { readonly scope: 'system' } | UserManager;

export interface UserManager {
  readonly scope: 'user';
  readonly user: string;
  readonly uid: number;
  readonly group: string;
  readonly gid: number;
  readonly home: string;
  /** XDG_RUNTIME_DIR. */
  readonly runtimeDirectory: string;
}

export type Resolved =
  | { readonly kind: 'text'; readonly text: string }
  /** A specifier of the machine, such as `%H`, of the boot, or in a template of the instance. */
  | { readonly kind: 'unknown'; readonly specifier: string };

/**
 * `specifier_printf()`: a percent sign stands for itself before anything but a letter or a digit,
 * and at the end. Null where a letter or digit after it is no specifier (EBADSLT).
 */
export function resolveSpecifiers(text: string, context: SpecifierContext): Resolved | null {
  let resolved = '';
  let unknown: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const letter = text.charAt(at + 1);
    if (character !== '%' || letter === '') {
      resolved += character;
      continue;
    }
    at += 1;
    if (ofTheMachine.includes(letter) || isOfAnInstance(letter, context)) unknown ??= `%${letter}`;
    else if (Object.hasOwn(specifiers, letter)) resolved += specifiers[letter]?.(context) ?? '';
    else if (/[a-z0-9]/i.test(letter)) return null;
    else resolved += `%${letter}`;
  }
  return unknown === null
    ? { kind: 'text', text: resolved }
    : { kind: 'unknown', specifier: unknown };
}

/**
 * The text with what stands for the manager’s user, or for where the unit’s file lies, written out:
 * another manager then reads it alike.
 */
export function writeOutUser(text: string, context: SpecifierContext): string {
  return text.replaceAll(/%(.)/gs, (found, letter: string) =>
    ofTheUser.includes(letter)
      ? (specifiers[letter]?.(context) ?? found).replaceAll('%', '%%')
      : found,
  );
}

const ofTheUser = 'tCESLhuUgGyY';

/**
 * Of the machine, its boot and its operating system, and what depends on the environment of the
 * manager (systemd.unit(5), “Specifiers”).
 */
const ofTheMachine = 'aAbBcdHlmMoqrRsTvVwW';

/** In a template they stand for nothing yet: there is no such unit before somebody names an instance. */
function isOfAnInstance(letter: string, { name }: SpecifierContext): boolean {
  return name.instance === '' && 'iIfnN'.includes(letter);
}

const specifiers: Readonly<Record<string, (context: SpecifierContext) => string>> = {
  '%': () => '%',
  n: ({ name }) => formatUnitName(name),
  N: ({ name }) => stem(name),
  p: ({ name }) => name.prefix,
  P: ({ name }) => unescapeUnitName(name.prefix),
  i: ({ name }) => name.instance ?? '',
  I: ({ name }) => unescapeUnitName(name.instance ?? ''),
  j: ({ name }) => lastComponent(name),
  J: ({ name }) => unescapeUnitName(lastComponent(name)),
  f: ({ name }) => pathOf(isInstance(name) ? (name.instance ?? '') : name.prefix),
  y: ({ fragment }) => fragment,
  Y: ({ fragment }) => fragment.slice(0, fragment.lastIndexOf('/')),
  t: directory('/run', ({ runtimeDirectory }) => runtimeDirectory),
  C: directory('/var/cache', ({ home }) => `${home}/.cache`),
  E: directory('/etc', ({ home }) => `${home}/.config`),
  S: (context) => directory('/var/lib', ({ home }) => `${home}/${stateOf(context)}`)(context),
  L: (context) => directory('/var/log', ({ home }) => `${home}/${stateOf(context)}/log`)(context),
  // The manager's user, also where User= names another.
  h: directory('/root', ({ home }) => home),
  u: directory('root', ({ user }) => user),
  U: directory('0', ({ uid }) => String(uid)),
  g: directory('root', ({ group }) => group),
  G: directory('0', ({ gid }) => String(gid)),
};

function stateOf({ rules }: SpecifierContext): string {
  return rules.userStateIsConfiguration ? '.config' : '.local/state';
}

function directory(system: string, user: (manager: UserManager) => string) {
  return ({ manager }: SpecifierContext) => (manager.scope === 'system' ? system : user(manager));
}

function stem({ prefix, instance }: UnitName): string {
  return instance === null ? prefix : `${prefix}@${instance}`;
}

function lastComponent({ prefix }: UnitName): string {
  return prefix.slice(prefix.lastIndexOf('-') + 1);
}

function pathOf(escaped: string): string {
  const path = unescapeUnitName(escaped);
  return path.startsWith('/') ? path : `/${path}`;
}
