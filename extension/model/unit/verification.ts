import type { SystemdRules } from './systemdRules.ts';
import { valueOf, type Settings } from './unit.ts';
import type { DirectiveValues } from './directives.ts';

export type ServiceType = NonNullable<DirectiveValues['Type']>;

/**
 * Why systemd refuses a service although each of its lines could be read (`unit_patch_contexts()`,
 * `service_verify()`).
 */
export type Refusal =
  | 'home-of-dynamic-user'
  | 'two-user-namespaces'
  | 'session-in-private-pids'
  | 'forking-in-private-pids'
  | 'no-command'
  | 'no-start-command-and-not-oneshot'
  | 'no-start-command-and-not-remaining'
  | 'several-start-commands-and-not-oneshot';

/** Type=, or what systemd makes of its absence (`service_add_extras()`). */
export function serviceType(settings: Settings): ServiceType {
  const type = valueOf(settings, 'Type');
  if (type !== null) return type;
  if (valueOf(settings, 'BusName') !== null) return 'dbus';
  return valueOf(settings, 'ExecStart').length > 0 ? 'simple' : 'oneshot';
}

/** Null for a service that systemd would start. */
export function refusalOf(
  settings: Settings,
  { dynamicUserHasNoHome, oneUserNamespace, privatePidsExcludeSession }: SystemdRules,
): Refusal | null {
  const twoUserNamespaces =
    valueOf(settings, 'UserNamespacePath') !== null && valueOf(settings, 'PrivateUsers') !== 'no';
  if (oneUserNamespace && twoUserNamespaces) return 'two-user-namespaces';
  if (valueOf(settings, 'PrivatePIDs') === 'yes') {
    if (serviceType(settings) === 'forking') return 'forking-in-private-pids';
    const opensSession = valueOf(settings, 'PAMName') !== null;
    if (opensSession && privatePidsExcludeSession) return 'session-in-private-pids';
  }
  const directory = valueOf(settings, 'WorkingDirectory')?.path;
  const inHome = directory?.kind === 'text' && directory.text === '~';
  if (inHome && valueOf(settings, 'DynamicUser') && dynamicUserHasNoHome) {
    return 'home-of-dynamic-user';
  }
  const starts = valueOf(settings, 'ExecStart').length;
  const oneshot = serviceType(settings) === 'oneshot';
  if (starts > 0) return starts > 1 && !oneshot ? 'several-start-commands-and-not-oneshot' : null;
  // One without a command is there for the action.
  const acts = valueOf(settings, 'SuccessAction') !== 'none';
  if (valueOf(settings, 'ExecStop').length === 0 && !acts) return 'no-command';
  if (!oneshot) return 'no-start-command-and-not-oneshot';
  return acts || valueOf(settings, 'RemainAfterExit') ? null : 'no-start-command-and-not-remaining';
}
