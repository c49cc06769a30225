import type { Lab } from './lab.ts';

/** What lasts of a lab: lines, each of which says one thing. */
export type LabState = readonly string[];

/**
 * Files with their owners, modes, contents and capabilities; network devices; settings of the network
 * stack; what is enabled; which units are active; what the user manager holds.
 */
export async function stateOf(lab: Lab): Promise<LabState> {
  const said = await lab.mustRun(['bash', '-euc', script]);
  return said.split('\n').filter((line) => line !== '');
}

/** What is in one state and not in the other. */
export function differences(before: LabState, after: LabState): readonly string[] {
  const [one, other] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !other.has(line)).map((line) => `this is gone: ${line}`),
    ...after.filter((line) => !one.has(line)).map((line) => `this is left: ${line}`),
  ];
}

const folders = '/etc /home /opt /mnt /root /srv /usr/local /usr/lib/systemd';

/**
 * A device has its number too: one that was made anew would be another. The slice of a template stays
 * when its last instance has ended, whoever started that. A session that a unit opens by PAMName= starts
 * a manager of its user, which ends a while after it (UserStopDelaySec=, logind.conf(5)); a journal of
 * LogNamespace= ends when nothing has used it for a while (systemd-journald(8)).
 */
const script = `
find ${folders} -printf 'file %p %y %m %U %G %l\\n'
find ${folders} -type f -exec sha256sum {} + | sed 's/^/contents /'
getcap -r ${folders} 2>/dev/null | sed 's/^/capabilities /'
ip -oneline link show | sed 's/ <.*//; s/^/device /'
sysctl --all --pattern '^net\\.ipv[46]\\.' 2>/dev/null | sed 's/^/sysctl /'
systemctl list-units --state=active --plain --no-legend |
  grep -Ev '^systemd-journald(-varlink)?@' |
  awk '$1 ~ /1000/ || $1 !~ /\\.slice$|^(user|user-runtime-dir)@|^run-user-/ { print "active", $1 }'
main=$(systemctl show --value --property=MainPID user@1000.service)
sed -n 's/^Cap/user manager Cap/p' "/proc/$main/status"
`;
