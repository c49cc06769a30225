import { execa } from 'execa';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWords } from '../../extension/report/shellWords.ts';

it.each([
  [['setcap', 'cap_net_admin=ep', '/srv/tunnel'], 'setcap cap_net_admin=ep /srv/tunnel'],
  [['a b'], "'a b'"],
  [["it's"], `'it'\\''s'`],
  [['$(reboot)'], "'$(reboot)'"],
  [['line\nfeed'], "$'line\\nfeed'"],
  [[''], "''"],
  [['-rf'], '-rf'],
])('%j is shown as %s', (argv, shown) => {
  expect(shellWords(argv)).toBe(shown);
});

it('means the same words to a shell, whatever they hold', async () => {
  const word = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
  const special = [
    "'",
    '"',
    '\\',
    '$',
    '`',
    '*',
    '?',
    ' ',
    '\n',
    '\t',
    '~',
    '#',
    '!',
    ';',
    '&',
    '|',
  ];
  const invisible = ['\u001b', '\u007f', '\u200b', '\u00ad'];
  const awkward = fc.string({ unit: fc.constantFrom(...special, ...invisible) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(word, awkward), { minLength: 1, maxLength: 6 }),
      async (argv) => {
        const { stdout } = await execa('bash', ['-c', `printf '%s\\0' ${shellWords(argv)}`], {
          stripFinalNewline: false,
        });
        expect(stdout.split('\0').slice(0, -1)).toEqual(argv);
      },
    ),
    { numRuns: 60 },
  );
});
