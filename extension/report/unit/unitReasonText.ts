import { capabilityConstant } from '../../model/gate.ts';
import { allNamed, emptySet, members, without } from '../../model/capabilitySet.ts';
import type { CapabilitySet } from '../../model/capabilitySet.ts';
import type { GateId } from '../../model/reason.ts';
import type {
  SettingObservation,
  SettingReference,
  StartRefusal,
  UnitReason,
} from '../../model/unit/unitReason.ts';

/** One step of systemd before a command of a unit runs, as a sentence without a full stop. */
export function describeUnitStep(reason: UnitReason): string {
  switch (reason.rule) {
    case 'unit-runs-as':
      return reason.setting === null
        ? `it runs with the manager’s user id, ${String(reason.uid)}`
        : `${settingName(reason.setting)} makes it run as ${reason.user}`;
    case 'unit-start-refused':
      return refusalText(reason);
    case 'unit-fully-privileged':
      return reason.setting === null
        ? 'its prefix + leaves out the unit’s user, capabilities and sandbox'
        : `${settingName(reason.setting)} leaves the unit’s user, capabilities and sandbox to ExecStart=`;
    case 'unit-bounds':
      return `${settingName(reason.setting)} leaves ${constants(reason.lost)} out of the bounding set`;
    case 'unit-raises-ambient':
      return `${settingName(reason.setting)} raises ${constants(reason.capabilities)} as ambient`;
    case 'unit-ambient-outside-bounding-set':
      return `${constants(reason.missing)} of ${settingName(reason.setting)} is not in the bounding set, and is left out without a word`;
    case 'unit-no-new-privs':
      return reason.cause === 'asked'
        ? `${settingName(reason.setting)} sets no_new_privs`
        : `${settingName(reason.setting)} needs seccomp filters, which only no_new_privs lets an unprivileged process load`;
    case 'unit-user-namespace':
      return reason.implied
        ? `${settingName(reason.setting)} needs privileges that a user manager has only in a user namespace of the unit’s own, so it makes one`
        : `${settingName(reason.setting)} gives it a user namespace of its own`;
    case 'unit-network-namespace':
      return {
        private: `${settingName(reason.setting)} gives it a network namespace of its own`,
        joined: `it joins the network namespace that ${settingName(reason.setting)} names`,
        host: `the manager may not do what ${settingName(reason.setting)} asks, and goes on in its own network namespace`,
      }[reason.outcome];
    case 'unit-mount-nosuid':
      return `no_new_privs and ${settingName(reason.setting)} together make ${reason.mountPoint} nosuid`;
  }
}

/** What a gate of the unit’s own found. */
export function describeSettingGate(
  gate: GateId,
  call: string,
  { setting, subject }: SettingObservation,
): string {
  const name = settingName(setting);
  switch (gate) {
    case 'unit-device-view':
      return `${name} leaves ${subject} out of its /dev`;
    case 'unit-device-policy':
      return `${name} closes the devices of the unit, and nothing allows ${subject} for reading and writing`;
    case 'unit-address-families':
      return `${name} does not let ${subject} through`;
    case 'unit-system-calls':
      return `${name} does not let the system call ${subject} through`;
    default:
      return `${name} refuses ${call}`;
  }
}

function refusalText({
  cause,
  setting,
  status,
}: Extract<UnitReason, { rule: 'unit-start-refused' }>): string {
  const words = refusals[cause];
  return `${setting === null ? 'systemd' : settingName(setting)} ${words}: ${status}`;
}

/** After the setting, or after systemd. */
const refusals: Readonly<Record<StartRefusal, string>> = {
  'fatal-setting': 'refuses the unit for a line that it cannot read',
  'no-command': 'refuses a service without ExecStart=',
  'several-commands': 'has more than one command, which only Type=oneshot may have',
  'home-of-dynamic-user': 'asks for the home of a dynamic user, which has none',
  'dynamic-user-in-user-manager': 'is refused in a user manager',
  'two-user-namespaces': 'names a user namespace beside the one that PrivateUsers= asks for',
  'session-in-private-pids': 'cannot be had beside PAMName=',
  'forking-in-private-pids': 'cannot be had with Type=forking',
  'unknown-user': 'names a user that does not exist here',
  'unknown-group': 'names a group that does not exist',
  'name-of-no-dynamic-user': 'has a name that no dynamic user can have',
  'groups-of-another-user': 'asks for groups that a user manager may not set',
  'another-group': 'names a group that a user manager may not change to',
  'supplementary-groups': 'asks for groups that a user manager may not set',
  'real-time-not-permitted': 'asks for a real-time class, which a user manager may not give',
  'priority-of-another-class': 'asks for a priority that the scheduling class does not have',
  'keyring-of-another-user': 'asks for a keyring of another user, as nobody but root may',
  'control-group-of-another-user':
    'asks for a control group of another user, as nobody but root may',
  'session-of-another-user': 'opens a session of another user, as nobody but root may',
  'session-of-unknown-user': 'opens a session of a user that PAM does not know',
  'session-groups': 'opens a session whose groups a user manager may not set',
  'network-namespace-missing': 'names a network namespace that cannot be entered',
  'standard-input-closed': 'closes /dev/null too, and standard input cannot be opened',
  'user-namespace': 'asks for a user namespace that cannot be made',
  'mount-missing': 'names a path that does not exist',
  'working-directory': 'names a directory that the command cannot enter',
  'mounts-not-permitted': 'asks for mounts that a user manager may not make',
  'program-missing': 'does not find the program',
  'program-hidden': 'hides the program from the unit',
  'program-not-executable': 'may not run the program',
  'bounding-set-not-permitted':
    'takes capabilities out of the bounding set, which a user manager may not do',
  'ambient-not-permitted': 'asks for capabilities that the manager does not hold',
  'secure-bits-not-permitted': 'asks for securebits that a user manager may not set',
  'another-user': 'names a user that a user manager may not change to',
  'privileges-not-kept': 'needs privileges that a user manager does not have',
  exec: 'cannot run the program',
};

function settingName({ directive }: SettingReference): string {
  return `${directive}=`;
}

/** `CAP_NET_ADMIN and CAP_NET_RAW`; many are counted. */
function constants(set: CapabilitySet): string {
  const named = members(set & allNamed).map(capabilityConstant);
  if (named.length === 0 || without(set, allNamed) === set)
    return set === emptySet ? 'nothing' : 'capabilities';
  if (named.length > 4) return `${String(named.length)} capabilities`;
  const last = named.at(-1) ?? '';
  return named.length === 1 ? last : `${named.slice(0, -1).join(', ')} and ${last}`;
}
