import { ignored, merged, refused, replaced, type AssignmentRule } from './assignmentRules.ts';
import { isAbsolutePath, isDeviceNode, simplifyPath } from './path.ts';
import { slicePiece, type Piece } from './piece.ts';
import { resolveSpecifiers, type Resolved, type SpecifierContext } from './specifiers.ts';
import { extractWord, quotedFields, quotedWords, splitWords } from './words.ts';

/** DeviceAllow=: a node below /dev, or a class such as `char-misc`, and what may be done with it. */
export interface DeviceRule {
  readonly node: Resolved;
  readonly read: boolean;
  readonly write: boolean;
  readonly mknod: boolean;
}

/** `config_parse_device_allow()`: one node a line; only lower-case `r`, `w` and `m`. */
export const deviceAllow: AssignmentRule<readonly DeviceRule[]> = {
  initial: [],
  assign: (before, value, { specifiers, report }) => {
    if (value.text === '') return replaced([]);
    const first = extractWord(value, 0, quotedWords);
    if (first.kind !== 'word') {
      report('invalid-value', value);
      return ignored;
    }
    const { word, rest } = first;
    const node = resolveSpecifiers(word.text, specifiers);
    if (node === null) {
      report('unknown-specifier', word.piece);
      return ignored;
    }
    if (node.kind === 'text' && !isDeviceClass(node.text) && !isDeviceNode(node.text)) {
      report('invalid-device-path', word.piece);
      return ignored;
    }
    const rights = slicePiece(value, rest);
    if (!/^[rwm]*$/.test(rights.text)) {
      report('invalid-device-rights', rights);
      return ignored;
    }
    const may = (right: string) => rights.text === '' || rights.text.includes(right);
    const path = node.kind === 'text' ? { ...node, text: nodeName(node.text) } : node;
    const rule = { node: path, read: may('r'), write: may('w'), mknod: may('m') };
    return merged([...before, rule]);
  },
};

/** A path of one of the *Paths= settings, with its prefixes. */
export interface NamespacePath {
  readonly path: Resolved;
  /** `-`: nothing goes wrong when it is not there. */
  readonly optional: boolean;
  /** `+`: below RootDirectory=. */
  readonly belowRoot: boolean;
}

/** ReadWritePaths= and the like, `config_parse_namespace_path_strv()`. */
export const namespacePaths: AssignmentRule<readonly NamespacePath[]> = {
  initial: [],
  assign: (before, value, { specifiers, report }) => {
    if (value.text === '') return replaced([]);
    const { words, invalid } = splitWords(value, quotedWords);
    const paths: NamespacePath[] = [];
    for (const { text, piece } of words) {
      const [, minus = '', plus = '', rest = ''] = /^(-?)(\+?)(.*)$/su.exec(text) ?? [];
      const path = absolutePath(rest, specifiers);
      if (path === null) report('invalid-word', piece);
      else paths.push({ path, optional: minus !== '', belowRoot: plus !== '' });
    }
    if (invalid !== null) report('unbalanced-quote', value);
    return merged([...before, ...paths]);
  },
};

/** A path, or nothing: `config_parse_unit_path_printf()`. */
export const singlePath: AssignmentRule<Resolved | null> = pathRule('relative-path');

/** RootDirectory= and RootImage=: one that cannot be used is fatal. */
export const rootPath: AssignmentRule<Resolved | null> = pathRule('unusable-directory');

function pathRule(
  problem: 'relative-path' | 'unusable-directory',
): AssignmentRule<Resolved | null> {
  return {
    initial: null,
    assign: (before, value, { specifiers, report }) => {
      const resolved = resolveSpecifiers(value.text, specifiers);
      if (resolved?.kind === 'text' && resolved.text === '') return replaced(null);
      const path = absolutePath(value.text, specifiers);
      if (path !== null) return replaced(path);
      report(problem, value);
      return problem === 'unusable-directory' ? refused(before) : ignored;
    },
  };
}

/** WorkingDirectory=. */
export interface WorkingDirectory {
  /** `~` is the home of the user. */
  readonly path: Resolved;
  /** `-`: nothing goes wrong when it is not there. */
  readonly optional: boolean;
}

/** `config_parse_working_directory()`: a path that cannot be used is fatal, unless it is optional. */
export const workingDirectory: AssignmentRule<WorkingDirectory | null> = {
  initial: null,
  assign: (before, value, { specifiers, report }) => {
    const optional = value.text.startsWith('-');
    const text = optional ? value.text.slice(1) : value.text;
    if (value.text === '') return replaced(null);
    const path = text === '~' ? ({ kind: 'text', text } as const) : absolutePath(text, specifiers);
    if (path !== null) return replaced({ path, optional });
    report('unusable-directory', value, optional ? 'line' : 'unit');
    return optional ? ignored : refused(before);
  },
};

/** A line of BindPaths= or BindReadOnlyPaths=. */
export interface BindMount {
  readonly readOnly: boolean;
  readonly source: Resolved;
  readonly destination: Resolved;
  /** `-`: nothing goes wrong when the source is not there. */
  readonly optional: boolean;
  /** Whether what is mounted below it comes along (`rbind`). */
  readonly recursive: boolean;
}

