import type { Complaint } from '../model/complaint.ts';
import type { FailedStart } from '../model/complaintForms.ts';
import { findOperation } from '../model/operations.ts';
import { printable } from './printable.ts';

/** What a message is about, a sentence a line; what the model says of it comes after. */
export function complaintLines(complaint: Complaint): readonly string[] {
  if (complaint.kind === 'start') return failedStartLines(complaint);
  const { wanted, errno } = complaint;
  if (wanted.operations.length === 0) {
    return [
      `The kernel answered ${errno}. The message does not tell which call it refused: asked is what such programs begin with.`,
      'capwright trace -- <program> shows the call.',
    ];
  }
  const titles = wanted.operations.map((id) => `${findOperation(id)?.title ?? id} (${id})`);
  return [`${printable(wanted.call)} answered ${errno}: ${titles.join(', or ')}.`];
}

function failedStartLines({ unit, step, program }: FailedStart): readonly string[] {
  const known = steps[step];
  const status = known === undefined ? step : `${String(known.status)}/${step}`;
  return [
    `systemd gave up the start of ${printable(program)} before it ran: ${status}.`,
    ...(known === undefined ? [] : [known.meaning]),
    `capwright lint on the file of ${printable(unit)} tells which setting asks for it.`,
  ];
}

interface Step {
  /** systemd.exec(5), “Process Exit Codes”. */
  readonly status: number;
  readonly meaning: string;
}

/** The steps that a network developer meets. */
const steps: Readonly<Record<string, Step>> = {
  CHDIR: { status: 200, meaning: 'WorkingDirectory= is missing, or may not be entered.' },
  EXEC: {
    status: 203,
    meaning: 'The program is missing, not executable, or on a noexec mount.',
  },
  CHROOT: { status: 210, meaning: 'RootDirectory= cannot be changed into.' },
  SECUREBITS: { status: 213, meaning: 'SecureBits= needs CAP_SETPCAP, which the manager lacks.' },
  GROUP: {
    status: 216,
    meaning:
      'The groups could not be set: a user manager may not change them, and a group may be missing.',
  },
  USER: { status: 217, meaning: 'User= names nobody, or the manager may not become that user.' },
  CAPABILITIES: {
    status: 218,
    meaning:
      'A capability that the unit asks for is not there to be given: a user manager has none, and a bounding set may lack it.',
  },
  CGROUP: { status: 219, meaning: 'The control group could not be set up.' },
  NETWORK: { status: 225, meaning: 'A network namespace could not be made or entered.' },
  NAMESPACE: {
    status: 226,
    meaning: 'A mount, user or other namespace could not be set up, or a path for it is missing.',
  },
  SECCOMP: { status: 228, meaning: 'A system call filter could not be installed.' },
};
