import * as v from 'valibot';
import * as vscode from 'vscode';
import { agentInputs, type AgentInput, type AgentTool } from '../../protocol/agentTools.ts';
import type { AgentAnswer, AgentCore } from './agentCore.ts';
import { chooseLauncher } from '../chooseLauncher.ts';
import type { LazyCore } from '../lazyCore.ts';

const { l10n } = vscode;

/** The tools for language models. They read, in Restricted Mode too, and change nothing: none asks first. */
export function createAgentTools(core: LazyCore): vscode.Disposable {
  return vscode.Disposable.from(
    tool(
      'capwright_check_program',
      ({ program }) => l10n.t('Checking {0}', program),
      async (agent, input) => agent.checkProgram(input, await chooseLauncher()),
    ),
    tool(
      'capwright_explain_error',
      () => l10n.t('Explaining a refusal'),
      async (agent, input) => agent.explainError(input, await chooseLauncher()),
    ),
    tool(
      'capwright_lint_unit',
      ({ path }) => l10n.t('Reading {0} as systemd does', path),
      (agent, input) => agent.lintUnit(input, vscode.workspace.isTrusted),
    ),
    tool(
      'capwright_read_credentials',
      ({ processId }) => l10n.t('Reading the credentials of process {0}', processId),
      (agent, input) => agent.readCredentials(input),
    ),
  );

  function tool<T extends AgentTool>(
    name: T,
    working: (input: AgentInput<T>) => string,
    ask: (agent: AgentCore, input: AgentInput<T>) => Promise<AgentAnswer>,
  ): vscode.Disposable {
    return vscode.lm.registerTool<AgentInput<T>>(name, {
      prepareInvocation: ({ input }) => ({ invocationMessage: working(input) }),
      invoke: async ({ input }) => {
        const { agent } = await core.get();
        const answer = await ask(agent, checked(name, input));
        if (answer.kind === 'failure') {
          throw new Error(`${answer.failure.message} ${answer.failure.remedy}`);
        }
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(answer.text)]);
      },
    });
  }
}

/** @throws Error that tells the agent what is wrong with which part of its input */
function checked<T extends AgentTool>(name: T, input: unknown): AgentInput<T> {
  const schema: v.GenericSchema<unknown, AgentInput<T>> = agentInputs[name];
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const wrong = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
  throw new Error(`${name} cannot take its input. ${wrong.join('. ')}.`);
}
