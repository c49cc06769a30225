import { describe, expect, it } from 'vitest';
import { ordinaryUser } from '../../extension/model/credentials.ts';
import { allNamed } from '../../extension/model/capabilitySet.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import type { System } from '../../extension/model/system.ts';
import { checkJson } from '../../extension/report/json.ts';
import { checkReport } from '../../extension/report/checkReport.ts';
import { checkText, type TextStyle } from '../../extension/report/text.ts';
import { exampleSighting } from '../../extension/rules/exampleSighting.ts';
import {
  exampleOperation,
  exampleProgram,
  exampleSystem,
  exampleUser,
  tunCreate,
} from '../../extension/rules/exampleSystem.ts';

const same = (text: string): string => text;
const plain: TextStyle = { strong: same, good: same, bad: same, faint: same, width: 120 };

const noNewPrivs = { ...ordinaryUser(1000, 1000, allNamed), noNewPrivs: true };
const pictures: readonly { readonly name: string; readonly system: System }[] = [
  { name: 'plain', system: exampleSystem({}) },
  {
    name: 'nosuid',
    system: exampleSystem({
      program: exampleProgram({ capability: 'cap_net_admin=eip', nosuid: true }),
    }),
  },
  {
    name: 'effective',
    system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
  },
  {
    name: 'no-new-privs',
    system: exampleSystem({
      program: exampleProgram({ capability: 'cap_net_admin=ep' }),
      launcher: { credentials: known(noNewPrivs, '/proc/4121/status') },
    }),
  },
  {
    name: 'node-missing',
    system: exampleSystem({ tun: { node: known(null, 'stat(/dev/net/tun)') } }),
  },
  {
    name: 'replaced',
    system: exampleSystem({ previous: exampleSighting({ inode: '12' }) }),
  },
  {
    name: 'unseen',
    system: exampleSystem({
      launcher: { credentials: unknown('open of /proc/4121 answers ENOENT', '/proc/4121/status') },
    }),
  },
];

const debuggedFromElsewhere = exampleSystem({
  program: exampleProgram({ capability: 'cap_net_admin=ep' }),
  launcher: { credentials: known(noNewPrivs, '/proc/4121/status') },
  debugLauncher: { credentials: known(exampleUser, '/proc/4100/status') },
});

it('names the process that starts debuggers where it is another', () => {
  const text = checkText(checkReport(debuggedFromElsewhere, [tunCreate]), plain);
  const blocks = text.split('\n\n').filter((block) => block.includes('will answer'));
  const [debugged = '', ...others] = blocks.filter((block) => block.includes('✕ debugger:'));
  expect(others).toEqual([]);
  expect(debugged).toContain('a debugger started from the extension host (pid 4100) traces it');
  expect(blocks.filter((block) => block.includes('starts it'))).toEqual([]);
});

describe('what is out of the ordinary about the processes that start it', () => {
  const confined: Partial<System['launcher']> = {
    credentials: known({ ...noNewPrivs, bounding: 0n }, '/proc/4121/status'),
    confinement: known({ kind: 'flatpak', name: 'org.example.Editor' }, 'root'),
    securityLabel: 'editor (enforce)',
    otherThreads: ['worker', 'worker', 'timer'],
    seccomp: 2,
  };
  const head = (system: System): readonly string[] =>
    checkText(checkReport(system, [tunCreate]), plain)
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1) ?? [];

  it('is said under the name of the program', () => {
    expect(head(exampleSystem({ launcher: confined }))).toEqual([
      '  from bash (pid 4121): no_new_privs · cap_net_admin not in its bounding set · in the flatpak org.example.Editor · under',
      '  seccomp · labelled editor (enforce) · other credentials in its threads worker, timer',
    ]);
    expect(head(exampleSystem({ debugLauncher: { seccomp: 2 } }))).toEqual([
      '  debuggers from the extension host (pid 4100): under seccomp',
    ]);
  });

  it.each([
    [{ kind: 'snap', name: 'code' }, 'in the snap code'],
    [{ kind: 'container', name: 'podman' }, 'in a container (podman)'],
    [{ kind: 'container', name: null }, 'in a container'],
    [{ kind: 'flatpak', name: null }, 'in a flatpak'],
    [{ kind: 'wsl', name: null }, 'in WSL'],
  ] as const)('names %o', (confinement, phrase) => {
    const launcher = { confinement: known(confinement, 'a test') };
    expect(head(exampleSystem({ launcher }))).toEqual([`  from bash (pid 4121): ${phrase}`]);
  });

  it('is not said where nothing is, or all is allowed', () => {
    expect(head(exampleSystem({ launcher: { securityLabel: 'unconfined' } }))).toEqual([]);
    const system = exampleSystem({ launcher: confined, request: { port: 8080 } });
    const text = checkText(checkReport(system, [exampleOperation('bind.low-port')]), plain);
    expect(text).not.toMatch(/✕|from bash/);
  });
});

describe.each(pictures)('the report of $name', ({ name, system }) => {
  const report = checkReport(system, [tunCreate]);

  it('reads as text as it always did', async () => {
    const text = checkText(report, plain);
    const long = text.split('\n').filter((line) => line.length > 120);
    expect(long.filter((line) => !line.startsWith('     $ '))).toEqual([]);
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('keeps its JSON', async () => {
    const json = `${JSON.stringify(checkJson(report), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`golden/${name}.json`);
  });
});

it('wraps at the width of a narrow terminal, except commands and code', () => {
  const report = checkReport(exampleSystem({}), [tunCreate]);
  const text = checkText(report, { ...plain, width: 60 });
  const steps = report.findings.flatMap(({ fixes }) => fixes).flatMap((fix) => fix.steps);
  const code = steps.flatMap((step) => (step.kind === 'code' ? step.text.split('\n') : []));
  expect(code.length).toBeGreaterThan(5);
  for (const line of code) expect(`${text}\n`).toContain(`${line}\n`);
  const long = text.split('\n').filter((line) => line.length > 60 && !code.includes(line.trim()));
  const unbroken = (line: string): boolean =>
    line.includes('$ ') || code.some((each) => line.endsWith(each) && each !== '');
  expect(long.filter((line) => !unbroken(line) && !line.includes('tun.create'))).toEqual([]);
});

it('shows control characters of a name instead of sending them to the terminal', () => {
  const system = exampleSystem({ program: exampleProgram({ path: '/srv/\u001b[31mred' }) });
  const named = { ...system, program: { ...system.program, name: '\u001b[31mred' } };
  expect(checkText(checkReport(named, [tunCreate]), plain)).not.toContain('\u001b');
});

it('has a row for every operation', () => {
  const operations = [tunCreate, exampleOperation('socket.raw'), exampleOperation('bind.low-port')];
  const text = checkText(checkReport(exampleSystem({}), operations), plain);
  for (const { id } of operations) expect(text).toMatch(new RegExp(`^ {2}${id} .*terminal`, 'm'));
});
