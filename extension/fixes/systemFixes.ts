import type { System } from '../model/system.ts';
import type { Fix } from './fix.ts';

export function makeExecutable(system: System): Fix | null {
  const { file } = system.program;
  if ((file.mode & 0o100) !== 0) return null;
  return {
    id: 'make-executable',
    title: 'Make it executable',
    remark: 'needs nothing where the file is yours',
    applicability: 'safe',
    needs: 'nothing',
    steps: [{ kind: 'command', argv: ['chmod', 'u+x', '--', file.path] }],
    inverse: [{ kind: 'command', argv: ['chmod', 'u-x', '--', file.path] }],
    effects: [{ kind: 'program', mode: file.mode | 0o100 }],
  };
}

export function widenPingGroupRange(): Fix {
  return sysctlFix({
    id: 'widen-ping-group-range',
    title: 'Let every group open ping sockets',
    remark: 'root once per boot · systemd sets the same',
    setting: 'net.ipv4.ping_group_range=0 2147483647',
    effects: [{ kind: 'limit', name: 'pingGroupRange', value: [0, 2147483647] }],
  });
}

export function lowerUnprivilegedPortStart(system: System): Fix {
  const { port } = system.request;
  return sysctlFix({
    id: 'lower-unprivileged-port-start',
    title: `Let everyone bind from port ${String(port)} upwards`,
    remark: 'root once per boot · for every program of this network namespace',
    setting: `net.ipv4.ip_unprivileged_port_start=${String(port)}`,
    effects: [{ kind: 'limit', name: 'unprivilegedPortStart', value: port }],
  });
}

/** The fix for each switch that is set, one after the other where there are several. */
export function allowUserNamespaces(system: System): Fix | null {
  const { limits } = system;
  const fixes = userNamespaceSwitches
    .filter(({ name, forbids }) => {
      const limit = limits[name];
      return limit.kind === 'known' && limit.value === forbids;
    })
    .map(({ name, sysctl, allows }) =>
      sysctlFix({
        id: 'allow-user-namespaces',
        title: 'Allow user namespaces',
        remark: 'root once per boot · sandboxes then need no privilege',
        setting: `${sysctl}=${String(allows)}`,
        effects: [{ kind: 'limit', name, value: allows }],
      }),
    );
  const [first, ...rest] = fixes;
  return first === undefined ? null : rest.reduce(inOneGo, first);
}

const userNamespaceSwitches = [
  { name: 'maxUserNamespaces', sysctl: 'user.max_user_namespaces', forbids: 0, allows: 10000 },
  { name: 'maxNetworkNamespaces', sysctl: 'user.max_net_namespaces', forbids: 0, allows: 10000 },
  {
    name: 'unprivilegedUserNamespaces',
    sysctl: 'kernel.unprivileged_userns_clone',
    forbids: 0,
    allows: 1,
  },
  {
    name: 'appArmorUserNamespaces',
    sysctl: 'kernel.apparmor_restrict_unprivileged_userns',
    forbids: 1,
    allows: 0,
  },
] as const;

function inOneGo(one: Fix, other: Fix): Fix {
  return {
    ...one,
    steps: [...one.steps, ...other.steps],
    inverse: [...one.inverse, ...other.inverse],
    effects: [...one.effects, ...other.effects],
  };
}

/** Scope 3 of Yama is left by a boot alone. */
export function allowTracing({ limits: { ptraceScope } }: System): Fix | null {
  if (ptraceScope.kind === 'unknown' || ptraceScope.value < 2) return null;
  const fix = sysctlFix({
    id: 'allow-tracing',
    title: 'Let debuggers trace what they start',
    remark: 'root once per boot · attaching to other programs stays forbidden',
    setting: 'kernel.yama.ptrace_scope=1',
    effects: [{ kind: 'limit', name: 'ptraceScope', value: 1 }],
  });
  if (ptraceScope.value === 2) return fix;
  return {
    ...fix,
    remark: 'a boot, since nothing else leaves scope 3',
    applicability: 'template',
    needs: 'restart',
    steps: [
      {
        kind: 'advice',
        text: 'Set kernel.yama.ptrace_scope to 1 where it is set to 3 (/etc/sysctl.d), and boot.',
      },
    ],
    inverse: [],
  };
}

function sysctlFix(
  fix: Pick<Fix, 'id' | 'title' | 'remark' | 'effects'> & { readonly setting: string },
): Fix {
  const { setting, ...rest } = fix;
  return {
    ...rest,
    applicability: 'review',
    needs: 'root',
    steps: [{ kind: 'command', argv: ['sudo', 'sysctl', '-w', setting] }],
    inverse: [
      {
        kind: 'advice',
        text: `The setting ${setting.split('=')[0] ?? setting} lasts until the next boot.`,
      },
    ],
  };
}
