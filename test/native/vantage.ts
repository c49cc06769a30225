import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

import { HelperClient, helperCommand } from '../../extension/probe/helper/helperClient.ts';
import type {
  Outcome,
  ProbeReply,
  ProbeRequest,
  ProbeResults,
} from '../../extension/protocol/probe.ts';

export const isRoot = process.getuid?.() === 0;

/** The overflow id: no account needs to exist, and no file is its own. */
export const nobody = 65534;

/** Arguments that start a command without any privilege. */
export const unprivileged: readonly string[] = isRoot
  ? ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', '--']
  : [];

/** Whether an ordinary user may make a user namespace: some systems forbid it. */
export const sandboxAllowed = succeeds(...unprivileged, 'unshare', '-Urn', 'true');

/** Arguments that run a shell script first, in new namespaces, and the command after it. */
export function prepared(
  namespaces: readonly string[],
  script: string,
  ...parameters: string[]
): readonly string[] {
  const shift = `shift ${parameters.length}`;
  return [
    'unshare',
    ...namespaces,
    '--',
    'sh',
    '-euc',
    `${script}\n${shift}\nexec "$@"`,
    'sh',
    ...parameters,
  ];
}

/** The addon of this checkout: `make -C native` has built it. */
export const builtAddon = fileURLToPath(
  new URL('../../native/build/capwright_probe.node', import.meta.url),
);

export const helperSource = fileURLToPath(
  new URL('../../extension/probe/helper/helperMain.ts', import.meta.url),
);

/** What the tests of one file share; everything in `folder` is for all users to see. */
export interface Stage {
  readonly folder: string;
  readonly helper: string;
  readonly addon: string;
  readonly node: string;
  /** A client of a helper that is started behind these arguments, disposed of with the test. */
  client(vantage?: readonly string[], options?: { readonly timeoutMs?: number }): HelperClient;
  command(vantage?: readonly string[]): readonly string[];
}

/** Bundles the helper as it ships, to a place that every user may read. */
export function useStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'capwright-native-'));
  chmodSync(folder, 0o755);
  const helper = join(folder, 'helper.mjs');
  const addon = join(folder, 'capwright_probe.node');
  const node = readableNode(folder);

  beforeAll(async () => {
    copyFileSync(builtAddon, addon);
    await build({
      entryPoints: [helperSource],
      outfile: helper,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const command = (vantage: readonly string[] = []) => [
    ...vantage,
    node,
    ...helperCommand(helper, addon).slice(1),
  ];
  return {
    folder,
    helper,
    addon,
    node,
    command,
    client: (vantage, options = {}) => {
      const client = new HelperClient({ command: command(vantage), timeoutMs: 30_000, ...options });
      onTestFinished(() => client.dispose());
      return client;
    },
  };
}

/** This program itself, or a copy where the checkout is closed to other users. */
function readableNode(folder: string): string {
  if (succeeds(...unprivileged, process.execPath, '--version')) return process.execPath;
  const copy = join(folder, 'node');
  copyFileSync(process.execPath, copy);
  return copy;
}

function succeeds(...command: readonly string[]): boolean {
  const [file = '', ...rest] = command;
  return spawnSync(file, rest, { stdio: 'ignore' }).status === 0;
}

/** The result of a request that must have one. */
export async function ask<const R extends ProbeRequest>(
  client: HelperClient,
  request: R,
): Promise<ProbeResults[R['kind']]> {
  return resultOf(await client.request(request));
}

function resultOf<K extends ProbeRequest['kind']>(reply: ProbeReply<K>): ProbeResults[K] {
  if (!reply.ok) throw new Error(`${reply.error.kind}: ${reply.error.reason}`);
  return reply.result;
}

export function valueOf<T>(outcome: Outcome<T>): T {
  if (!('value' in outcome)) throw new Error(`no value: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

export function errnoOf(outcome: Outcome<unknown>): string {
  if (!('error' in outcome)) throw new Error(`no error: ${JSON.stringify(outcome)}`);
  return outcome.error.errno;
}
