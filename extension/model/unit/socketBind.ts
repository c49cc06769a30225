import { ignored, merged, replaced, type AssignmentRule } from './assignmentRules.ts';

/** What a line of SocketBindAllow= or SocketBindDeny= names; null stands for any. */
export interface BindRule {
  readonly family: 'ipv4' | 'ipv6' | null;
  readonly protocol: 'tcp' | 'udp' | null;
  /** Both ends included. */
  readonly ports: readonly [number, number] | null;
}

/** `config_parse_cgroup_socket_bind()`: a line is one `[family:][protocol:][ports]`, or `any`. Several take several lines. */
export const bindRules: AssignmentRule<readonly BindRule[]> = {
  initial: [],
  assign: (before, value, { report }) => {
    if (value.text === '') return replaced([]);
    const rule = bindRule(value.text);
    if (rule !== null) return merged([...before, rule]);
    report('invalid-value', value);
    return ignored;
  },
};

/** Whether bind(2) of a TCP port over IPv4 passes (`sd_bind4()` in systemd’s socket-bind.bpf.c). */
export function mayBind(
  allow: readonly BindRule[],
  deny: readonly BindRule[],
  port: number,
): boolean {
  const matches = ({ family, protocol, ports }: BindRule) =>
    family !== 'ipv6' &&
    protocol !== 'udp' &&
    (ports === null || (port >= ports[0] && port <= ports[1]));
  return allow.some(matches) || !deny.some(matches);
}

/** `parse_socket_bind_item()` and `parse_ip_port_range()`. */
function bindRule(text: string): BindRule | null {
  const match =
    /^(?!$)(?:(ipv4|ipv6)(?::(?!$)|$))?(?:(tcp|udp)(?::(?!$)|$))?(?:any|(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(
      text,
    );
  if (match === null) return null;
  const [, family, protocol, first, last = first] = match;
  const ports = first === undefined ? null : ([Number(first), Number(last)] as const);
  if (ports !== null && !(ports[0] > 0 && ports[0] <= ports[1] && ports[1] < 2 ** 16)) return null;
  return {
    family: family === 'ipv4' || family === 'ipv6' ? family : null,
    protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : null,
    ports,
  };
}
