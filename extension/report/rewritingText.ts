import type { RewritingRefusal } from '../fixes/debugger/rewriting.ts';

/** Why a debug configuration cannot get ambient capabilities, as sentences. */
export function describeRewritingRefusal(refusal: RewritingRefusal): string {
  switch (refusal.rule) {
    case 'debugger-unknown':
      return `No way is known to give ambient capabilities to debuggers of type “${refusal.type}”.`;
    case 'debuggee-runs-already':
      return `${refusal.key} attaches to a process, which keeps the credentials that it has. Start the program with “capwright run” and attach to that.`;
    case 'debuggee-started-elsewhere':
      return `With ${refusal.key} it is not this debugger that starts the program, so its capabilities would not reach it.`;
    case 'debuggee-is-recorded':
      return `${refusal.key} asks for a core dump or a recording: no process is started.`;
    case 'terminal-outside':
      return `${refusal.key} starts the debugger from a terminal outside the editor, whose credentials are not known. Use the integrated terminal.`;
    case 'runs-as-root':
      return `${refusal.key} asks for root. Remove it: ambient capabilities need no other user.`;
    case 'debugger-builds':
      return `${refusal.key} “${refusal.mode}” has the debugger build the program, so that compilers would hold its capabilities. Build it first, and use “exec”.`;
    case 'debugger-under-sudo':
      return `A debugger of type “${refusal.type}” is paused and ended by signals to its process, and behind sudo that is one of root. Install the launcher.`;
    case 'runtime-starts-others':
      return `${refusal.key} is ${refusal.program}, which starts other programs and would hold the capabilities as well. Name node, and the script that it is to run.`;
    case 'server-on-network':
      return `${refusal.key} is a server that listens on the network: any user of this machine could use its capabilities.`;
    case 'reached-by-setting':
      return `No key of a configuration reaches this debugger’s server, only the setting ${refusal.setting}, which holds for every session.`;
    case 'value-unreadable':
      return `The value of ${refusal.key} is missing or not of the kind that was expected.`;
  }
}
