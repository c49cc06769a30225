import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { addCargoRunner } from '../fixes/cargoRunner.ts';
import { isSubset, names, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Host } from '../probe/host.ts';
import type { Failure } from './failure.ts';
import { findInstalledLauncher } from './launcherInstallation.ts';

/** Cargo looks for it from the working directory upwards. */
export const cargoConfiguration = '.cargo/config.toml';

export type CargoPlan =
  | { readonly kind: 'plan'; readonly added: string; readonly write: () => Promise<void> }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What makes cargo run and cargo test use the installed launcher, to be shown and then written. */
export async function planCargoRunner(
  host: Host,
  uid: number,
  capabilities: CapabilitySet,
): Promise<CargoPlan> {
  const list = names(capabilities).join(',');
  const installed = await findInstalledLauncher(host, uid);
  if (installed === null || !isSubset(capabilities, installed.capabilities)) {
    return failed(
      `No launcher that may give ${list} is installed for you.`,
      `capwright launcher install --caps ${list} installs one.`,
    );
  }
  const text = await readFile(cargoConfiguration, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const edit = addCargoRunner(text, [installed.path, '--caps', list, '--']);
  if (edit.kind === 'refused') {
    return failed(
      `${cargoConfiguration} is left as it is: ${edit.reason}.`,
      'Add the runner by hand.',
    );
  }
  return {
    kind: 'plan',
    added: edit.added,
    write: async () => {
      await mkdir(dirname(cargoConfiguration), { recursive: true });
      await writeFile(cargoConfiguration, `${text}${edit.added}`);
    },
  };
}

function failed(message: string, remedy: string): CargoPlan {
  return { kind: 'failure', failure: { blame: 'user', message, remedy } };
}
