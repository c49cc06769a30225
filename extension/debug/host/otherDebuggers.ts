import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { tellFailure } from '../../views/failure.ts';
import { requireTrust } from '../../views/trust.ts';
import { wantedCapabilities } from '../../views/launcher/wantedCapabilities.ts';
import { ambientMark, markOf, type AmbientMark } from './ambientMark.ts';
import { debugType, type DebugTools } from './debugTools.ts';
import { warnOfLoss } from './lossWarning.ts';
import { launchOf } from './launchCheck.ts';
import { remedyAction } from './remedy.ts';
import { startedProgram } from './startedProgram.ts';

const { l10n } = vscode;

/** Sessions of other extensions' debuggers: rewritten where that was asked for, warned of where not. */
export function createOtherDebuggers(tools: DebugTools): vscode.Disposable {
  let folder: string | null = null;
  const privateFolder = (): string =>
    (folder ??= mkdtempSync(join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'capwright-')));
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider('*', {
      resolveDebugConfigurationWithSubstitutedVariables: async (_, given) => {
        if (given.type === debugType || !vscode.workspace.isTrusted) return given;
        const mark = markOf(given);
        if (mark !== null) return rewritten(tools, given, mark, privateFolder());
        const answer = await warnOfLoss(tools, given);
        if (typeof answer === 'object') {
          return rewritten(tools, { ...given, [ambientMark]: answer }, answer, privateFolder());
        }
        return answer === 'begin' ? given : undefined;
      },
    }),
    {
      dispose: () => {
        if (folder !== null) rmSync(folder, { recursive: true, force: true });
      },
    },
  );
}

/** Undefined, and said so, where the debugger cannot get the capabilities. */
async function rewritten(
  { core, log }: DebugTools,
  configuration: vscode.DebugConfiguration,
  { capabilities: asked, with: way }: AmbientMark,
  folder: string,
): Promise<vscode.DebugConfiguration | undefined> {
  if (!requireTrust()) return undefined;
  const { ambient, debugging } = await core.get();
  const capabilities =
    asked === undefined ? wantedCapabilities(ambient) : ambient.capabilities(asked);
  if (capabilities === null) return undefined;
  if (isWrong(capabilities)) {
    const message = l10n.t('There is no capability {0}.', JSON.stringify(capabilities.wrong));
    tellFailure({ blame: 'user', message, remedy: l10n.t('See capabilities(7).') }, log);
    return undefined;
  }
  // What the keys name once they are rewritten is a wrapper.
  const program = startedProgram(configuration);
  const foretold =
    program === null ? null : await debugging.foretell(launchOf(program, capabilities, way));
  if (foretold !== null && foretold.loss !== null) {
    const message = l10n.t(
      '{0} would lose its ambient capabilities: {1}.',
      JSON.stringify(foretold.path),
      foretold.loss,
    );
    const remedy = l10n.t('Take them from the file: ambient ones take their place.');
    const offered = { kind: 'remove-file-capabilities', program: foretold.path } as const;
    tellFailure({ blame: 'user', message, remedy }, log, remedyAction(offered, { log }));
    return undefined;
  }
  const outcome = await debugging.rewrite({
    ...{ configuration, capabilities, way, folder },
    announce: (argv) => log.info(`runs ${JSON.stringify(argv)}, first with \`true\``),
  });
  if (outcome.kind === 'failure') {
    tellFailure(outcome.failure, log, remedyAction(outcome.remedy, { log }));
    return undefined;
  }
  log.info(`rewrote the configuration ${JSON.stringify(configuration.name)}`);
  const mark: AmbientMark = {
    capabilities: [...names(capabilities)],
    with: way,
    ...(outcome.elevation === null ? {} : { elevation: [...outcome.elevation] }),
    // Later it may run before it has been looked for.
    ...(program === null
      ? {}
      : { started: { ...program, running: [...(foretold?.running ?? [])] } }),
  };
  return { ...configuration, ...outcome.configuration, [ambientMark]: mark };
}

function isWrong(
  set: CapabilitySet | { readonly wrong: string },
): set is { readonly wrong: string } {
  return typeof set === 'object';
}
