import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import type { Outcome, ProbeReply, ProcessFacts, ThreadFacts } from '../../protocol/probe.ts';
import { whileHeld } from './descriptor.ts';
import type { NativeProbe } from './nativeProbe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** The credentials of a process, thread by thread. Needs no privilege: `status` is for everyone. */
export function processFacts(pid: number | 'self', probe: NativeProbe): ProbeReply<'process'> {
  // The directory is held, so that a pid that is given to another process meanwhile is not read.
  const facts = whileHeld(`/proc/${pid}`, (directory) => factsOf(pid, directory.link, probe));
  if (!('value' in facts)) return { ok: false, error: failureOf(facts) };
  if (!('value' in facts.value)) return { ok: false, error: failureOf(facts.value) };
  return { ok: true, result: facts.value.value };
}

function factsOf(
  pid: number | 'self',
  directory: string,
  probe: NativeProbe,
): Outcome<ProcessFacts> {
  const named = (file: string) => `/proc/${pid}/${file}`;
  const text = (file: string) =>
    outcomeOf(named(file), () => readFileSync(`${directory}/${file}`, 'utf8'));

  const status = text('status');
  if (!('value' in status)) return status;
  const fields = statusFields(status.value);
  const main = threadFacts(fields);

  const tids = outcomeOf(named('task'), () => readdirSync(`${directory}/task`));
  if (!('value' in tids)) return tids;
  const threads = tids.value
    .map(Number)
    .filter((tid) => tid !== main.tid)
    .sort((a, b) => a - b)
    .flatMap((tid) => {
      const other = text(`task/${tid}/status`);
      // A thread that ended since the listing has no credentials to tell.
      return 'value' in other ? [threadFacts(statusFields(other.value))] : [];
    });

  const appArmor = text('attr/current');
  return {
    value: {
      pid: main.tid,
      ppid: Number(fieldOf(fields, 'PPid')),
      name: main.name,
      exe: outcomeOf(named('exe'), () => readlinkSync(`${directory}/exe`)),
      securebits:
        pid === 'self'
          ? probe.readSecurebits()
          : { unavailable: "prctl(PR_GET_SECUREBITS) tells a process its own, and nobody else's" },
      threads: [main, ...threads],
      cgroup: text('cgroup'),
      appArmor: 'value' in appArmor ? { value: appArmor.value.replace(/[\n\0]+$/, '') } : appArmor,
    },
  };
}

/** The lines of /proc/PID/status, proc_pid_status(5). */
function statusFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
}

/** Throws where a line is missing that every supported kernel (4.18) writes. */
function threadFacts(fields: ReadonlyMap<string, string>): ThreadFacts {
  return {
    tid: Number(fieldOf(fields, 'Pid')),
    name: unescapeName(fieldOf(fields, 'Name')),
    uid: fourIds(fields, 'Uid'),
    gid: fourIds(fields, 'Gid'),
    groups: fieldOf(fields, 'Groups').split(/\s+/).filter(Boolean).map(Number),
    permitted: capabilitySet(fields, 'CapPrm'),
    effective: capabilitySet(fields, 'CapEff'),
    inheritable: capabilitySet(fields, 'CapInh'),
    bounding: capabilitySet(fields, 'CapBnd'),
    ambient: capabilitySet(fields, 'CapAmb'),
    noNewPrivs: fieldOf(fields, 'NoNewPrivs') === '1',
    // Absent from a kernel that was built without seccomp.
    seccomp: Number(fields.get('Seccomp') ?? '0'),
    tracerPid: Number(fieldOf(fields, 'TracerPid')),
  };
}

function fieldOf(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw new Error(`/proc/PID/status has no line "${name}"`);
  return value;
}

function fourIds(
  fields: ReadonlyMap<string, string>,
  name: string,
): readonly [number, number, number, number] {
  const [real, effective, saved, fileSystem] = fieldOf(fields, name).split(/\s+/).map(Number);
  if (
    real === undefined ||
    effective === undefined ||
    saved === undefined ||
    fileSystem === undefined
  ) {
    throw new Error(`/proc/PID/status has no four ids in line "${name}"`);
  }
  return [real, effective, saved, fileSystem];
}

/** Bits without a name are kept: the kernel may be newer than the reader. */
function capabilitySet(fields: ReadonlyMap<string, string>, name: string): string {
  return `0x${BigInt(`0x${fieldOf(fields, name)}`).toString(16)}`;
}

/** Undoes what proc_task_name() of fs/proc/array.c escapes: a newline and the backslash. */
function unescapeName(name: string): string {
  return name.replace(/\\(n|\\)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : '\\'));
}
