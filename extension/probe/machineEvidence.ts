import type { Machine } from '../model/networkd/machine.ts';
import type { Host } from './host.ts';

/** What [Match] of systemd-networkd’s files asks of this machine, as far as anybody may see it. */
export async function collectMachine(host: Host): Promise<Machine> {
  const [hostName, kernelRelease, machineId, container, processor, firmware] = await Promise.all([
    pseudoText(host, '/proc/sys/kernel/hostname'),
    pseudoText(host, '/proc/sys/kernel/osrelease'),
    fileText(host, '/etc/machine-id'),
    collectContainer(host),
    pseudoText(host, '/proc/cpuinfo'),
    names(host, '/sys/firmware'),
  ]);
  const isMicrosoft = /microsoft|wsl/i.test(kernelRelease ?? 'wsl');
  const seen = isMicrosoft ? null : container;
  return {
    // Without a name systemd takes that of the distribution.
    hostName: hostName === '' || hostName === '(none)' ? null : hostName,
    machineId: /^[\da-f]{32}$/.test(machineId ?? '') ? machineId : null,
    architecture: architectures[host.architecture] ?? null,
    kernelRelease,
    commandLine: await collectCommandLine(host, seen),
    container: seen,
    hypervisor: /^flags\s*:.*\bhypervisor\b/m.test(processor ?? '') ? true : null,
    firmware,
  };
}

/** What Node calls an architecture, in systemd’s words (`uname_architecture()`). */
const architectures: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  arm64: 'arm64',
  riscv64: 'riscv64',
  s390x: 's390x',
  loong64: 'loongarch64',
};

/**
 * What the manager was told that it runs in, which it writes down for the others (`detect_container()`); null where it
 * wrote nothing and something else tells of a container.
 */
async function collectContainer(host: Host): Promise<string | null> {
  const [own, root, run, booted] = await Promise.all([
    fileText(host, '/run/systemd/container'),
    names(host, '/'),
    names(host, '/run'),
    names(host, '/run/systemd/system'),
  ]);
  if (booted === null || root === null || run === null) return null;
  if (own !== null && own !== '') return own;
  const isSigned = root.includes('.dockerenv') || run.includes('.containerenv');
  return isSigned || run.includes('host') ? null : '';
}

/** `proc_cmdline()`; null where quotes would have to be undone. */
async function collectCommandLine(
  host: Host,
  container: string | null,
): Promise<Machine['commandLine']> {
  if (container !== '') return container === null ? null : 'unreadable';
  const text = await pseudoText(host, '/proc/cmdline');
  return text === null || /["'\\]/.test(text) ? null : text.split(/\s+/);
}

async function pseudoText(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'read', path });
  return reply.ok ? reply.result.text.trim() : null;
}

async function fileText(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'text', path });
  return reply.ok ? Buffer.from(reply.result.base64, 'base64').toString('utf8').trim() : null;
}

async function names(host: Host, path: string): Promise<readonly string[] | null> {
  const reply = await host.request({ kind: 'directory', path });
  return reply.ok ? reply.result.map(({ name }) => name) : null;
}
