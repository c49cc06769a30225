import { debuggers } from '../protocol/debug.ts';
import { withHost } from './commandHost.ts';
import { exitStatus } from './exitStatus.ts';
import { optionValues } from './optionValues.ts';
import { packagedLauncher } from './packagedLauncher.ts';
import { UsageError } from './usage.ts';

/** `capwright dap`: the Debug Adapter Protocol on standard input and output, for one session. */
export async function runDap(args: readonly string[]): Promise<never> {
  const { debugger: asked = 'gdb' } = optionValues(args, options).values;
  const name = debuggers.find((each) => each === asked);
  if (name === undefined) {
    throw new UsageError(`--debugger takes ${debuggers.join(', ')}, not ${JSON.stringify(asked)}`);
  }
  // The only part that needs the adapter library, which no other command is to wait for.
  const { serveDebugAdapter } = await import('../debug/adapter/serve.ts');
  const client = { input: process.stdin, output: process.stdout };
  await withHost((host) => serveDebugAdapter(name, client, { host, launcher: packagedLauncher() }));
  // The library waits for nothing any more, and yet its timers would keep this process.
  process.exit(exitStatus.ok);
}

const options = { options: { debugger: { type: 'string' } } } as const;
