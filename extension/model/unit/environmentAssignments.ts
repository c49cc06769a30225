import { ignored, merged, replaced, type AssignmentRule } from './assignmentRules.ts';
import { isAbsolutePath, simplifyPath } from './path.ts';
import { resolveSpecifiers, type Resolved } from './specifiers.ts';
import { escapedWords, splitWords } from './words.ts';

/** The variables of Environment=, `NAME=value` each, by name. */
export type Environment = ReadonlyMap<string, Resolved>;

/** `config_parse_environ()`: a later assignment of a name takes the place of the earlier one. */
export const environment: AssignmentRule<Environment> = {
  initial: new Map(),
  assign: (before, value, { specifiers, report }) => {
    if (value.text === '') return replaced(new Map());
    const { words, invalid } = splitWords(value, escapedWords);
    const variables = new Map(before);
    for (const { text, piece } of words) {
      const [name = '', rest] = text.split(/=(.*)/s, 2);
      if (rest === undefined || !isVariableName(name) || !isVariableValue(rest)) {
        report('invalid-word', piece);
        continue;
      }
      const resolved = resolveSpecifiers(rest, specifiers);
      if (resolved === null) report('unknown-specifier', piece);
      else variables.set(name, resolved);
    }
    if (invalid !== null) report(invalid, value);
    return merged(variables);
  },
};

/** EnvironmentFile=: read when the unit starts, in order. */
export interface EnvironmentFile {
  readonly path: Resolved;
  /** `-`: nothing goes wrong when it is not there. */
  readonly optional: boolean;
}

/** `config_parse_unit_env_file()`: the whole value is one path. */
export const environmentFiles: AssignmentRule<readonly EnvironmentFile[]> = {
  initial: [],
  assign: (before, value, { specifiers, report }) => {
    if (value.text === '') return replaced([]);
    const optional = value.text.startsWith('-');
    const path = resolveSpecifiers(optional ? value.text.slice(1) : value.text, specifiers);
    if (path === null || (path.kind === 'text' && !isAbsolutePath(path.text))) {
      report('relative-path', value);
      return ignored;
    }
    const simple = path.kind === 'text' ? { ...path, text: simplifyPath(path.text) } : path;
    return merged([...before, { path: simple, optional }]);
  },
};

function isVariableName(text: string): boolean {
  return /^[a-z_][a-z0-9_]*$/i.test(text);
}

/** `env_value_is_valid()`. */
function isVariableValue(text: string): boolean {
  return !/[\p{Surrogate}\p{Noncharacter_Code_Point}]|(?![\t\n])\p{Cc}/u.test(text);
}
