import { expect, test } from 'vitest';
import { compiledLanguage, scriptLanguage } from '../../extension/model/sourceLanguage.ts';

test.each([
  ['a Go program', ['.text', '.go.buildinfo'], '', 'go'],
  ['a stripped one', ['.note.go.buildid'], '', 'go'],
  ['a Go program that gdb gets a script from', ['.debug_gdb_scripts', '.go.buildinfo'], '', 'go'],
  ['rustc named itself', ['.comment'], 'rustc version 1.95.0\0GCC: (Debian)', 'rust'],
  ['rustc left a script for gdb', ['.debug_gdb_scripts', '.comment'], 'GCC: (Debian)', 'rust'],
  ['gcc', ['.text', '.comment'], 'GCC: (Debian 12.2.0)', 'c'],
  ['nothing left', [], '', 'c'],
])('%s', (_, sections, comment, language) => {
  expect(compiledLanguage(sections, comment)).toBe(language);
});

test.each([
  ['/usr/bin/python3', null, 'python'],
  ['/usr/bin/python3.11', '-I', 'python'],
  ['python', null, 'python'],
  ['/usr/bin/env', 'python3', 'python'],
  ['/usr/bin/env', '-S python3', 'python'],
  ['/usr/bin/env', null, null],
  ['/usr/bin/env', 'bash', null],
  ['/bin/sh', 'python3', null],
  ['/opt/pythonic', null, null],
])('#!%s %s', (interpreter, argument, language) => {
  expect(scriptLanguage(interpreter, argument)).toBe(language);
});
