import { execa } from 'execa';
import { formatCapabilityText, parseCapabilityText } from '../../model/capabilityText.ts';
import { findAlongPath } from '../alongPath.ts';

/** The answer of getcap(8), or why there is none. */
export type SecondOpinion =
  | { readonly kind: 'says'; readonly capability: string | null }
  | { readonly kind: 'silent'; readonly why: string };

/** Runs getcap(8) and reads what it prints after the path, in the old form (` = cap+ep`) and the new. */
export async function secondOpinion(path: string): Promise<SecondOpinion> {
  // Debian keeps getcap in a directory that is not on a user's PATH.
  const getcap = await findAlongPath('getcap', process.env, ['/usr/sbin', '/sbin']);
  if (getcap === null)
    return { kind: 'silent', why: 'getcap is not installed (Debian: apt install libcap2-bin)' };
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
  if (failed) return { kind: 'silent', why: stderr.trim() === '' ? shortMessage : stderr.trim() };
  if (stdout === '') return { kind: 'says', capability: null };
  if (!stdout.startsWith(path))
    return { kind: 'silent', why: `getcap answered ${JSON.stringify(stdout)}` };
  const parsed = parseCapabilityText(stdout.slice(path.length).replace(/^ = /, ' '));
  return parsed.kind === 'error'
    ? { kind: 'silent', why: parsed.message }
    : { kind: 'says', capability: formatCapabilityText(parsed.sets) };
}
