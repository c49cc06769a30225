import { CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, CAP_SYS_ADMIN } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import { inInitial, where, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import { whereBpfIsPrivileged } from '../gates/limitGates.ts';
import type { Capability } from '../capability.ts';
import type { OperationRow } from '../operation.ts';

const manPage = 'bpf(2)';
const load = 'bpf(BPF_PROG_LOAD)';
const create = 'bpf(BPF_MAP_CREATE)';
const loads = 'bpf_prog_load() in kernel/bpf/syscall.c';
const creates = 'map_create() in kernel/bpf/syscall.c';

export const bpfOperations = [
  {
    id: 'bpf.socket-filter',
    family: 'bpf',
    title: 'Loading a BPF socket filter',
    manPage,
    capabilities: setOf(CAP_BPF),
    gates: [systemCall(load), ...ask(load, CAP_BPF, loads).map(whereBpfIsPrivileged)],
    filtered: true,
  },
  {
    id: 'bpf.xdp',
    family: 'bpf',
    title: 'Loading an XDP program',
    manPage,
    capabilities: setOf(CAP_BPF, CAP_NET_ADMIN),
    gates: [systemCall(load), ...ask(load, CAP_BPF, loads), ...ask(load, CAP_NET_ADMIN, loads)],
    filtered: true,
  },
  {
    id: 'bpf.traffic-control',
    family: 'bpf',
    title: 'Loading a BPF classifier for traffic control',
    manPage: 'tc-bpf(8)',
    capabilities: setOf(CAP_BPF, CAP_NET_ADMIN),
    gates: [systemCall(load), ...ask(load, CAP_BPF, loads), ...ask(load, CAP_NET_ADMIN, loads)],
    filtered: true,
  },
  {
    id: 'bpf.tracing',
    family: 'bpf',
    title: 'Loading a BPF tracing program',
    manPage,
    capabilities: setOf(CAP_BPF, CAP_PERFMON),
    gates: [systemCall(load), ...ask(load, CAP_BPF, loads), ...ask(load, CAP_PERFMON, loads)],
    filtered: true,
  },
  {
    id: 'bpf.map',
    family: 'bpf',
    title: 'Creating a BPF map',
    manPage,
    capabilities: setOf(CAP_BPF),
    gates: [systemCall(create), ...ask(create, CAP_BPF, creates).map(whereBpfIsPrivileged)],
    filtered: true,
  },
  {
    id: 'bpf.socket-map',
    family: 'bpf',
    title: 'Creating a BPF map of sockets',
    manPage,
    capabilities: setOf(CAP_BPF, CAP_NET_ADMIN),
    gates: [
      systemCall(create),
      ...ask(create, CAP_BPF, creates).map(whereBpfIsPrivileged),
      ...ask(create, CAP_NET_ADMIN, creates),
    ],
    filtered: true,
  },
] as const satisfies readonly OperationRow[];

/** `bpf_token_capable()` without a token: of the whole machine, and CAP_SYS_ADMIN is as good. */
function ask(call: string, capability: Capability, source: string): readonly Gate[] {
  return [
    where(
      ({ hasBpfCapability }) => hasBpfCapability,
      inInitial({ call, capability, or: CAP_SYS_ADMIN, source }),
    ),
    where(
      ({ hasBpfCapability }) => !hasBpfCapability,
      inInitial({ call, capability: CAP_SYS_ADMIN, source }),
    ),
  ];
}

function systemCall(call: string): Gate {
  return needs('bpf', { call, errno: 'ENOSYS', source: 'sys_ni_syscall() in kernel/sys_ni.c' });
}
