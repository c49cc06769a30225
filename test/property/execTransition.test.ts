/**
 * What holds of execve whatever the scenario: the kernel's promises to those who rely on
 * no_new_privs, on nosuid and on the ambient set. On the model alone; test/kernel/exec asks the
 * kernel whether the model is right.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predict } from '../../extension/app/predict.ts';
import type { Answer, PredictProgram, Scenario } from '../../extension/protocol/predict.ts';
import { attributeBytes, imageAttributes } from '../kernel/exec/attribute.ts';
import { generators, scenarioOf } from '../kernel/exec/scenario.ts';

type Success = Extract<Answer, { exec: 'ok' }>;

const numRuns = 2000;

/** Callers that can exist: effective within permitted, ambient within permitted and inheritable. */
const scenarios: fc.Arbitrary<Scenario> = fc
  .tuple(
    fc.oneof(...generators.map(({ setups }) => setups)),
    fc.constantFrom(null, { sysPtrace: false }, { sysPtrace: true }),
  )
  .map(([setup, tracer]) => {
    const { caller } = setup;
    const possible = {
      ...caller,
      tracer,
      effective: both(caller.effective, caller.permitted),
      ambient: both(caller.ambient, both(caller.permitted, caller.inheritable)),
    };
    return scenarioOf(setup, possible, '6.18');
  });

const everyId: [number, number, number][] = [[0, 0, 4_294_967_295]];
const emptyAttribute = attributeBytes({
  revision: 2,
  permitted: 0n,
  inheritable: 0n,
  effective: false,
});

const safe = { tracer: null, noNewPrivs: false, sharesFs: false } as const;

