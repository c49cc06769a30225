import { dirname } from 'node:path/posix';
import {
  fileOfNetworkd,
  isLikeNetworkd,
  networkdPaths,
  type NetworkdFile,
} from '../../model/networkd/networkdFile.ts';
import {
  findNetworkdFiles,
  networkdDropInFolders,
  type FoundNetworkdFile,
} from '../../model/networkd/networkdSources.ts';
import { unseenMachine, type Machine } from '../../model/networkd/machine.ts';
import { judgeNetworkd, type JudgedNetdev } from '../../model/networkd/networkd.ts';
import type { Accounts } from '../../model/unit/accounts.ts';
import type { SystemdRules } from '../../model/unit/systemdRules.ts';
import type { SourceFile, UnitEntry } from '../../model/unit/unitSources.ts';
import { collectMachine } from '../../probe/machineEvidence.ts';
import { collectListing, collectUnitText, type UnitTree } from '../../probe/unitEvidence.ts';
import type { LintedUnit, UnreadFile } from '../../report/lint/lintReport.ts';
import { findingsOfNetworkd } from '../../rules/networkd/evaluateNetworkd.ts';
import { judgeNetworkdFile } from '../../rules/networkd/judgeNetworkdFile.ts';

export type LintedNetworkd =
  | { readonly kind: 'unit'; readonly unit: LintedUnit }
  | { readonly kind: 'not-found' }
  /** It only has such a name. */
  | { readonly kind: 'another' }
  | { readonly kind: 'unread'; readonly why: string };

/** What is read together: all in the order in which systemd-networkd reads them. */
interface Together {
  readonly files: readonly FoundNetworkdFile[];
  /** Files that are there and may not be read. */
  readonly unread: readonly UnreadFile[];
}

/** Judges files of systemd-networkd; what several share is read once. */
export class NetworkdLinter {
  readonly #tree: UnitTree;
  readonly #rules: SystemdRules;
  readonly #accounts: Accounts;
  #machine: Promise<Machine> | null = null;
  readonly #together = new Map<string, Promise<Together>>();

  constructor(tree: UnitTree, rules: SystemdRules, accounts: Accounts) {
    this.#tree = tree;
    this.#rules = rules;
    this.#accounts = accounts;
  }

  /**
   * @param path that of a file or drop-in; null looks for the name where systemd-networkd does
   * @param inTree what the path is in the tree
   */
  async lint(
    asked: string,
    { name, type, path: own }: NetworkdFile,
    path: string | null,
    inTree: string,
  ): Promise<LintedNetworkd> {
    const folder = dirname(fileOfNetworkd(inTree)?.path ?? inTree);
    const installed = path === null || networkdPaths.includes(folder);
    const tree = installed ? this.#tree : { ...this.#tree, root: '/' };
    const paths = installed ? networkdPaths : [dirname(own)];
    const found = await this.#readTogether(tree, paths, installed ? null : own);
    const file = found.files.find((each) => each.name === name);
    if (file === undefined) {
      const unread = found.unread.find((each) => each.path.endsWith(`/${name}`));
      return unread === undefined ? { kind: 'not-found' } : { kind: 'unread', why: unread.why };
    }
    const text = [file.fragment, ...file.dropIns].map((each) => each.text).join('\n');
    if (!isLikeNetworkd({ type, name, path: file.fragment.path, isDropIn: false }, text)) {
      return { kind: 'another' };
    }
    const judged = judgeNetworkdFile({
      ...{ file, files: found.files, installed },
      ...{ accounts: this.#accounts, rules: this.#rules },
      machine: installed ? await this.#ownMachine() : unseenMachine,
    });
    const { told, ignored } = findingsOfNetworkd(judged);
    const dropInFolders = networkdDropInFolders(name, paths);
    return {
      kind: 'unit',
      unit: {
        ...{ kind: 'networkd', asked, root: installed ? this.#tree.root : '/', judged },
        ...{ findings: told, ignored },
        unread: found.unread.filter((each) => dropInFolders.includes(dirname(each.path))),
      },
    };
  }

  /** What becomes of the .netdev files that are installed. */
  async installedNetdevs(): Promise<readonly JudgedNetdev[]> {
    const { files } = await this.#readTogether(this.#tree, networkdPaths, null);
    return judgeNetworkd(files, this.#accounts, await this.#ownMachine(), this.#rules).netdevs;
  }

  /** What another system’s tree is started on, nobody knows. */
  #ownMachine(): Promise<Machine> {
    const { host, root } = this.#tree;
    this.#machine ??= root === '/' ? collectMachine(host) : Promise.resolve(unseenMachine);
    return this.#machine;
  }

  #readTogether(tree: UnitTree, paths: readonly string[], own: string | null): Promise<Together> {
    const key = JSON.stringify([tree.root, paths]);
    const before = this.#together.get(key);
    if (before !== undefined) return before;
    const read = readTogether(tree, paths, own);
    this.#together.set(key, read);
    return read;
  }
}

/** The directories, of those that are there, where a change may make something else of a file. */
export async function networkdFolders(
  tree: UnitTree,
  file: NetworkdFile,
): Promise<readonly string[]> {
  const own = dirname(file.path);
  const paths = networkdPaths.includes(own) ? networkdPaths : [own];
  return (await collectListing(tree, paths)).folders;
}

/** @param own of which there may be no more than what an editor has of it */
async function readTogether(
  tree: UnitTree,
  paths: readonly string[],
  own: string | null,
): Promise<Together> {
  const listing = await collectListing(tree, paths);
  const isListed = own === null || listing.entries.some(({ path }) => path === own);
  const entries: readonly UnitEntry[] = isListed
    ? listing.entries
    : [...listing.entries, { path: own, kind: 'file', text: own }];
  const unread: UnreadFile[] = [];
  const read = async ({ path, text }: SourceFile): Promise<readonly SourceFile[]> => {
    // A link to /dev/null has no text, and of the others only the place is known yet.
    const found = text === '' ? { kind: 'text' as const, text } : await collectUnitText(tree, text);
    if (found.kind === 'unread') unread.push({ path, why: found.why });
    return found.kind === 'text' ? [{ path, text: found.text }] : [];
  };
  const files: FoundNetworkdFile[] = [];
  // One after the other: a helper that has much to answer would be taken for one that hangs.
  for (const file of (['netdev', 'network'] as const).flatMap((type) =>
    findNetworkdFiles(type, entries, paths),
  )) {
    const [fragment] = await read(file.fragment);
    if (fragment === undefined) continue;
    const dropIns = await Promise.all(file.dropIns.map(read));
    files.push({ ...file, fragment, dropIns: dropIns.flat() });
  }
  return { files, unread };
}
