import { pointedSize, pointerArgument } from '../../../../model/systemCall.ts';
import type { Denial } from '../../denial.ts';

/** What the watch costs, for the client. */
export const gateCost = 'The calls that are watched take about 50 µs longer.';

/** How an architecture passes system calls, as the debugger shows it when they return. */
export interface Convention {
  /** By name, as numbers: gdb takes names of another architecture before there is a program. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The registers of the number, of the result, and of the arguments; null for one that is lost. */
  readonly number: string;
  readonly result: string;
  readonly arguments: readonly (string | null)[];
  /** True at the return of a call, in the debugger's words; null where the result alone tells. */
  readonly returns: string | null;
}

/**
 * By Node's names. On arm64 the first argument and the result are in one register, and ptrace(2) puts
 * 1 into x7 at a return, where the result of the call is (arch/arm64/kernel/ptrace.c). Only x64 was
 * observed; arm64 was read in source.
 */
const conventions: Readonly<Record<string, Convention>> = {
  x64: {
    numbers: {
      open: 2,
      openat: 257,
      ioctl: 16,
      socket: 41,
      bind: 49,
      setsockopt: 54,
      unshare: 272,
      setns: 308,
      bpf: 321,
    },
    number: '$orig_rax',
    result: '$rax',
    arguments: ['$rdi', '$rsi', '$rdx'],
    // At an entry the result is -ENOSYS.
    returns: null,
  },
  arm64: {
    numbers: {
      openat: 56,
      ioctl: 29,
      socket: 198,
      bind: 200,
      setsockopt: 208,
      unshare: 97,
      setns: 268,
      bpf: 280,
    },
    number: '$x8',
    result: '$x0',
    arguments: [null, '$x1', '$x2'],
    returns: '$x7 == 1',
  },
};

/** Null where the architecture is none of those. */
export function conventionOf(architecture: string): Convention | null {
  return conventions[architecture] ?? null;
}

/** `/dev/net`, as a number of eight bytes in the byte order of both architectures. */
const startOfTunNode = '0x74656e2f7665642f';

/** The calls, and when one of them was refused: EPERM is 1, EACCES is 13 on every architecture. */
export function catchCommands(convention: Convention): {
  readonly set: string;
  readonly condition: string;
} {
  const { numbers, number, result, returns } = convention;
  const refused = `(${result} == -1 || ${result} == -13)`;
  // Programs look for many files that they may not open; only the TUN node is of interest.
  const opened = ['open', 'openat'].flatMap((name) => {
    const call = numbers[name];
    const path = convention.arguments[pointerArgument[name] ?? 0];
    return call === undefined || path === undefined || path === null
      ? []
      : [`(${number} != ${call} || *(long *)${path} == ${startOfTunNode})`];
  });
  return {
    set: `catch syscall ${Object.values(numbers).join(' ')}`,
    condition: [...(returns === null ? [] : [returns]), refused, ...opened].join(' && '),
  };
}

/** Evaluates an expression of the debugger, and reads memory of the program. */
export interface Inspector {
  readonly integer: (expression: string) => Promise<bigint>;
  readonly memory: (address: bigint, size: number) => Promise<Uint8Array | null>;
}

/** Where the program has stopped at the return of a call. */
export async function readDenial(
  { numbers, number, result, arguments: registers }: Convention,
  { integer, memory }: Inspector,
): Promise<Denial> {
  const called = Number(await integer(number));
  const [name = `system call ${called}`] =
    Object.entries(numbers).find(([, each]) => each === called) ?? [];
  const values: (bigint | null)[] = [];
  for (const register of registers) values.push(register === null ? null : await integer(register));
  const pointer = values[pointerArgument[name] ?? -1] ?? null;
  const answered = BigInt.asIntN(32, await integer(result));
  return {
    call: {
      name,
      arguments: values,
      memory: pointer === null ? null : await memory(BigInt.asUintN(64, pointer), pointedSize),
    },
    errno: answered === -13n ? 'EACCES' : 'EPERM',
  };
}
