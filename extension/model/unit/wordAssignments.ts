import { errnoText } from './errnoNames.ts';
import {
  ignored,
  merged,
  refused,
  replaced,
  type AssignmentContext,
  type AssignmentRule,
} from './assignmentRules.ts';
import { parseBoolean } from './choices.ts';
import { isUserOrGroupName } from './names.ts';
import { slicePiece, type Piece } from './piece.ts';
import { isSystemCall } from './systemCallNames.ts';
import { resolveSpecifiers, type Resolved } from './specifiers.ts';
import { plainWords, quotedWords, splitWords } from './words.ts';

/** A list that allows only what it names, or that forbids it. */
export interface Filter {
  readonly allow: boolean;
  readonly names: ReadonlySet<string>;
}

/** RestrictAddressFamilies=none. It is no list yet: the next line decides what kind it is. */
const noFamily: Filter = { allow: true, names: new Set() };

/** RestrictAddressFamilies=, `config_parse_address_families()`; null where there is no list. */
export const addressFamilies: AssignmentRule<Filter | null> = {
  initial: null,
  assign: (before, value, { report, rules }) => {
    if (value.text === '') return replaced(null);
    if (value.text === 'none') return replaced(noFamily);
    const { inverted, rest } = inversion(value);
    const first = before === null || before === noFamily;
    const allow = first ? !inverted : before.allow;
    const names = new Set(first ? [] : before.names);
    const { words, invalid } = splitWords(rest, quotedWords);
    for (const { text, piece } of words) {
      const family = addressFamily(text);
      if (family === null) {
        report('unknown-address-family', piece);
        if (rules.unknownFamilyEndsLine) break;
      } else if (inverted === allow) names.delete(family);
      else names.add(family);
    }
    if (invalid !== null) report('unbalanced-quote', value);
    return first ? replaced({ allow, names }) : merged({ allow, names });
  },
};

/**
 * The families that the C library's headers name, and with which systemd was compiled; in any
 * case. Two have a second name.
 */
function addressFamily(word: string): string | null {
  const upper = word.toUpperCase();
  if (upper === 'AF_LOCAL' || upper === 'AF_FILE') return 'AF_UNIX';
  if (upper === 'AF_ROUTE') return 'AF_NETLINK';
  return addressFamilyNames.find((name) => name.toUpperCase() === upper) ?? null;
}

const addressFamilyNames: readonly string[] = (
  'AF_ALG AF_APPLETALK AF_ASH AF_ATMPVC AF_ATMSVC AF_AX25 AF_BLUETOOTH AF_BRIDGE AF_CAIF AF_CAN ' +
  'AF_DECnet AF_ECONET AF_IB AF_IEEE802154 AF_INET AF_INET6 AF_IPX AF_IRDA AF_ISDN AF_IUCV ' +
  'AF_KCM AF_KEY AF_LLC AF_MCTP AF_MPLS AF_NETBEUI AF_NETLINK AF_NETROM AF_NFC AF_PACKET ' +
  'AF_PHONET AF_PPPOX AF_QIPCRTR AF_RDS AF_ROSE AF_RXRPC AF_SECURITY AF_SMC AF_SNA AF_TIPC ' +
  'AF_UNIX AF_VSOCK AF_WANPIPE AF_X25 AF_XDP'
).split(' ');

/** The types of namespaces that may be made; null where RestrictNamespaces= restricts nothing. */
export type NamespaceTypes = ReadonlySet<string> | null;

const namespaceTypes = ['cgroup', 'ipc', 'net', 'mnt', 'pid', 'user', 'uts', 'time'];

/** RestrictNamespaces=, `config_parse_restrict_namespaces()`: one unknown word costs the line. */
export const permittedNamespaces: AssignmentRule<NamespaceTypes> = {
  initial: null,
  assign: (before, value, { report, rules }) => {
    if (value.text === '') return replaced(null);
    const all = namespaceTypes.filter((type) => type !== 'time' || rules.timeNamespaces);
    const parsed = parseBoolean(value.text);
    if (parsed !== null) return replaced(new Set(parsed ? [] : all));
    const { inverted, rest } = inversion(value);
    const { words } = splitWords(rest, plainWords);
    const unknown = words.find(({ text }) => !namespaceTypes.includes(text));
    if (unknown !== undefined) {
      report('invalid-value', unknown.piece);
      return ignored;
    }
    const named = new Set(words.map(({ text }) => text));
    if (before === null && !inverted) return replaced(named);
    const kept = before ?? new Set(all);
    return merged(inverted ? difference(kept, named) : new Set([...kept, ...named]));
  },
};

