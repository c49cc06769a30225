import { describe, expect, it } from 'vitest';
import type { Capable } from '../../extension/model/capable.ts';
import { CAP_SYS_PTRACE } from '../../extension/model/capability.ts';
import { emptySet, setOf } from '../../extension/model/capabilitySet.ts';
import { sameIds } from '../../extension/model/credentials.ts';
import { kernelRules } from '../../extension/model/kernel.ts';
import { tracerCounts } from '../../extension/model/tracer.ts';
import { child, initial } from './namespaces.ts';

const privileged: Capable = {
  uid: sameIds(7),
  effective: setOf(CAP_SYS_PTRACE),
  userNamespace: initial,
};
const user: Capable = { ...privileged, effective: emptySet };
const now = kernelRules('6.18');

describe('a tracer that attached counts as privileged', () => {
  it.each([
    ['with CAP_SYS_PTRACE', privileged, initial, true],
    ['not without', user, initial, false],
    ['with it in a namespace above', privileged, child, true],
    ['as the owner of the namespace', { ...user, uid: sameIds(1000) }, child, true],
    ['not as the owner of another', { ...user, uid: sameIds(2000) }, child, false],
    ['not with it in a namespace below', { ...privileged, userNamespace: child }, initial, false],
  ] as const)('%s', (_, tracer, namespace, counts) => {
    expect(tracerCounts({ request: 'attach', tracer }, namespace, now)).toBe(counts);
    expect(tracerCounts({ request: 'attach', tracer }, namespace, kernelRules('4.9'))).toBe(counts);
  });
});

describe('with PTRACE_TRACEME', () => {
  it.each([
    ['the tracee’s credentials count', '5.2', user, privileged, true],
    ['not the tracer’s', '5.2', privileged, user, false],
    ['the tracer’s count before 5.2', '5.1', privileged, user, true],
    ['not the tracee’s', '5.1', user, privileged, false],
    ['nothing counts before 4.10', '4.9', privileged, privileged, false],
  ] as const)('%s', (_, release, tracer, tracee, counts) => {
    const attachment = { request: 'traceme', tracer, tracee } as const;
    expect(tracerCounts(attachment, initial, kernelRules(release))).toBe(counts);
  });
});
