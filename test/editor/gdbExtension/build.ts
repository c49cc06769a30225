/**
 * Stands in for the extensions whose debuggers trace, none of which can be installed where tests run: it
 * contributes Eclipse CDT's debug type `gdb`, whose adapter is the library that CDT's extension starts as well, and
 * nothing else. It shows what any adapter by ptrace meets; how the others name their keys it does not show.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const manifest = {
  name: 'gdb',
  publisher: 'stand-in',
  version: '1.0.0',
  engines: { vscode: '^1.101.0' },
  contributes: {
    breakpoints: [{ language: 'c' }],
    debuggers: [
      {
        type: 'gdb',
        label: 'gdb (stand-in)',
        program: './adapter.cjs',
        runtime: 'node',
        configurationAttributes: {
          launch: { properties: { program: { type: 'string' }, gdb: { type: 'string' } } },
        },
      },
    ],
  },
};

/** Makes the extension in a folder. */
export async function buildGdbExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [createRequire(import.meta.url).resolve('cdt-gdb-adapter/dist/debugAdapter.js')],
    outfile: join(folder, 'adapter.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // For consoles and serial ports, which nobody asks for here.
    external: ['*.node', 'serialport'],
    logLevel: 'warning',
  });
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
}