/**
 * DelegateNamespaces=: those of the unit that its own user namespace owns. It is written as
 * RestrictNamespaces= is, and a boolean means the opposite.
 */
export const delegatedNamespaces: AssignmentRule<NamespaceTypes> = {
  initial: null,
  assign: (before, value, context) => {
    const parsed = parseBoolean(value.text);
    if (parsed !== null) return replaced(new Set(parsed ? namespaceTypes : []));
    return permittedNamespaces.assign(before, value, context);
  },
};

function difference(set: ReadonlySet<string>, removed: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...set].filter((each) => !removed.has(each)));
}

/** SystemCallFilter= as it is written; what a group such as `@system-service` holds is not here. */
export interface SystemCallFilter {
  readonly allow: boolean;
  /** In order: a later step takes back what an earlier one put in. */
  readonly steps: readonly SystemCallStep[];
}

export interface SystemCallStep {
  /** A system call or, with `@`, a group of them. */
  readonly name: string;
  /** With what it fails, where that is given: a number, a name or `kill`. */
  readonly errno: string | null;
  /** Whether it is put into the list or taken out of it. */
  readonly put: boolean;
}

/** `config_parse_syscall_filter()`: the first line decides whether the list allows or forbids. */
export const systemCallFilter: AssignmentRule<SystemCallFilter | null> = {
  initial: null,
  assign: (before, value, { report }) => {
    if (value.text === '') return replaced(null);
    const { inverted, rest } = inversion(value);
    const allow = before?.allow ?? !inverted;
    const { words, invalid } = splitWords(rest, plainWords);
    const steps = words.flatMap(({ text, piece }): readonly SystemCallStep[] => {
      const [name = '', written = null] = text.split(/:(.*)/s, 2);
      const errno = written === null || written === 'kill' ? written : errnoText(written);
      const isValid = written === null || (errno !== null && inverted);
      if (name === '' || !isValid) {
        report('invalid-word', piece);
        return [];
      }
      if (!isSystemCall(name)) {
        report('unknown-system-call', piece);
        return [];
      }
      return [{ name, errno, put: inverted !== allow }];
    });
    if (invalid !== null) report('unbalanced-quote', value);
    if (before === null) return replaced({ allow, steps });
    return merged({ allow, steps: [...before.steps, ...steps] });
  },
};

/** SystemCallErrorNumber=: what a call outside the filter answers; null, or `kill`, where it kills. */
export const systemCallError: AssignmentRule<string | null> = {
  initial: null,
  assign: (_, value, { report }) => {
    if (value.text === '' || value.text === 'kill') return replaced(null);
    const errno = errnoText(value.text);
    if (errno !== null && Number(errno) !== 0) return replaced(errno);
    report('invalid-value', value);
    return ignored;
  },
};

/** SystemCallArchitectures=; whether there are such architectures is not asked. */
export const architectures: AssignmentRule<readonly string[]> = {
  initial: [],
  assign: (before, value) => {
    if (value.text === '') return replaced([]);
    const { words } = splitWords(value, quotedWords);
    return merged([...before, ...words.map(({ text }) => text)]);
  },
};

const secureBitNames: readonly string[] = [
  'noroot',
  'noroot-locked',
  'no-setuid-fixup',
  'no-setuid-fixup-locked',
  'keep-caps',
  'keep-caps-locked',
];

/** SecureBits=, as the bits of prctl(2). An unknown word is passed over; the last line counts. */
export const secureBits: AssignmentRule<number> = {
  initial: 0,
  assign: (_, value, { report }) => {
    if (value.text === '') return replaced(0);
    const { words, invalid } = splitWords(value, quotedWords);
    if (invalid !== null) {
      report('unbalanced-quote', value);
      return ignored;
    }
    let bits = 0;
    for (const { text, piece } of words) {
      const bit = secureBitNames.indexOf(text);
      if (bit === -1) report('unknown-secure-bit', piece);
      else bits |= 1 << bit;
    }
    return replaced(bits);
  },
};

