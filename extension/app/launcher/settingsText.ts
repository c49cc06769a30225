import { parse, parseTree, type ParseError } from 'jsonc-parser';
import type { RunnerEdit, SettingValue } from '../../fixes/runnerEdit.ts';

/** The whole of a file after a change, and what of it is new, in lines. */
export type TextEdit = RunnerEdit<{ readonly text: string; readonly added: string }>;

/** The settings that a text holds, comments and all; null where it is no object. */
export function parseSettings(text: string): Readonly<Record<string, unknown>> | null {
  const errors: ParseError[] = [];
  const value: unknown =
    text.trim() === '' ? {} : parse(text, errors, { allowTrailingComma: true });
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return errors.length === 0 && isObject ? { ...value } : null;
}

/** The text with one setting changed or put first: everything else stays, to the byte. */
export function withSetting(text: string, edit: RunnerEdit<SettingValue>): TextEdit {
  if (edit.kind === 'refused') return edit;
  const key = JSON.stringify(edit.setting);
  const value = JSON.stringify(edit.value, null, 2).replaceAll('\n', '\n  ');
  return {
    kind: 'edit',
    text: putSetting(text.trim() === '' ? '{}\n' : text, edit.setting, `${key}: ${value}`, value),
    added: `${key}: ${JSON.stringify(edit.value)}`,
  };
}

function putSetting(text: string, setting: string, property: string, value: string): string {
  const root = parseTree(text);
  if (root === undefined) throw new TypeError('a text that was read before is no JSON');
  // Of two with one key the last counts.
  const old = root.children?.findLast(({ children }) => children?.[0]?.value === setting)
    ?.children?.[1];
  if (old !== undefined) {
    return `${text.slice(0, old.offset)}${value}${text.slice(old.offset + old.length)}`;
  }
  const start = root.offset + 1;
  const end = (root.children ?? []).length === 0 ? '\n' : ',';
  return `${text.slice(0, start)}\n  ${property}${end}${text.slice(start)}`;
}
