import { CAP_SYS_PTRACE } from './capability.ts';
import { has, type CapabilitySet } from './capabilitySet.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import { execTransition, type Caller } from './execTransition.ts';
import { knownLauncher } from './judge.ts';
import { kernelRules } from './kernel.ts';
import { launcherOn, prepareLaunch } from './launchPath.ts';
import { honoursPrivilege } from './mount.ts';
import { credentialFile } from './programFile.ts';
import type { Reason } from './reason.ts';
import type { NetworkNamespace, System } from './system.ts';

/** What a program that a debugger starts will hold, before anything is started. */
export type Expectation =
  | {
      readonly kind: 'starts';
      readonly credentials: Credentials;
      readonly place: Place;
      readonly reasons: readonly Reason[];
    }
  | {
      readonly kind: 'refused';
      readonly call: string;
      readonly errno: Errno;
      readonly reasons: readonly Reason[];
    }
  | { readonly kind: 'unseen'; readonly unseen: readonly string[] };

/** Where the program runs: what its operations meet beside its credentials. */
export type Place = Pick<System, 'tun' | 'limits'> & { readonly network: NetworkNamespace };

/**
 * What the program would hold under a debugger that holds exactly these capabilities as ambient ones,
 * beside the launcher or in a sandbox: what capwright-launch makes of the debugger, and exec of the
 * program. On the path `debugger` it holds what its launcher does; on `ambient` nothing traces the program.
 */
export function expectUnderDebugger(
  path: 'debugger' | 'ambient' | 'ambient-debugger' | 'sandbox',
  system: System,
  capabilities: CapabilitySet,
): Expectation {
  const launcher = knownLauncher(launcherOn(path, system));
  if ('unseen' in launcher) return { kind: 'unseen', unseen: launcher.unseen };
  const launch = prepareLaunch(path, system, launcher, capabilities);
  if (launch.kind === 'refused') return launch;

  const { file, capabilityUnseen } = system.program;
  const caller = path === 'sandbox' ? tracedWith(capabilities, launch.caller) : launch.caller;
  const kernel = kernelRules(system.kernelRelease);
  const { mount } = credentialFile(file);
  const counts = honoursPrivilege(mount, caller.credentials.userNamespace, kernel);
  if (capabilityUnseen !== null && counts) {
    return {
      kind: 'unseen',
      unseen: [`the file capabilities of ${file.path}: ${capabilityUnseen}`],
    };
  }
  const exec = execTransition(caller, file, kernel);
  const reasons = [...launch.reasons, ...exec.reasons];
  if (exec.kind === 'error') return { kind: 'refused', call: 'execve', errno: exec.errno, reasons };
  const { network, tun, limits } = launch;
  return {
    kind: 'starts',
    credentials: exec.credentials,
    place: { network, tun, limits },
    reasons,
  };
}

/** Of all that a sandbox gives, the debugger in it keeps these. */
function tracedWith(capabilities: CapabilitySet, { credentials, sharesFs }: Caller): Caller {
  return {
    credentials: {
      ...credentials,
      permitted: capabilities,
      effective: capabilities,
      inheritable: capabilities,
      ambient: capabilities,
    },
    tracer: { sysPtrace: has(capabilities, CAP_SYS_PTRACE) },
    sharesFs,
  };
}
