import { parseBoolean } from '../unit/choices.ts';
import { globMatches } from './glob.ts';
import type { Machine } from './machine.ts';
import { conditionKeys } from './networkdKeys.ts';
import type { SectionLine } from './networkdSections.ts';
import { versionOrder } from './versionOrder.ts';

/** The conditions of [Match] with another line: the last of each key counts, and an empty one takes it back. */
export function withCondition(
  before: readonly SectionLine[],
  line: SectionLine,
): readonly SectionLine[] {
  const { key, value } = line.line;
  const others = before.filter((each) => each.line.key.text !== key.text);
  return value.text === '' ? others : [...others, line];
}

/** Whether a key of [Match] asks something of the machine, and nothing of a device. */
export function isCondition(key: string): boolean {
  return Object.hasOwn(conditionKeys, key);
}

/**
 * Whether the machine meets all conditions (`condition_test_list()`); null where that cannot be told from what was seen
 * of it.
 */
export function meetsConditions(
  conditions: readonly SectionLine[],
  machine: Machine,
): boolean | null {
  const answers = conditions.map(({ line: { key, value } }) =>
    meets(key.text, value.text, machine),
  );
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function meets(key: string, text: string, machine: Machine): boolean | null {
  const negated = text.startsWith('!');
  const answer = tests[key]?.(negated ? text.slice(1) : text, machine) ?? null;
  if (answer === 'invalid') return false;
  return answer === null ? null : answer !== negated;
}

/** `invalid` is met neither as it stands nor turned round. */
type Answer = boolean | 'invalid' | null;

type Test = (parameter: string, machine: Machine) => Answer;

/** Of the others, such as Credential=, nothing is looked at. */
const tests: Readonly<Record<string, Test>> = {
  Host: testHost,
  Architecture: testArchitecture,
  Virtualization: testVirtualization,
  KernelCommandLine: testCommandLine,
  KernelVersion: testKernelVersion,
  Firmware: testFirmware,
};

/** `condition_test_host()`. An id may also be that of the boot or the product, of which nothing is seen here. */
function testHost(parameter: string, { hostName, machineId }: Machine): Answer {
  if (isId(parameter)) {
    const isOwn = machineId === parameter.replaceAll('-', '').toLowerCase();
    return isOwn ? true : null;
  }
  return hostName === null ? null : globMatches(parameter.toLowerCase(), hostName.toLowerCase());
}

/** `sd_id128_from_string()`. */
function isId(text: string): boolean {
  return /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.test(text);
}

/** `native` is what systemd was built for. */
function testArchitecture(parameter: string, { architecture }: Machine): Answer {
  return architecture === null || parameter === 'native' ? null : parameter === architecture;
}

function testVirtualization(parameter: string, { container, hypervisor }: Machine): Answer {
  // What has a user namespace of its own is not looked at.
  if (parameter === 'private-users' || container === null) return null;
  const isContainer = container !== '';
  const asBoolean = parseBoolean(parameter);
  if (asBoolean !== null) {
    return isContainer || hypervisor === true ? asBoolean : null;
  }
  if (parameter === 'container') return isContainer;
  if (parameter === 'vm') return isContainer ? false : hypervisor;
  if (isContainer) return container === 'oci' ? null : parameter === containerName(container);
  return containers.has(parameter) ? false : null;
}

/** What systemd makes of `$container` (`container_from_string()`). */
function containerName(container: string): string {
  return containers.has(container) ? container : 'container-other';
}

const containers: ReadonlySet<string> = new Set(
  'systemd-nspawn lxc-libvirt lxc openvz docker podman rkt wsl proot pouch container-other'.split(
    ' ',
  ),
);

/** `condition_test_kernel_command_line()`: a word, or one that begins so and goes on with `=`. */
function testCommandLine(parameter: string, { commandLine }: Machine): Answer {
  if (commandLine === null || commandLine === 'unreadable') {
    return commandLine === null ? null : 'invalid';
  }
  return commandLine.some(
    (word) => word === parameter || (!parameter.includes('=') && word.startsWith(`${parameter}=`)),
  );
}

/** `condition_test_firmware()`; what is asked of the fields of the firmware is not looked at. */
function testFirmware(parameter: string, { container, firmware }: Machine): Answer {
  if (/^(?:smbios-field|device-tree-compatible)\(/.test(parameter) || firmware === null)
    return null;
  if (parameter === 'uefi') {
    const has = firmware.includes('efi');
    return has && container !== '' ? (container === null ? null : false) : has;
  }
  // By which of two names it is known differs between releases.
  return parameter === 'device-tree' && firmware.some((name) => /^device-?tree$/.test(name))
    ? null
    : false;
}

/** `condition_test_version()`: all comparisons have to hold; one without an operator is a pattern. */
function testKernelVersion(parameter: string, { kernelRelease }: Machine): Answer {
  if (kernelRelease === null || /["'\\]/.test(parameter)) return null;
  // Only after the first operator there may be a blank.
  const words = parameter.trim().replace(/^([<>=!]+)\s+/, '$1');
  const answers = words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => testVersion(word, kernelRelease));
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function testVersion(word: string, release: string): boolean | null {
  const [, operator = '', version = ''] = /^([$<>=!]*)(.*)$/s.exec(word) ?? [];
  if (version === '') return null;
  if (operator === '') return globMatches(version, release);
  return comparisons[operator]?.(release, version) ?? null;
}

const comparisons: Readonly<Record<string, (release: string, version: string) => boolean>> = {
  '=': (release, version) => release === version,
  '!=': (release, version) => release !== version,
  '==': (release, version) => versionOrder(release, version) === 0,
  '<>': (release, version) => versionOrder(release, version) !== 0,
  '<': (release, version) => versionOrder(release, version) < 0,
  '<=': (release, version) => versionOrder(release, version) <= 0,
  '>': (release, version) => versionOrder(release, version) > 0,
  '>=': (release, version) => versionOrder(release, version) >= 0,
};