/** User= and Group=, `config_parse_user_group_compat()`. Quotes are part of the name. */
export const userOrGroup: AssignmentRule<Resolved | null> = {
  initial: null,
  assign: (before, value, context) => {
    if (value.text === '') return replaced(null);
    const name = resolveName(value, value.text, context);
    return name === null ? refused(before) : replaced(name);
  },
};

/** PAMName=, `config_parse_unit_string_printf()`; null for none. */
export const plainText: AssignmentRule<Resolved | null> = {
  initial: null,
  assign: (_, value, { specifiers, report }) => {
    if (value.text === '') return replaced(null);
    const resolved = resolveSpecifiers(value.text, specifiers);
    if (resolved !== null) return replaced(resolved);
    report('unknown-specifier', value);
    return ignored;
  },
};

/** BusName=, `config_parse_bus_name()`: an empty one is no name, and the old one stays. */
export const busName: AssignmentRule<Resolved | null> = {
  initial: null,
  assign: (_, value, { specifiers, report }) => {
    const resolved = resolveSpecifiers(value.text, specifiers);
    if (resolved !== null && (resolved.kind !== 'text' || isBusName(resolved.text))) {
      return replaced(resolved);
    }
    const invalid = value.text === '' ? 'empty-value' : 'invalid-value';
    report(resolved === null ? 'unknown-specifier' : invalid, value);
    return ignored;
  },
};

/** `sd_bus_service_name_is_valid()`; a name that the bus gives begins with a colon, and takes digits first. */
function isBusName(text: string): boolean {
  const named = /^[A-Za-z_-][\w-]*(?:\.[A-Za-z_-][\w-]*)+$/;
  return text.length <= 255 && (named.test(text) || /^:[\w-]+(?:\.[\w-]+)+$/.test(text));
}

/** Delegate=, `config_parse_delegate()`: an empty one delegates too, and no controller with it. */
export const delegation: AssignmentRule<boolean> = {
  initial: false,
  assign: (_, value) => replaced(parseBoolean(value.text) ?? true),
};

/** LogNamespace=, `config_parse_log_namespace()`: what can be part of a file name and of a unit’s. */
export const logNamespace: AssignmentRule<Resolved | null> = {
  initial: null,
  assign: (_, value, { specifiers, report }) => {
    if (value.text === '') return replaced(null);
    const resolved = resolveSpecifiers(value.text, specifiers);
    const valid = resolved?.kind !== 'text' || /^(?!\.{1,2}$)[\w:.\\@-]+$/.test(resolved.text);
    if (resolved !== null && valid) return replaced(resolved);
    report(resolved === null ? 'unknown-specifier' : 'invalid-value', value);
    return ignored;
  },
};

/** SupplementaryGroups=, `config_parse_user_group_strv_compat()`. */
export const groups: AssignmentRule<readonly Resolved[]> = {
  initial: [],
  assign: (before, value, context) => {
    if (value.text === '') return replaced([]);
    const names = [...before];
    for (const { text, piece } of splitWords(value, plainWords).words) {
      const name = resolveName(piece, text, context);
      if (name === null) return refused(names);
      names.push(name);
    }
    return merged(names);
  },
};

/**
 * StateDirectory= and its like, `config_parse_exec_directories()`: each key that names a directory, with what it names
 * as it is written. What systemd refuses of it is not looked at.
 */
export const managedDirectories: AssignmentRule<ReadonlyMap<string, string>> = {
  initial: new Map(),
  assign: (before, value, { key }) => {
    const others = [...before].filter(([name]) => value.text !== '' || name !== key);
    return merged(new Map([...others, ...(value.text === '' ? [] : [[key, value.text] as const])]));
  },
};

function resolveName(
  piece: Piece,
  text: string,
  { specifiers, report }: AssignmentContext,
): Resolved | null {
  const name = resolveSpecifiers(text, specifiers);
  if (name?.kind === 'unknown') return name;
  if (name !== null && isUserOrGroupName(name.text)) return name;
  report('invalid-name', piece);
  return null;
}

/** A leading `~` turns the line round; it counts only as the first character of the value. */
function inversion(value: Piece): { readonly inverted: boolean; readonly rest: Piece } {
  const inverted = value.text.startsWith('~');
  return { inverted, rest: inverted ? slicePiece(value, 1) : value };
}
