import {
  ignored,
  merged,
  refused,
  replaced,
  type AssignmentContext,
  type AssignmentRule,
} from './assignmentRules.ts';
import { simplifyPath } from './path.ts';
import { slicePiece, type Piece } from './piece.ts';
import type { UnitProblem } from './problem.ts';
import { resolveSpecifiers, type Resolved } from './specifiers.ts';
import type { SystemdRules } from './systemdRules.ts';
import { escapedWords, extractWord, skipWhitespace, type Extracted } from './words.ts';

/** One command of an Exec*= setting. */
export interface UnitCommand {
  /** The program: an absolute path, or a name that is looked for in PATH. */
  readonly program: Resolved;
  /** argv, before environment variables are filled in. */
  readonly argv: readonly Resolved[];
  /** `-`: its failure is none. */
  readonly ignoreFailure: boolean;
  /** `:`: environment variables are not filled in. */
  readonly verbatim: boolean;
  /** `|`: /bin/sh runs what follows argv[0], with `@` as a login shell. */
  readonly shell: boolean;
  /**
   * `+` leaves out ids, capabilities and sandbox; `!` leaves out the change of ids alone; `!!` is as if
   * it were not there where there are ambient capabilities.
   */
  readonly privilege: '+' | '!' | '!!' | null;
  readonly piece: Piece;
}

/** ExecStart= and its like, `config_parse_exec()`. */
export const commands: AssignmentRule<readonly UnitCommand[]> = {
  initial: [],
  assign: (before, value, context) => {
    if (value.text === '') return replaced([]);
    const found: UnitCommand[] = [];
    for (let at = 0; ;) {
      const first = extractKept(value, at, context);
      if (first.kind === 'invalid') context.report(first.cause, value);
      if (first.kind !== 'word') break;
      if (first.word.text === ';') {
        at = first.rest;
        continue;
      }
      const command = readCommand(value, at, first, context);
      if (command === 'ignored') break;
      if (command === 'refused') return refused([...before, ...found]);
      found.push(command.command);
      if (command.next === null) break;
      at = command.next;
    }
    return found.length === 0 ? ignored : merged([...before, ...found]);
  },
};

function readCommand(
  value: Piece,
  from: number,
  first: Extract<Extracted, { kind: 'word' }>,
  context: AssignmentContext,
): 'ignored' | 'refused' | { readonly command: UnitCommand; readonly next: number | null } {
  const { specifiers, report, rules } = context;
  const prefixes = readPrefixes(first.word.text, rules);
  const { ignoreFailure, verbatim, shell, privilege } = prefixes;
  const lost = ignoreFailure ? 'ignored' : 'refused';
  const fail = (problem: UnitProblem, piece: Piece): typeof lost => {
    report(problem, piece, ignoreFailure ? 'line' : 'unit');
    return lost;
  };
  const named = first.word.text.slice(prefixes.length);
  // The first word of a shell's command is no program, and its specifiers stay.
  const program = shell
    ? { kind: 'text' as const, text: '/bin/sh' }
    : resolveSpecifiers(named, specifiers);
  if (program === null) return fail('unknown-specifier', first.word.piece);
  if (program.kind === 'text' && !isProgram(program.text)) {
    const problem = program.text === '' ? 'empty-command' : 'invalid-program';
    return fail(problem, first.word.piece);
  }
  const argv: Resolved[] = prefixes.ownArgument0 ? [] : [program];
  if (shell) {
    argv.splice(0, 1, { kind: 'text', text: prefixes.ownArgument0 ? '-sh' : 'sh' });
    if (named !== '') argv.push({ kind: 'text', text: named });
  }
  let at = first.rest;
  let next: number | null = null;
  while (at < value.text.length) {
    const separator = /^(\\?);(?:[ \t\n\r]+|$)/.exec(value.text.slice(at));
    if (separator !== null) {
      at = skipWhitespace(value.text, at + separator[0].length);
      if (separator[1] === '') {
        next = at;
        break;
      }
      argv.push({ kind: 'text', text: ';' });
      continue;
    }
    const word = extractKept(value, at, context);
    if (word.kind === 'end') break;
    if (word.kind === 'invalid') return fail(word.cause, value);
    const argument = resolveSpecifiers(word.word.text, specifiers);
    if (argument === null) return fail('unknown-specifier', word.word.piece);
    argv.push(argument);
    at = word.rest;
  }
  if (argv.length === 0) return fail('empty-command', first.word.piece);
  return {
    command: {
      ...{ ignoreFailure, verbatim, shell, privilege, argv },
      program: program.kind === 'text' ? { ...program, text: simplifyPath(program.text) } : program,
      piece: slicePiece(value, from, Math.max(from, next === null ? at : next - 1)),
    },
    next,
  };
}

/** `extract_first_word_and_warn()`: an escape that does not exist stays as it is. */
function extractKept(value: Piece, at: number, { report }: AssignmentContext): Extracted {
  const strict = extractWord(value, at, escapedWords);
  if (strict.kind !== 'invalid') return strict;
  const kept = extractWord(value, at, { ...escapedWords, keepUnknownEscapes: true });
  if (kept.kind === 'word') report('unknown-escape-kept', kept.word.piece);
  return kept;
}

interface Prefixes {
  /** How many characters they take up. */
  readonly length: number;
  readonly ignoreFailure: boolean;
  /** `@`: the next word is argv[0]. */
  readonly ownArgument0: boolean;
  readonly verbatim: boolean;
  readonly shell: boolean;
  readonly privilege: UnitCommand['privilege'];
}

/** In any order, each once; a second time, or a second privilege, it is part of the name. */
function readPrefixes(word: string, rules: SystemdRules): Prefixes {
  const seen = new Set<string>();
  let privilege: UnitCommand['privilege'] = null;
  let length = 0;
  for (const character of word) {
    if (character === '+' && privilege === null) privilege = '+';
    else if (character === '!' && privilege === null) privilege = '!';
    else if (character === '!' && privilege === '!') privilege = '!!';
    else if ('-@:|'.includes(character) && !seen.has(character)) {
      if (character === '|' && !rules.shellCommands) break;
      seen.add(character);
    } else break;
    length += 1;
  }
  return {
    length,
    ignoreFailure: seen.has('-'),
    ownArgument0: seen.has('@'),
    verbatim: seen.has(':'),
    shell: seen.has('|'),
    privilege: privilege === '!!' && rules.ambientMagicIsGone ? null : privilege,
  };
}

/** An absolute path that names no directory, or the name of a file. */
function isProgram(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (text === '' || /[\u0001-\u001f"'\\\u007f]/.test(text) || text.endsWith('/')) return false;
  if (text.startsWith('/')) return text.length < 4096;
  return text !== '.' && text !== '..' && !text.includes('/') && text.length <= 255;
}
