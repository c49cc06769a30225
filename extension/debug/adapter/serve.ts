import type { Host } from '../../probe/host.ts';
import { userSightings } from '../../probe/sightings.ts';
import type { DebuggerName } from '../../protocol/debug.ts';
import type { Backend, ClientStreams } from './backend.ts';
import { delve } from './backends/go/delve.ts';
import { debugpy } from './backends/python/debugpy.ts';
import { gdbDap } from './backends/gdb/gdbDap.ts';
import { gdbMi } from './backends/gdb/gdbMi.ts';
import { lldbDap } from './backends/lldbDap.ts';
import { openPrivateFolder } from '../../app/privateFolder.ts';
import { Session } from './session.ts';

const backends: Readonly<Record<DebuggerName, Backend>> = {
  gdb: gdbMi,
  'gdb-dap': gdbDap,
  lldb: lldbDap,
  python: debugpy,
  go: delve,
};

/** Serves one client to the end of its session. */
export async function serveDebugAdapter(
  name: DebuggerName,
  client: ClientStreams,
  { host, launcher }: { readonly host: Host; readonly launcher: string },
): Promise<void> {
  const folder = await openPrivateFolder(process.env);
  try {
    const session = new Session({
      host,
      sightings: userSightings(process.env),
      launcher,
      debugger: name,
      directory: process.cwd(),
      environment: process.env,
      folder,
    });
    await backends[name].serve(client, session);
  } finally {
    await folder.dispose();
  }
}
