import type { UnitCommand } from './commandAssignments.ts';
import type { Directive } from './directives.ts';
import { invoke, type Invocation } from './invoke/invoke.ts';
import { spanOf } from './piece.ts';
import { sandboxOf, type Sandbox } from './sandbox.ts';
import { valueOf, type Settings, type UnitReading } from './unit.ts';
import { referenceTo, type StartRefusal, type UnitReason } from './unitReason.ts';
import type { UnitSystem } from './unitSystem.ts';
import { refusalOf } from './verification.ts';

/** The settings whose commands a manager runs, in the order of a unit’s life. */
export const commandDirectives = [
  'ExecCondition',
  'ExecStartPre',
  'ExecStart',
  'ExecStartPost',
  'ExecReload',
  'ExecStop',
  'ExecStopPost',
] as const satisfies readonly Directive[];

export type CommandDirective = (typeof commandDirectives)[number];

export interface UnitExecution {
  /** Why systemd does not load the unit; null where it does. */
  readonly refusal: LoadRefusal | null;
  /** As far as they could be read. */
  readonly commands: readonly CommandExecution[];
}

export interface LoadRefusal {
  /** systemctl(1)’s LoadState. */
  readonly status: 'bad-setting' | 'error';
  readonly reason: UnitReason;
}

/** One command of a unit, up to its execve(2). */
export interface CommandExecution extends Invocation {
  readonly directive: CommandDirective;
  readonly command: UnitCommand;
  /** The file in which it is written. */
  readonly origin: string;
}

/** What a manager does with each command of a unit. */
export function unitExecution(reading: UnitReading, system: UnitSystem): UnitExecution {
  const { name: unit, settings } = reading;
  const { rules } = system;
  const sandbox = sandboxOf(settings, rules, true);
  const differs = rules.privatePidsAreForMain || valueOf(settings, 'RootDirectoryStartOnly');
  const aside = differs ? sandboxOf(settings, rules, false) : sandbox;
  const refusal = loadRefusal(reading, sandbox, system);
  const executions: CommandExecution[] = [];
  for (const directive of commandDirectives) {
    for (const command of valueOf(settings, directive)) {
      const blank = {
        ...{ process: null, ownsNamespaces: false },
        ...{ unseen: [], assumptions: [], reasons: [] },
      };
      const origin = originOf(settings, directive, command);
      if (refusal !== null) {
        const { status: start, reason } = refusal;
        executions.push({ ...blank, directive, command, origin, start, reasons: [reason] });
        continue;
      }
      // The commands share the unit’s network and IPC namespaces, and each gets a user namespace of
      // its own: where that of the first owns them, no later one may enter them.
      const namespacesTaken = executions.some(({ ownsNamespaces }) => ownsNamespaces);
      const main = directive === 'ExecStart';
      const own = main ? sandbox : aside;
      const first = executions.length === 0;
      const invocation = invoke({
        ...{ unit, command, main, sandbox: own, system, namespacesTaken, first },
      });
      executions.push({ directive, command, origin, ...invocation });
    }
  }
  return { refusal, commands: executions };
}

/** `service_verify()`, `unit_verify_contexts()`: the unit has LoadState=bad-setting or error. */
function loadRefusal(
  { settings, loadState }: UnitReading,
  { dynamicUser }: Sandbox,
  { manager, rules }: UnitSystem,
): LoadRefusal | null {
  const refused = (
    cause: StartRefusal,
    directive: Directive | null,
    status: 'bad-setting' | 'error' = 'bad-setting',
  ) => {
    const setting = directive === null ? null : referenceTo(settings, directive);
    return { status, reason: { rule: 'unit-start-refused', status, cause, setting } } as const;
  };
  if (loadState !== 'loaded') return refused('fatal-setting', null, loadState);
  switch (refusalOf(settings, rules)) {
    case 'home-of-dynamic-user':
      return refused('home-of-dynamic-user', 'WorkingDirectory');
    case 'two-user-namespaces':
      return refused('two-user-namespaces', 'UserNamespacePath');
    case 'session-in-private-pids':
      return refused('session-in-private-pids', 'PrivatePIDs');
    case 'forking-in-private-pids':
      return refused('forking-in-private-pids', 'PrivatePIDs');
    case 'several-start-commands-and-not-oneshot':
      return refused('several-commands', 'ExecStart');
    case 'no-command':
    case 'no-start-command-and-not-oneshot':
    case 'no-start-command-and-not-remaining':
      return refused('no-command', null);
    case null:
  }
  if (manager.scope === 'user' && dynamicUser && rules.dynamicUserIsRefusedForUsers) {
    return refused('dynamic-user-in-user-manager', 'DynamicUser');
  }
  return null;
}

/** The file of the line that a command is part of. */
function originOf(settings: Settings, directive: CommandDirective, { piece }: UnitCommand): string {
  const { start, end } = spanOf(piece);
  const { origins } = referenceTo(settings, directive);
  const line = origins.find(
    ({ span, value }) => span.start <= start && end <= span.end && value.text.includes(piece.text),
  );
  return line?.path ?? '';
}