describe('execve', () => {
  it('changes neither inheritable nor bounding, nor no_new_privs, nor the real ids', () => {
    always(({ caller }, answer) => {
      expect(answer).toMatchObject({
        inheritable: caller.inheritable,
        bounding: caller.bounding,
        noNewPrivs: caller.noNewPrivs,
        securebits: caller.securebits & ~0x10,
      });
      expect([answer.uid[0], answer.gid[0]]).toEqual([caller.uid[0], caller.gid[0]]);
    });
  });

  it('saves the effective ids', () => {
    always((_, { uid, gid }) => {
      expect([uid[2], gid[2]]).toEqual([uid[1], gid[1]]);
    });
  });

  it('keeps ambient within permitted and inheritable, and within what was ambient', () => {
    always(({ caller }, { ambient, permitted, inheritable }) => {
      expectSubset(ambient, both(permitted, inheritable));
      expectSubset(ambient, caller.ambient);
    });
  });

  it('makes all that is permitted effective, or only what is ambient', () => {
    always((_, { effective, permitted, ambient }) => {
      expect([permitted, ambient]).toContain(effective);
    });
  });

  it('permits nothing beyond the bounding, inheritable and ambient sets', () => {
    always(({ caller }, { permitted }) => {
      expectSubset(permitted, either(caller.bounding, either(caller.inheritable, caller.ambient)));
    });
  });

  it.each([
    ['no_new_privs', { noNewPrivs: true }],
    ['a tracer without CAP_SYS_PTRACE', { tracer: { sysPtrace: false } }],
    ['a shared fs_struct', { sharesFs: true }],
  ] as const)('gains nothing with %s', (_, circumstance) => {
    always(
      ({ caller }, { permitted }) => expectSubset(permitted, caller.permitted),
      scenarios.map((scenario) => withCaller(scenario, circumstance)),
    );
  });

  it('makes nobody else of the caller with no_new_privs', () => {
    always(
      ({ caller }, { uid, gid }) => {
        expect(caller.uid.slice(0, 2)).toContain(uid[1]);
        expect(caller.gid.slice(0, 2)).toContain(gid[1]);
      },
      scenarios.map((scenario) => withCaller(scenario, { noNewPrivs: true })),
    );
  });

  it.each([
    ['a tracer', { tracer: { sysPtrace: false } }],
    ['a shared fs_struct', { sharesFs: true }],
  ] as const)('permits with %s no more than without', (_, circumstance) => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const free = predict(withCaller(scenario, safe));
        const bound = predict(withCaller(scenario, { ...safe, ...circumstance }));
        expect(bound.exec).toBe(free.exec);
        if (isSuccess(free) && isSuccess(bound)) expectSubset(bound.permitted, free.permitted);
      }),
      { numRuns },
    );
  });

  it('does not care for a tracer with CAP_SYS_PTRACE', () => {
    same(
      (scenario) => withCaller(scenario, { tracer: null }),
      (scenario) => withCaller(scenario, { tracer: { sysPtrace: true } }),
    );
  });

  it.each(['nosuid', 'foreign'] as const)(
    'on a %s mount is as without set-id bits and attribute',
    (flag) => {
      same(
        (scenario) =>
          withCredentialFile(scenario, (file) => ({
            ...file,
            mount: { ...file.mount, [flag]: true },
          })),
        (scenario) => withCredentialFile(scenario, bare),
      );
    },
  );

  it('on a file system of a user namespace that is none of the caller’s is the same', () => {
    const superblock = { uidMap: everyId, gidMap: everyId };
    same(
      (scenario) =>
        withCredentialFile(scenario, (file) => ({ ...file, mount: { ...file.mount, superblock } })),
      (scenario) =>
        withCredentialFile(scenario, (file) => ({
          ...bare(file),
          mount: { ...file.mount, superblock },
        })),
    );
  });

  it('does not look at the set-id bits and the attribute of a script', () => {
    same(
      (scenario) => scenario,
      (scenario) => withFiles(scenario, (file) => (hasCredentials(file) ? file : bare(file))),
    );
  });

  it('takes a binfmt_misc entry without flags for a script, and C for OC', () => {
    same(
      (scenario) => withBinfmt(scenario, () => undefined),
      (scenario) => withBinfmt(scenario, () => ''),
    );
    same(
      (scenario) => withBinfmt(scenario, (flags) => flags.replaceAll('O', '')),
      (scenario) =>
        withBinfmt(scenario, (flags) =>
          flags.includes('C') ? `O${flags}` : flags.replaceAll('O', ''),
        ),
    );
  });

  it('does not care for the argument that a binfmt_misc entry keeps (P)', () => {
    same(
      (scenario) => scenario,
      (scenario) => withBinfmt(scenario, (flags) => `P${flags}`),
    );
  });

  it('is the same where an idmapped mount leaves every id as it is', () => {
    const onEveryFile = (scenario: Scenario, idmap: PredictProgram['mount']['idmap']): Scenario =>
      withFiles(scenario, (file) => ({
        ...file,
        mount: { ...file.mount, superblock: 0, idmap },
      }));
    same(
      (scenario) => onEveryFile(scenario, undefined),
      (scenario) => onEveryFile(scenario, { uidMap: everyId, gidMap: everyId }),
    );
  });

  it('of a file that an idmapped mount makes nobody’s is as without set-id bits and attribute', () => {
    const nobodys = (file: PredictProgram): PredictProgram => ({
      ...file,
      mount: { ...file.mount, idmap: { uidMap: [], gidMap: [] } },
    });
    same(
      (scenario) => withCredentialFile(scenario, (file) => nobodys(wellFormed(file))),
      (scenario) => withCredentialFile(scenario, (file) => bare(nobodys(file))),
    );
  });

  it('of an empty attribute permits no more than of none', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const none = predict(withAttribute(scenario, null));
        const empty = predict(withAttribute(scenario, emptyAttribute));
        expect(empty.exec).toBe(none.exec);
        if (isSuccess(none) && isSuccess(empty)) expectSubset(empty.permitted, none.permitted);
      }),
      { numRuns },
    );
  });

  it('of an empty attribute is as of none where nothing is ambient and nobody is root', () => {
    same(
      (scenario) => withAttribute(scenario, null),
      (scenario) => withAttribute(scenario, emptyAttribute),
      scenarios.map((scenario) => withCaller(scenario, { ambient: '0x0', securebits: 1 })),
    );
  });

  it('leaves the parent death signal and the personality only where nothing is gained', () => {
    always(({ caller }, answer) => {
      const { parentDeathSignal, personality, permitted, secureExec } = answer;
      const grown = both(permitted, caller.permitted) !== permitted;
      expect(parentDeathSignal).toBe(
        secureExec || grown || answer.uid[1] !== caller.uid[1] || answer.gid[1] !== caller.gid[1]
          ? 0
          : caller.parentDeathSignal,
      );
      expect([caller.personality, 0]).toContain(personality);
      if (grown) expect(personality).toBe(0);
    });
  });

  it('asks of a tracer what its credentials were', () => {
    const traced = (scenario: Scenario, uid: number, effective: string): Scenario =>
      withCaller(scenario, { tracer: { request: 'attach', tracer: { uid, effective } } });
    same(
      (scenario) => traced(scenario, 65_000, '0x80000'),
      (scenario) => withCaller(scenario, { tracer: { sysPtrace: true } }),
    );
    same(
      (scenario) => traced(scenario, 65_000, '0xffffffffff7ffff'),
      (scenario) => withCaller(scenario, { tracer: { sysPtrace: false } }),
    );
  });

  it('of an ordinary file by somebody who is nobody’s root passes on what is ambient', () => {
    always(
      ({ caller }, { permitted, effective, ambient, secureExec }) => {
        expect([permitted, effective, ambient]).toEqual(Array(3).fill(caller.ambient));
        expect(secureExec).toBe(false);
      },
      scenarios.map((scenario) =>
        withCredentialFile(withCaller(scenario, { uid: [7, 7, 7], gid: [7, 7, 7] }), (file) => ({
          ...file,
          mode: 0o755,
          capability: null,
        })),
      ),
    );
  });

  // Linux 6.16 compares with the effective ids instead of the real ones.
  it('is the same before and after 6.16 where real and effective ids are one', () => {
    const uniform = scenarios.map((scenario) => {
      const { uid, gid } = scenario.caller;
      const plain = withCaller(scenario, {
        uid: [uid[0], uid[0], uid[0]],
        gid: [gid[0], gid[0], gid[0]],
      });
      // A group of the caller's: no change of id since, one before.
      return withCredentialFile(plain, (file) => ({ ...file, mode: file.mode & ~0o2000 }));
    });
    same(
      (scenario) => ({ ...scenario, kernel: '6.15' }),
      (scenario) => ({ ...scenario, kernel: '6.16' }),
      uniform,
    );
  });
});

