/**
 * Unit files of real projects, with what two managers made of their [Service] lines: the probe was
 * their ExecStart=, and users that do not exist were mapped to one that does.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verdictWord } from '../../extension/report/verdictText.ts';
import { outcomeOf, type Scope } from '../model/unit/world.ts';

const folder = fileURLToPath(new URL('../../../shared/corpus/units', import.meta.url));
const index = join(folder, 'index.tsv');

interface Row {
  readonly file: string;
  readonly scope: Scope;
  readonly measured: Readonly<Record<'249' | '257', string>>;
}

const rows = existsSync(index) ? readRows(readFileSync(index, 'utf8')) : [];

test.skipIf(rows.length === 0)('the corpus of units beside this checkout is as measured', () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const { file, scope, measured } of rows) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const version of ['249', '257'] as const) {
      const about = `${file} on ${version}`;
      expect
        .soft(predicted(text, scope, Number(version)), about)
        .toBe(comparable(measured[version]));
    }
  }
});

function readRows(text: string): readonly Row[] {
  const [heading = '', ...lines] = text.trimEnd().split('\n');
  const names = heading.split('\t');
  return lines.flatMap((line): readonly Row[] => {
    const cells = line.split('\t');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const measured = { 249: cell('measured_v249'), 257: cell('measured_v257') };
    if (measured[257] === '-') return [];
    const scope = cell('scope').startsWith('user') ? 'user' : 'system';
    return [{ file: cell('file'), scope, measured }];
  });
}

/** The unit’s own lines, with one program for all of its commands. */
function predicted(text: string, scope: Scope, version: number): string {
  const service = /^\[Service\]$([^]*?)(?=^\[|$(?![^]))/m.exec(text)?.[1] ?? text;
  const lines = service
    .split('\n')
    .filter((line) => !/^\s*(?:Exec\w+|Type|Restart|WorkingDirectory)\s*=/.test(line));
  const { start, credentials, verdicts } = outcomeOf({
    ...{ scope, version, lines },
    change: (system) => ({ ...system, accounts: { ...system.accounts, complete: false } }),
  });
  if (start !== 'ok') return start;
  const word = (id: string) => {
    const found = verdicts?.find(({ operation }) => operation === id);
    return found === undefined ? '' : verdictWord(found.verdict);
  };
  return [
    credentials?.uid.effective === 0 ? 'root' : 'user',
    ...['tun.create', 'socket.raw', 'socket.packet', 'bind.low-port', 'netlink.write'].map(word),
    credentials?.noNewPrivs === true ? 'nnp' : '',
  ].join(' ');
}

/** The same words for `uid=0 open=OK tun=EPERM … nnp=1`. */
function comparable(measured: string): string {
  if (measured.startsWith('NO-PROBE')) return /load=(\S+)/.exec(measured)?.[1] ?? measured;
  const seen = new Map(
    [...measured.matchAll(/(\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const word = (key: string) => (seen.get(key) === 'OK' ? 'allowed' : (seen.get(key) ?? ''));
  const tun = seen.get('open') === 'OK' ? word('tun') : word('open');
  return [
    seen.get('uid') === '0' ? 'root' : 'user',
    tun,
    ...['raw', 'pkt', 'b80', 'nl'].map(word),
    seen.get('nnp') === '1' ? 'nnp' : '',
  ].join(' ');
}
