import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { elevated, elevations, type Elevation } from '../app/elevation.ts';
import {
  findInstalledLauncher,
  installCommands,
  launcherPath,
  removeCommands,
} from '../app/launcher/launcherInstallation.ts';
import { planProjectRunner, type RunnerRequest } from '../app/launcher/projectRunner.ts';
import { projectTools, runnerFile } from '../app/launcher/projectTools.ts';
import { emptySet, names, type CapabilitySet } from '../model/capabilitySet.ts';
import { shellWords } from '../report/shellWords.ts';
import { capabilityList } from './capabilityList.ts';
import { withHost } from './commandHost.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import { optionValues } from './optionValues.ts';
import { tellFailure, type Output } from './output.ts';
import { packagedLauncher } from './packagedLauncher.ts';
import { UsageError } from './usage.ts';

/** `capwright launcher install|remove|status|cargo|go|cmake`. */
export async function runLauncher(
  [action, ...args]: readonly string[],
  output: Output,
): Promise<ExitStatus> {
  const { caps = [], elevation = 'sudo', 'dry-run': dryRun = false } = options(args);
  const doing = { elevation: namedElevation(elevation), dryRun };
  const uid = owner();
  switch (action) {
    case 'install': {
      const capabilities = namedCapabilities(caps);
      const groups = process.getgroups?.() ?? [];
      const source = packagedLauncher();
      return doAll(installCommands({ source, uid, groups, capabilities }), doing, output);
    }
    case 'remove':
      return doAll(removeCommands(uid), doing, output);
    case 'status':
      return tellStatus(uid, output);
    default: {
      const tool = projectTools.find((each) => each === action);
      if (tool !== undefined) {
        return writeRunner({ tool, uid, capabilities: namedCapabilities(caps) }, dryRun, output);
      }
      throw new UsageError(`launcher takes install, remove, status, ${projectTools.join(', ')}`);
    }
  }
}

/** For whom it is: the numbers of root and of nobody would name nobody who may have it. */
function owner(): number {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0 && uid !== 65534) return uid;
  throw new UsageError('launcher is for the user who will use it, who asks for it without sudo');
}

function namedCapabilities(caps: readonly string[]): CapabilitySet {
  const capabilities = capabilityList(caps);
  if (capabilities === emptySet) throw new UsageError('--caps is missing');
  return capabilities;
}

function namedElevation(name: string): Elevation {
  const found = elevations.find((each) => each === name);
  if (found === undefined) throw new UsageError(`--elevation takes ${elevations.join(' or ')}`);
  return found;
}

/** Shows what is added to the configuration of a build tool, then writes it. */
async function writeRunner(
  request: Omit<RunnerRequest, 'text'>,
  dryRun: boolean,
  output: Output,
): Promise<ExitStatus> {
  const file = runnerFile(request.tool, '');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const plan = await withHost((host) => planProjectRunner(host, { ...request, text }));
  if (plan.kind === 'failure') return tellFailure(output, plan.failure, false);
  const lines = plan.added.trim().split('\n');
  output.problem(`${file}:\n${lines.map((line) => `+ ${line}\n`).join('')}`);
  if (!dryRun) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, plan.text);
  }
  return exitStatus.ok;
}

/** Shows every command, then runs them in the terminal until one fails. */
function doAll(
  wanted: readonly (readonly string[])[],
  { elevation, dryRun }: { readonly elevation: Elevation; readonly dryRun: boolean },
  output: Output,
): ExitStatus {
  const commands = wanted.map((argv) => elevated(argv, elevation));
  output.problem(`capwright: these commands${dryRun ? '' : ' now run'}, in this order:\n`);
  for (const command of commands) output.problem(`  ${shellWords(command)}\n`);
  if (dryRun) return exitStatus.ok;
  for (const [file = '', ...args] of commands) {
    const { status, error } = spawnSync(file, args, { stdio: 'inherit' });
    if (status === 0) continue;
    const why = error === undefined ? 'failed, and what follows it was not run' : error.message;
    output.problem(`capwright: ${shellWords([file, ...args])}: ${why}.\n`);
    return exitStatus.undetermined;
  }
  return exitStatus.ok;
}

/** What is installed, and whether it does here what it is for: by running it. */
async function tellStatus(uid: number, output: Output): Promise<ExitStatus> {
  const installed = await withHost((host) => findInstalledLauncher(host, uid));
  if (installed === null) {
    output.answer(`not installed: ${launcherPath(uid)}\n`);
    return exitStatus.denied;
  }
  const { path, capabilities } = installed;
  const list = names(capabilities).join(',');
  output.answer(`${path}   ${list}\n`);
  const { status, stderr } = spawnSync(path, ['--caps', list, '--', 'true'], { encoding: 'utf8' });
  if (status === 0) return exitStatus.ok;
  output.problem(stderr);
  return exitStatus.denied;
}

function options(args: readonly string[]) {
  return optionValues(args, {
    options: {
      caps: { type: 'string', multiple: true },
      elevation: { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
  }).values;
}
