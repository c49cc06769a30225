import { ignored, merged, replaced, type AssignmentRule } from './assignmentRules.ts';
import { quotedWords, splitWords } from './words.ts';

/** One word of SocketBindAllow= or SocketBindDeny=; null stands for any. */
export interface BindRule {
  readonly family: 'ipv4' | 'ipv6' | null;
  readonly protocol: 'tcp' | 'udp' | null;
  /** Both ends included. */
  readonly ports: readonly [number, number] | null;
}

/** `config_parse_cgroup_socket_bind()`: `[family:][protocol:][ports]`, or `any`. */
export const bindRules: AssignmentRule<readonly BindRule[]> = {
  initial: [],
  assign: (before, value, { report }) => {
    if (value.text === '') return replaced([]);
    const { words } = splitWords(value, quotedWords);
    const rules: BindRule[] = [];
    for (const { text, piece } of words) {
      const rule = bindRule(text);
      if (rule === null) report('invalid-word', piece);
      else rules.push(rule);
    }
    return rules.length === 0 ? ignored : merged([...before, ...rules]);
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

function bindRule(text: string): BindRule | null {
  if (text === 'any') return { family: null, protocol: null, ports: null };
  const match = /^(?:(ipv4|ipv6)(?::|$))?(?:(tcp|udp)(?::|$))?(?:(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(
    text,
  );
  if (match === null || text === '' || text.endsWith(':')) return null;
  const [, family, protocol, first, last = first] = match;
  return {
    family: family === 'ipv4' || family === 'ipv6' ? family : null,
    protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : null,
    ports: first === undefined ? null : [Number(first), Number(last)],
  };
}
