import { refused, wrapProgram, type Rewrite } from './rewriting.ts';

/**
 * js-debug, which knows by the name of `runtimeExecutable` whether it takes Node's options. It debugs from
 * within, by NODE_OPTIONS: those survive ambient capabilities, and no others.
 */
export const rewriteJsDebug: Rewrite = (configuration, launcher) =>
  configuration['console'] === 'externalTerminal'
    ? refused({ rule: 'terminal-outside', key: 'console' })
    : wrapProgram(configuration, 'runtimeExecutable', 'node', launcher);