/** Holds of every scenario that execve does not refuse. */
function always(
  check: (scenario: Scenario, answer: Success) => void,
  arbitrary: fc.Arbitrary<Scenario> = scenarios,
): void {
  let checked = 0;
  fc.assert(
    fc.property(arbitrary, (scenario) => {
      const answer = predict(scenario);
      if (!isSuccess(answer)) return;
      checked += 1;
      check(scenario, answer);
    }),
    { numRuns },
  );
  expect(checked).toBeGreaterThan(0);
}

/** Two forms of every scenario have one answer, though perhaps for other reasons. */
function same(
  one: (scenario: Scenario) => Scenario,
  other: (scenario: Scenario) => Scenario,
  arbitrary: fc.Arbitrary<Scenario> = scenarios,
): void {
  fc.assert(
    fc.property(arbitrary, (scenario) => {
      const answer = predict(one(scenario));
      expect({ ...answer, reasons: [] }).toEqual({ ...predict(other(scenario)), reasons: [] });
    }),
    { numRuns },
  );
}

function isSuccess(answer: Answer): answer is Success {
  return answer.exec === 'ok';
}

function withCaller(scenario: Scenario, changes: Partial<Scenario['caller']>): Scenario {
  return { ...scenario, caller: { ...scenario.caller, ...changes } };
}

/** Changes the file whose credentials count. */
function withCredentialFile(
  scenario: Scenario,
  change: (file: PredictProgram) => PredictProgram,
): Scenario {
  return withFiles(scenario, (file) => (hasCredentials(file) ? change(file) : file));
}

/** The last interpreter, or what a binfmt_misc entry with flag `C` takes. */
function hasCredentials({ interpreter, binfmt }: PredictProgram): boolean {
  return interpreter === null || binfmt?.includes('C') === true;
}

/** Changes every file as far as the one whose credentials count. */
function withFiles(scenario: Scenario, change: (file: PredictProgram) => PredictProgram): Scenario {
  const changed = (file: PredictProgram): PredictProgram => {
    const { interpreter } = file;
    if (interpreter === null || hasCredentials(file)) return change(file);
    return change({ ...file, interpreter: changed(interpreter) });
  };
  return { ...scenario, program: changed(scenario.program) };
}

function withBinfmt(scenario: Scenario, change: (flags: string) => string | undefined): Scenario {
  const changed = (file: PredictProgram): PredictProgram => ({
    ...file,
    binfmt: file.binfmt === undefined ? undefined : change(file.binfmt),
    interpreter: file.interpreter === null ? null : changed(file.interpreter),
  });
  return { ...scenario, program: changed(scenario.program) };
}

function bare(file: PredictProgram): PredictProgram {
  return { ...file, mode: file.mode & 0o777, capability: null };
}

function withAttribute(scenario: Scenario, capability: string | null): Scenario {
  return withCredentialFile(scenario, (file) => ({ ...file, capability }));
}

/** The attribute that setxattr(2) would take: a malformed one refuses the exec, whosever it is. */
function wellFormed(file: PredictProgram): PredictProgram {
  return imageAttributes.includes(file.capability ?? '') ? { ...file, capability: null } : file;
}

function both(one: string, other: string): string {
  return `0x${(BigInt(one) & BigInt(other)).toString(16)}`;
}

function either(one: string, other: string): string {
  return `0x${(BigInt(one) | BigInt(other)).toString(16)}`;
}

function expectSubset(subset: string, superset: string): void {
  expect(both(subset, superset)).toBe(subset);
}
