import { findOperation, operations, type Operation } from '../model/operations.ts';
import type { OperationRequest } from '../model/system.ts';
import type { LauncherChoice } from '../app/surroundings.ts';
import { optionValues } from './optionValues.ts';
import { UsageError } from './usage.ts';

/** The options that `check` and `can` share, checked. */
export interface CommandLine {
  readonly positionals: readonly string[];
  readonly operations: readonly Operation[];
  /** `why` only: the program that complained. */
  readonly program: string | null;
  readonly launcher: LauncherChoice;
  /** Who opened the socket or device that is used (`can` only); null where the process itself does. */
  readonly opener: LauncherChoice | null;
  /** Null where debuggers are started by the launcher. */
  readonly debugLauncher: LauncherChoice | null;
  readonly request: OperationRequest;
  readonly json: boolean;
  readonly all: boolean;
}

/** @throws {UsageError} for an unknown option or an impossible value */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const { 'debugger-pid': debuggerPid, 'opened-by': openerPid } = values;
  const { operation = [], pid, port = '80', tap = false, json = false, all = false } = values;
  return {
    positionals,
    operations: operation.flatMap((list) => list.split(',')).map(operationOf),
    program: values.program ?? null,
    launcher:
      pid === undefined ? { kind: 'self', process: 'command-line' } : namedProcess('--pid', pid),
    opener: openerPid === undefined ? null : namedProcess('--opened-by', openerPid),
    debugLauncher: debuggerPid === undefined ? null : namedProcess('--debugger-pid', debuggerPid),
    request: {
      tunDevice: values['tun-device'] === undefined ? null : deviceName(values['tun-device']),
      tunLayer: tap ? 'tap' : 'tun',
      multiQueue: false,
      port: wholeNumber('--port', port, 0, 65535),
    },
    json,
    all,
  };
}

/** @throws {UsageError} */
export function operationOf(id: string): Operation {
  const found = findOperation(id);
  if (found !== null) return found;
  const known = operations.map((operation) => operation.id).join(', ');
  throw new UsageError(`there is no operation ${JSON.stringify(id)}; known are ${known}`);
}

function namedProcess(option: string, pid: string): LauncherChoice {
  return { kind: 'process', pid: wholeNumber(option, pid, 1, 4194304), process: 'named-process' };
}

function parse(args: readonly string[]) {
  return optionValues(args, {
    allowPositionals: true,
    options: {
      operation: { type: 'string', multiple: true },
      program: { type: 'string' },
      pid: { type: 'string' },
      'debugger-pid': { type: 'string' },
      'opened-by': { type: 'string' },
      'tun-device': { type: 'string' },
      tap: { type: 'boolean' },
      port: { type: 'string' },
      json: { type: 'boolean' },
      all: { type: 'boolean' },
    },
  });
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(
    `${option} takes a whole number from ${String(low)} to ${String(high)}, not ${JSON.stringify(text)}`,
  );
}

/** TUNSETIFF cuts a longer name off, so the device would have another one. */
function deviceName(name: string): string {
  if (name !== '' && Buffer.byteLength(name) <= 15 && !name.includes('\0')) return name;
  throw new UsageError(`--tun-device takes a name of 1 to 15 bytes, not ${JSON.stringify(name)}`);
}
