// What ships, bundled: one file for each process that runs it.
// What is tested is what ships: there is one kind of build, minified, with its source maps beside it.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import * as esbuild from 'esbuild';
import { writeMessages } from './messages.mjs';
import { root } from './root.mjs';

/**
 * VS Code 1.101, the oldest that package.json admits, has Node 22 and Chromium 134. The command runs on the
 * machine's Node, and helper and adapter on that of whoever starts them: Debian 13 has Node 20.
 */
const node = {
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  // The `main` of jsonc-parser finds its parts by a require() that no bundler sees through.
  mainFields: ['module', 'main'],
};
const browser = /** @type {const} */ ({ platform: 'browser', target: 'chrome134' });

/** A dependency that is CommonJS inside calls require(), which an ES module does not have. */
const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** @type {readonly (esbuild.BuildOptions & { entry: string, outfile: string })[]} */
const bundles = [
  // VS Code loads an extension with require().
  {
    entry: 'extension/extension.ts',
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    plugins: [bundledApart('core', './core.cjs')],
    ...node,
  },
  // Loaded by extension.cjs when it is first needed.
  { entry: 'extension/views/core.ts', outfile: 'dist/core.cjs', format: 'cjs', ...node },
  {
    entry: 'extension/probe/helper/helperMain.ts',
    outfile: 'dist/helper.mjs',
    format: 'esm',
    banner: { js: require },
    ...node,
  },
  {
    entry: 'extension/cli/main.ts',
    outfile: 'dist/cli.mjs',
    format: 'esm',
    banner: { js: require },
    plugins: [bundledApart('adapter/serve', './dap.mjs')],
    ...node,
  },
  // Loaded by cli.mjs for `capwright dap` alone.
  {
    entry: 'extension/debug/adapter/serve.ts',
    outfile: 'dist/dap.mjs',
    format: 'esm',
    banner: { js: require },
    ...node,
  },
  { entry: 'webview/panel.ts', outfile: 'dist/panel.js', format: 'esm', ...browser },
];

/**
 * Writes dist/.
 * @throws when an entry does not exist or does not build; esbuild's messages are in the error
 */
export async function bundle() {
  await Promise.all(
    bundles.map(({ entry, ...options }) =>
      esbuild.build({
        ...options,
        absWorkingDir: root,
        entryPoints: [entry],
        bundle: true,
        external: ['vscode'],
        minify: true,
        sourcemap: true,
        logLevel: 'silent',
        // In a CommonJS bundle it is undefined, which nobody would notice before it runs.
        logOverride: { 'empty-import-meta': 'error' },
      }),
    ),
  );
  await chmod(join(root, 'dist/cli.mjs'), 0o755);
  await writeMessages();
}

/**
 * Leaves a module out of the bundle: what the source imports as `./NAME.ts` is another bundle.
 * @param {string} name
 * @param {string} outfile as the importing bundle finds it
 * @returns {esbuild.Plugin}
 */
function bundledApart(name, outfile) {
  return {
    name: `${name} apart`,
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: outfile, external: true } : null,
      );
    },
  };
}

if (argv[1] === import.meta.filename) await bundle();
