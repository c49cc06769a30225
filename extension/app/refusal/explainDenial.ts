import type { Credentials } from '../../model/credentials.ts';
import { known } from '../../model/evidence.ts';
import type { Expectation } from '../../model/expectation.ts';
import { judgeProcess, type OperationVerdict } from '../../model/judge.ts';
import { findOperation } from '../../model/operations.ts';
import type { Wanted } from '../../model/systemCall.ts';
import type { Host } from '../../probe/host.ts';
import { gatherSurroundings, openView } from '../surroundings.ts';

/** What a thread holds now, as far as its status tells. */
export type LiveCredentials = Omit<Credentials, 'userNamespace' | 'securebits'>;

/**
 * What the model says about a call that was refused to a program that a debugger runs. Its namespaces
 * cannot be looked at by a process that holds less: they are taken to be those that it was started
 * in.
 * @param expectation what was foretold of the program, with its namespaces
 */
export async function explainDenial(
  host: Host,
  { operations, request }: Wanted,
  expectation: Extract<Expectation, { kind: 'starts' }>,
  live: LiveCredentials,
): Promise<readonly OperationVerdict[]> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return [];
  const surroundings = await gatherSurroundings(
    host,
    opened.view,
    { launcher: { kind: 'self', process: 'command-line' }, debugLauncher: null },
    { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80, ...request },
  );
  const { credentials, place } = expectation;
  const { launcher } = surroundings;
  const here = launcher.networkNamespace;
  const elsewhere = here.kind === 'unknown' || here.value.id !== place.network.id;
  const running = {
    ...surroundings,
    // What was seen here again counts, except where the program is in a network of its own.
    ...(elsewhere ? { tun: place.tun, limits: place.limits } : {}),
    launcher: {
      ...launcher,
      credentials: known({ ...credentials, ...live }, 'status of the thread'),
      networkNamespace: known(place.network, 'as it was started'),
    },
  };
  const asked = operations.map(findOperation).filter((each) => each !== null);
  return judgeProcess(running, asked);
}
