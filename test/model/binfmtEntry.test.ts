import { describe, expect, it } from 'vitest';
import { parseBinfmtEntry, takes } from '../../extension/model/binfmtEntry.ts';

// As Linux 6.18 shows them.
const byMagic =
  'enabled\ninterpreter /usr/bin/run me\nflags: OCF\noffset 1\nmagic 414243\nmask ff00df\n';
const byExtension = 'enabled\ninterpreter /usr/bin/java\nflags: \nextension .jar\n';

function entry(text: string): NonNullable<ReturnType<typeof parseBinfmtEntry>> {
  const parsed = parseBinfmtEntry(text);
  if (parsed === null) throw new Error('no entry');
  return parsed;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('an entry of binfmt_misc', () => {
  it('is read with its interpreter, flags, magic and mask', () => {
    expect(parseBinfmtEntry(byMagic)).toEqual({
      interpreter: '/usr/bin/run me',
      flags: { credentials: true, openBinary: true, fixBinary: true },
      match: {
        kind: 'magic',
        offset: 1,
        magic: Uint8Array.of(0x41, 0x42, 0x43),
        mask: Uint8Array.of(0xff, 0x00, 0xdf),
      },
    });
  });

  it('is read with its extension', () => {
    expect(parseBinfmtEntry(byExtension)).toEqual({
      interpreter: '/usr/bin/java',
      flags: { credentials: false, openBinary: false, fixBinary: false },
      match: { kind: 'extension', extension: 'jar' },
    });
  });

  it.each([
    ['disabled', byMagic.replace('enabled', 'disabled')],
    ['without an interpreter', 'enabled\nflags: \nextension .jar\n'],
    ['that matches nothing', 'enabled\ninterpreter /bin/a\nflags: \n'],
    ['that is the switch', 'enabled\n'],
    ['that is empty', ''],
  ])('is none: %s', (_, text) => {
    expect(parseBinfmtEntry(text)).toBeNull();
  });

  it.each([
    ['the magic', byMagic, '-ABC', true],
    ['what the mask lets through', byMagic, '-A?c', true],
    ['not what it does not', byMagic, '-ab?', false],
    ['not at another offset', byMagic, 'ABC', false],
    ['not a file that is too short', byMagic, '-AB', false],
    ['the magic without a mask', byMagic.replace(/mask.*\n/, ''), '-ABC', true],
    ['not another case without a mask', byMagic.replace(/mask.*\n/, ''), '-ABc', false],
    ['the beginning without an offset', byMagic.replace(/offset.*\n/, ''), 'ABC', true],
    ['the extension', byExtension, 'whatever', true],
  ])('takes %s', (_, text, head, expected) => {
    expect(takes(entry(text), '/home/me/program.jar', bytes(head))).toBe(expected);
  });

  it.each(['/home/me/jar', '/home/me/program.jarx', '/home/me/program.JAR'])(
    'does not take %s for its extension',
    (path) => {
      expect(takes(entry(byExtension), path, bytes('PK'))).toBe(false);
    },
  );

  it('compares no more than the kernel has read', () => {
    const far = byMagic.replace('offset 1', 'offset 254').replace(/mask.*\n/, '');
    const head = new Uint8Array(4096);
    head.set(bytes('ABC'), 254);
    expect(takes(entry(far), '/a', head)).toBe(false);
  });
});
