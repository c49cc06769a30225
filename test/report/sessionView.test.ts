/** What the view of a session says where the editor's tests cannot bring it about. */
import { expect, test } from 'vitest';
import { known, unknown } from '../../extension/model/evidence.ts';
import type { Launcher } from '../../extension/model/system.ts';
import { sessionView, type FactView } from '../../extension/report/sessionView.ts';
import { exampleSystem } from '../../extension/rules/exampleSystem.ts';

const seen = known('4026531837', 'an example');

function factsOf(launcher: Partial<Launcher>, groupLimit = 65536): readonly FactView[] {
  const example = exampleSystem({ launcher });
  const [process] = sessionView({
    kernelRelease: example.kernelRelease,
    groupLimit: known(groupLimit, 'an example'),
    processes: [
      {
        launcher: example.launcher,
        namespaces: { user: seen, network: seen, mount: unknown('no permission', 'an example') },
      },
    ],
  });
  return process?.facts ?? [];
}

const valueOf = (facts: readonly FactView[], id: string): string | undefined =>
  facts.find((fact) => fact.id === id)?.value;

test('an ordinary session has nothing notable but what could not be seen', () => {
  const notable = factsOf({}).filter((fact) => fact.notable);
  expect(notable.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'Mount namespace: not seen',
  ]);
});

test('a user in more groups than a login can take loses the rest', () => {
  const accountGroups = known(
    [1000, 2001, 2002].map((gid) => ({ name: `g${String(gid)}`, gid })),
    'an example',
  );
  const facts = factsOf({ accountGroups }, 2);
  expect(valueOf(facts, 'groups over')).toBe('3 of at most 2');
  expect(valueOf(facts, 'groups missing')).toBe('g2001, g2002');
  expect(valueOf(factsOf({ accountGroups }, 3), 'groups over')).toBeUndefined();
});

test('of thousands of groups the first are told, and how many more there are', () => {
  const gids = Array.from({ length: 65_536 }, (_, index) => 1_000 + index);
  const accountGroups = known(
    gids.map((gid) => ({ name: `g${String(gid)}`, gid })),
    'an example',
  );
  const missing = valueOf(factsOf({ accountGroups }), 'groups missing');
  expect(missing).toMatch(/^g1001, g1002, .* and 65495 more$/);
});

test('a process whose credentials cannot be read says why, and nothing else', () => {
  const facts = factsOf({ credentials: unknown('the process has ended', 'an example') });
  expect(facts).toHaveLength(1);
  expect(facts[0]?.meaning).toBe('the process has ended.');
});

test('a seccomp filter, a container and a label are named', () => {
  const facts = factsOf({
    seccomp: 2,
    securityLabel: 'snap.code.code',
    confinement: known({ kind: 'container', name: 'docker' }, 'an example'),
  });
  expect(valueOf(facts, 'seccomp')).toBe('a filter');
  expect(valueOf(facts, 'label')).toBe('snap.code.code');
  expect(valueOf(facts, 'confinement')).toBe('in a container (docker)');
});
