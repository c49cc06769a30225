/** What file capabilities cost a program that is debugged, in words. */
import { l10n } from 'vscode';

export function lossOfProgram(): string {
  return l10n.t(
    'Under a debugger the kernel withholds them: the program starts without, and yet in secure-execution mode, in which LD_LIBRARY_PATH and the like are ignored. With ambient capabilities debugger and program hold them as your user.',
  );
}

/** @param key that names the interpreter in a configuration */
export function lossOfInterpreter(key: string): string {
  return key === 'runtimeExecutable'
    ? l10n.t(
        'Breakpoints will never bind: with file capabilities Node runs in secure-execution mode and ignores NODE_OPTIONS, by which it is debugged. And every script that it runs holds them.',
      )
    : l10n.t(
        'With file capabilities Python runs in secure-execution mode, in which LD_LIBRARY_PATH and the like are ignored. And every script that it runs holds them.',
      );
}
