import { isOn, refused, wrapProgram, type Rewrite } from './rewriting.ts';

/** Native Debug, types `gdb` and `lldb-mi`. Its `target` may also be a process id or a remote target. */
export const rewriteCodeDebug: Rewrite = (configuration, launcher) => {
  if (isOn(configuration['ssh']))
    return refused({ rule: 'debuggee-started-elsewhere', key: 'ssh' });
  const { target } = configuration;
  if (typeof target !== 'string') return refused({ rule: 'value-unreadable', key: 'target' });
  if (/^\d+$/.test(target)) return refused({ rule: 'debuggee-runs-already', key: 'target' });
  if (/^(extended-)?remote\s/.test(target))
    return refused({ rule: 'debuggee-started-elsewhere', key: 'target' });
  return configuration['type'] === 'lldb-mi'
    ? wrapProgram(configuration, 'lldbmipath', 'lldb-mi', launcher)
    : wrapProgram(configuration, 'gdbpath', 'gdb', launcher);
};
