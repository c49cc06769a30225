import { operationFamilies } from '../model/operation.ts';
import { operations } from '../model/operations.ts';

/** The command line cannot be used: the user's mistake, told with the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const helpText = `capwright: will this program be allowed to do what it needs, and if not, which gate refuses?

  capwright check <program> [options]   every launch path: verdict, gate, reasons, repairs
  capwright can [<operation>…] [--all] [options]
                                        what this process, or another, may do now
  capwright run --caps CAP[,CAP] [--sandbox [--outside]] [--via WAY] [--env NAME[=VALUE]] -- <program> [<arg>…]
                                        with ambient capabilities, at your user id
  capwright launcher install --caps CAP[,CAP] | remove | status
                                        lets run do without sudo, for you alone
  capwright launcher cargo | go | cmake --caps CAP[,CAP]
                                        lets cargo, go test in the editor, or ctest use it here
  capwright setcap CAPABILITIES <program> | --remove <program>
                                        setcap(8) on a file that is held, where it helps, and read back
  capwright dap [--debugger gdb]        a debug adapter on standard input and output, for editors
  capwright trace [options of run] -- <program> [<arg>…]
                                        runs it under strace and explains every call that is refused
  capwright why <message> [--program PROGRAM] [options]
                                        what a message such as “TUNSETIFF: Operation not permitted” is about; - reads it
  capwright lint <unit or directory>… [--user] [--systemd N] [--root DIR] [--json | --sarif]
                                        units: findings, and what becomes of each command
  capwright predict                     JSON lines in, JSON lines out: the exec model alone
  capwright explain [<rule>]            a rule's page; without a rule, the list of rules

Options of check, can and why
  --operation OP       one or more of the operations below; default tun.create
  --pid N              the process that starts the program, or that is asked about
  --debugger-pid N     the process that starts debuggers (check); default the same
  --opened-by N        can: the process that opened the socket or TUN node that is used
  --tun-device NAME    the device name that the program asks for
  --tap                a TAP device instead of a TUN device
  --port N             the port of the operations that bind one; default 80
  --json               the answer as JSON

Options of run and trace
  --caps CAP           the capabilities that the program holds, such as net_admin,net_raw
  --sandbox            in a user and network namespace of its own, without any privilege
  --outside            connects the sandbox to the outside through slirp4netns
  --via WAY            held, installed, sudo or pkexec; default the first that will do, without pkexec
  --env NAME[=VALUE]   sets a variable, or passes one on where sudo would not
  --dry-run            prints the command that would be run (also of launcher)
  --json               of trace: the answer as JSON; what the program prints goes to standard error

Options of setcap
  --elevation WAY      sudo or pkexec; default sudo
  --root-id N          for the user namespace whose root is user N outside (setcap -n)
  --expect IDENTITY    MAJOR:MINOR:INODE:CHANGED of the file that it has to be, CHANGED in nanoseconds

Options of launcher install and remove
  --elevation WAY      sudo or pkexec; default sudo

Operations
${operationLines()}

Exit status: 0 all allowed; 1 something is denied; 2 usage or an unusable file; 3 cannot be told. Of run: the
program's own, or what capwright-launch refuses with (native/README.md).
`;

function operationLines(): string {
  const width = Math.max(...operations.map(({ id }) => id.length));
  return operationFamilies
    .map(({ id: family, title }) =>
      [
        `  ${title}`,
        ...operations
          .filter((operation) => operation.family === family)
          .map(({ id, title: does }) => `    ${id.padEnd(width)}  ${does}`),
      ].join('\n'),
    )
    .join('\n');
}
