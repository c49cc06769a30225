/**
 * Stands in for the extensions whose debuggers trace, none of which can be installed where tests run: it
 * contributes Eclipse CDT's debug type `gdb`, whose adapter is the library that CDT's extension starts as well, and
 * the type `cppdbg`, which finds its gdb by the key of the C/C++ extension, on the same library. It shows what any
 * adapter by ptrace meets; what else those extensions do it does not show.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/** The C/C++ extension’s name for the key that both have. */
const cppdbg = `
const { GDBDebugSession } = require('cdt-gdb-adapter/dist/desktop/GDBDebugSession.js');
class Session extends GDBDebugSession {
  launchRequest(response, { miDebuggerPath = 'gdb', ...rest }) {
    return super.launchRequest(response, { ...rest, gdb: miDebuggerPath });
  }
}
Session.run(Session);
`;

const launch = (key: string): object => ({
  properties: { program: { type: 'string' }, [key]: { type: 'string' } },
});

const manifest = {
  name: 'gdb',
  publisher: 'stand-in',
  version: '1.0.0',
  engines: { vscode: '^1.101.0' },
  contributes: {
    breakpoints: [{ language: 'c' }],
    debuggers: [
      {
        ...{ type: 'gdb', label: 'gdb (stand-in)', program: './gdb.cjs', runtime: 'node' },
        configurationAttributes: { launch: launch('gdb') },
      },
      {
        ...{ type: 'cppdbg', label: 'cppdbg (stand-in)', program: './cppdbg.cjs', runtime: 'node' },
        configurationAttributes: { launch: launch('miDebuggerPath') },
      },
    ],
  },
};

/** Makes the extension in a folder. */
export async function buildGdbExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const common: BuildOptions = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // For consoles and serial ports, which nobody asks for here.
    external: ['*.node', 'serialport'],
    logLevel: 'warning',
  };
  const library = createRequire(import.meta.url).resolve('cdt-gdb-adapter/dist/debugAdapter.js');
  await build({ ...common, entryPoints: [library], outfile: join(folder, 'gdb.cjs') });
  await build({
    ...common,
    stdin: { contents: cppdbg, resolveDir: import.meta.dirname },
    outfile: join(folder, 'cppdbg.cjs'),
  });
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
}
