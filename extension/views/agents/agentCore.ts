import { checkProgram } from '../../app/check.ts';
import { canProcess } from '../../app/can.ts';
import { explainMessage } from '../../app/refusal/explainMessage.ts';
import type { Failure } from '../../app/failure.ts';
import { lintUnits } from '../../app/unit/lint.ts';
import { gatherSession } from '../../app/session.ts';
import { unnamedRequest, type LauncherChoice } from '../../app/surroundings.ts';
import {
  findOperation,
  operations,
  usualOperations,
  type Operation,
} from '../../model/operations.ts';
import type { OperationRequest } from '../../model/system.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import type { AgentInput } from '../../protocol/agentTools.ts';
import { canText } from '../../report/canText.ts';
import { credentialsText } from '../../report/credentialsText.ts';
import { lintText } from '../../report/lint/lintText.ts';
import { sessionView } from '../../report/sessionView.ts';
import { checkText, type TextStyle } from '../../report/text.ts';

export type AgentAnswer =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What agents may ask: all of it is read, nothing is run or changed. */
export interface AgentCore {
  checkProgram(
    input: AgentInput<'capwright_check_program'>,
    launcher: LauncherChoice,
  ): Promise<AgentAnswer>;
  explainError(
    input: AgentInput<'capwright_explain_error'>,
    launcher: LauncherChoice,
  ): Promise<AgentAnswer>;
  /** @param looks false in Restricted Mode: what the unit names is not looked at then */
  lintUnit(input: AgentInput<'capwright_lint_unit'>, looks: boolean): Promise<AgentAnswer>;
  readCredentials(input: AgentInput<'capwright_read_credentials'>): Promise<AgentAnswer>;
}

/** @param restricted the host where nothing is started, for Restricted Mode */
export function openAgentCore(host: Host, restricted: Host, sightings: Sightings): AgentCore {
  const check = async (
    program: string,
    launcher: LauncherChoice,
    asked: readonly Operation[],
    request: Partial<OperationRequest>,
  ): Promise<AgentAnswer> => {
    const outcome = await checkProgram(host, sightings, {
      program,
      launcher,
      debugLauncher: { kind: 'self', process: 'extension-host' },
      operations: () => asked.map(({ id }) => id),
      ...unnamedRequest,
      ...request,
    });
    if (outcome.kind === 'failure') return outcome;
    const { vantage, credentials } = outcome.report.system.launcher;
    return launcher.kind === 'process' && credentials.kind === 'unknown'
      ? unreadable(vantage.name, credentials.reason)
      : answer(checkText(outcome.report, plain));
  };
  return {
    checkProgram: async ({ program, operations: ids, processId }, launcher) => {
      const asked = (ids ?? usualOperations).map((id) => findOperation(id) ?? id);
      const wrong = asked.find((each) => typeof each === 'string');
      if (wrong !== undefined) return unknownOperation(wrong);
      return check(
        program,
        processId === undefined ? launcher : named(processId),
        asked.filter((each) => typeof each !== 'string'),
        {},
      );
    },
    explainError: async ({ message, program }, launcher) => {
      const explanation = explainMessage(message);
      if (explanation === null) return unknownMessage;
      const { lines, asked } = explanation;
      const told = `${lines.join('\n')}\n`;
      const wanted = asked.operations.flatMap((id) => findOperation(id) ?? []);
      if (wanted.length === 0) return answer(told);
      if (program !== undefined) {
        const checked = await check(program, launcher, wanted, asked.request);
        return checked.kind === 'failure' ? checked : answer(`${told}\n${checked.text}`);
      }
      const request = { ...unnamedRequest, ...asked.request };
      const outcome = await canProcess(host, { launcher, opener: null }, wanted, request);
      if (outcome.kind === 'failure') return outcome;
      return answer(`${told}\n${canText(outcome, plain)}`);
    },
    lintUnit: async ({ path, manager, systemdVersion }, looks) => {
      const outcome = await lintUnits(looks ? host : restricted, {
        units: [path],
        scope: manager ?? null,
        version: systemdVersion ?? null,
        root: '/',
        looks,
      });
      if (outcome.kind === 'failure') return outcome;
      return answer(`${looks ? '' : notLookedAt}${lintText(outcome.units, plain)}`);
    },
    readCredentials: async ({ processId }) => {
      const outcome = await gatherSession(host, [named(processId)]);
      if (outcome.kind === 'failure') return outcome;
      const [view] = sessionView(outcome.session);
      const [process] = outcome.session.processes;
      if (view === undefined || process === undefined) throw new RangeError('no process');
      const { vantage, credentials } = process.launcher;
      return credentials.kind === 'unknown'
        ? unreadable(vantage.name, credentials.reason)
        : answer(credentialsText(view, credentials.value));
    },
  };
}

function named(pid: number): LauncherChoice {
  return { kind: 'process', pid, process: 'named-process' };
}

/** Without columns: an agent reads lines of any length. */
const plain: TextStyle = {
  strong: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  faint: (text) => text,
  width: 1_000,
};

const notLookedAt =
  'The workspace is in Restricted Mode: programs and paths that the unit names were not looked at.\n\n';

function answer(text: string): AgentAnswer {
  return { kind: 'answer', text };
}

const unknownMessage: AgentAnswer = {
  kind: 'failure',
  failure: {
    blame: 'user',
    message: 'No refusal that Capwright knows is in the message.',
    remedy:
      'Give the line with the errno or its words, such as “TUNSETIFF: Operation not permitted”; `capwright trace -- PROGRAM`, run by the user, shows which call is refused.',
  },
};

function unknownOperation(id: string): AgentAnswer {
  const all = operations.map((operation) => operation.id).join(', ');
  return {
    kind: 'failure',
    failure: {
      blame: 'user',
      message: `There is no operation ${JSON.stringify(id)}.`,
      remedy: `Known are ${all}.`,
    },
  };
}

function unreadable(name: string, reason: string): AgentAnswer {
  return {
    kind: 'failure',
    failure: {
      blame: 'user',
      message: `The credentials of ${name} cannot be read: ${reason}.`,
      remedy: 'Name the id of a process that is running.',
    },
  };
}
