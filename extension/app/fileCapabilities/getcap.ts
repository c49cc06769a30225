import { execa } from 'execa';
import { formatCapabilityText, parseCapabilityText } from '../../model/capabilityText.ts';
import { shellWords } from '../../report/shellWords.ts';
import { findAlongPath } from '../alongPath.ts';
import type { Failure } from '../failure.ts';

/** The answer of getcap(8), or why there is none. */
export type SecondOpinion =
  | { readonly kind: 'says'; readonly capability: string | null }
  | { readonly kind: 'silent'; readonly failure: Failure };

/** Runs getcap(8) and reads what it prints after the path, in the old form (` = cap+ep`) and the new. */
export async function secondOpinion(path: string): Promise<SecondOpinion> {
  // Debian keeps getcap in a directory that is not on a user's PATH.
  const getcap = await findAlongPath('getcap', process.env, ['/usr/sbin', '/sbin']);
  if (getcap === null) return silent('getcap is not installed', 'Debian: apt install libcap2-bin.');
  const {
    stdout,
    stderr,
    failed,
    shortMessage = '',
  } = await execa(getcap, [path], {
    reject: false,
    timeout: 10_000,
    stripFinalNewline: false,
  });
  const byHand = `Run it by hand: ${shellWords([getcap, path])}.`;
  if (failed)
    return silent(`getcap failed (${stderr.trim() === '' ? shortMessage : stderr.trim()})`, byHand);
  if (stdout === '') return { kind: 'says', capability: null };
  if (!stdout.startsWith(path)) return silent(`getcap answered ${JSON.stringify(stdout)}`, byHand);
  const parsed = parseCapabilityText(stdout.slice(path.length).replace(/^ = /, ' '));
  return parsed.kind === 'error'
    ? silent(`getcap answered ${JSON.stringify(stdout)} (${parsed.message})`, byHand)
    : { kind: 'says', capability: formatCapabilityText(parsed.sets) };
}

function silent(fact: string, remedy: string): SecondOpinion {
  const message = `${fact}, so there is no second opinion of what the file has.`;
  return { kind: 'silent', failure: { blame: 'environment', message, remedy } };
}
