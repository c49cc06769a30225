import { baseName, refused, wrapProgram, type Rewrite } from './rewriting.ts';

/**
 * js-debug, which knows by the name of `runtimeExecutable` whether it takes Node's options. It debugs from
 * within, by NODE_OPTIONS: those survive ambient capabilities, and no others.
 */
export const rewriteJsDebug: Rewrite = (configuration, launcher) => {
  if (configuration['console'] === 'externalTerminal')
    return refused({ rule: 'terminal-outside', key: 'console' });
  const runtime = configuration['runtimeExecutable'];
  const program = typeof runtime === 'string' ? baseName(runtime) : '';
  if (startsOthers.has(program))
    return refused({ rule: 'runtime-starts-others', key: 'runtimeExecutable', program });
  return wrapProgram(configuration, 'runtimeExecutable', 'node', launcher);
};

const startsOthers: ReadonlySet<string> = new Set([
  ...['npm', 'npx', 'yarn', 'pnpm', 'pnpx', 'corepack', 'bun', 'bunx', 'nodemon'],
]);
