import { wrapProgram, type Rewrite } from './rewriting.ts';

/** Eclipse CDT's `gdb`, which starts gdb by a path: once for its version, once to debug. */
export const rewriteCdtGdb: Rewrite = (configuration, launcher) =>
  wrapProgram(configuration, 'gdb', 'gdb', launcher);