/**
 * `config_parse_bind_paths()`: `source[:destination[:options]]`, and between two blanks an empty
 * one. Both keys share a list, so that each resets both.
 */
export const bindMounts: AssignmentRule<readonly BindMount[]> = {
  initial: [],
  assign: (before, value, { key, specifiers, rules, report }) => {
    if (value.text === '') return replaced([]);
    const readOnly = key === 'BindReadOnlyPaths';
    const mounts = [...before];
    const { fields, invalid } = rules.bindPathsAreWords ? wordFields(value) : openFields(value);
    for (const { piece, source, destination, options } of fields) {
      const [, minus = '', path = ''] = /^(-?)(.*)$/su.exec(source) ?? [];
      const from = absolutePath(path, specifiers);
      const to = destination === null ? from : absolutePath(destination, specifiers);
      if (from === null || to === null || !bindOptions.includes(options)) {
        report('invalid-word', piece);
        continue;
      }
      const recursive = options !== 'norbind';
      mounts.push({ readOnly, source: from, destination: to, optional: minus !== '', recursive });
    }
    if (invalid !== null) report(invalid, value);
    return merged(mounts);
  },
};

const bindOptions = ['', 'rbind', 'norbind'];

interface BindFields {
  readonly fields: readonly BindField[];
  readonly invalid: 'unbalanced-quote' | 'unknown-escape' | null;
}

interface BindField {
  readonly piece: Piece;
  readonly source: string;
  readonly destination: string | null;
  readonly options: string;
}

/** Words, each split at its colons; a fourth field is refused as an option that does not exist. */
function wordFields(value: Piece): BindFields {
  const { words, invalid } = splitWords(value, { ...quotedWords, keepEscapes: true });
  const fields = words.flatMap(({ text, piece }): readonly BindField[] => {
    const [source = '', destination = null, ...rest] = text
      .split(/(?<!\\):/)
      .map((field) => field.replaceAll(/\\(.)/gsu, '$1'));
    return [{ piece, source, destination, options: rest.join(':') }];
  });
  return { fields, invalid };
}

/**
 * As it was before words came first: each field ends at a colon or a blank, so that after a source
 * that is refused its destination is read as a source, and options after `:` are the next word.
 */
function openFields(value: Piece): BindFields {
  const fields: BindField[] = [];
  const { text } = value;
  let at = 0;
  const next = (rules = quotedFields) => {
    const extracted = extractWord(value, at, rules);
    if (extracted.kind === 'word') at = extracted.rest;
    return extracted;
  };
  const moreAfterColon = () => at <= text.length && text.charAt(at - 1) === ':';
  for (;;) {
    const source = next();
    if (source.kind === 'end') return { fields, invalid: null };
    if (source.kind === 'invalid') return { fields, invalid: source.cause };
    const { text: from, piece } = source.word;
    const field = { piece, source: from, destination: null, options: '' };
    if (!moreAfterColon() || !/^-?\//.test(from)) {
      fields.push(field);
      continue;
    }
    const destination = next();
    if (destination.kind === 'invalid') return { fields, invalid: destination.cause };
    const to = destination.kind === 'word' ? destination.word.text : '';
    if (!moreAfterColon() || !to.startsWith('/')) {
      fields.push({ ...field, destination: to });
      continue;
    }
    const options = next(quotedWords);
    if (options.kind === 'invalid') return { fields, invalid: options.cause };
    if (options.kind === 'end' || at === text.length) at = text.length + 1;
    fields.push({
      ...field,
      destination: to,
      options: options.kind === 'word' ? options.word.text : '',
    });
  }
}

/** TemporaryFileSystem=: a path, and the options of its tmpfs. */
export interface TemporaryFileSystem {
  readonly path: Resolved;
  readonly options: string;
}

/** `config_parse_temporary_filesystems()`. */
export const temporaryFileSystems: AssignmentRule<readonly TemporaryFileSystem[]> = {
  initial: [],
  assign: (before, value, { specifiers, report }) => {
    if (value.text === '') return replaced([]);
    const { words, invalid } = splitWords(value, quotedWords);
    const mounts: TemporaryFileSystem[] = [];
    for (const { text, piece } of words) {
      const [name = '', options = ''] = text.split(/:(.*)/s, 2);
      const path = absolutePath(name, specifiers);
      if (path === null) report('invalid-word', piece);
      else mounts.push({ path, options });
    }
    if (invalid !== null) report('unbalanced-quote', value);
    return merged([...before, ...mounts]);
  },
};

/** Null for a path that is not absolute, that goes up, or that has an unknown specifier. */
function absolutePath(text: string, specifiers: SpecifierContext): Resolved | null {
  const path = resolveSpecifiers(text, specifiers);
  if (path === null || path.kind === 'unknown') return path;
  return isAbsolutePath(path.text) ? { kind: 'text', text: simplifyPath(path.text) } : null;
}

function isDeviceClass(text: string): boolean {
  return text.startsWith('block-') || text.startsWith('char-');
}

function nodeName(text: string): string {
  return isDeviceClass(text) ? text : simplifyPath(text);
}
