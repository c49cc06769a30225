import { remountCommand, type StorageHindrance } from '../fixes/capabilityStorage.ts';
import { shellWords } from './shellWords.ts';

/** Why file capabilities would be of no use to a program, and what would be. */
export interface StorageText {
  readonly fact: string;
  readonly remedies: readonly string[];
}

export function storageText(path: string, hindrance: StorageHindrance): StorageText {
  const { mountPoint, fsType } = hindrance.mount;
  const traits: Readonly<Record<StorageHindrance['why'], string>> = {
    nosuid: 'which is mounted nosuid, so exec ignores them',
    foreign: 'which belongs to another mount namespace, so exec ignores them',
    'no-attributes': 'which keeps none (EOPNOTSUPP)',
  };
  const remount = remountCommand(hindrance);
  return {
    fact: `file capabilities would not help ${path}: it lies on ${mountPoint} (${fsType}), ${traits[hindrance.why]}; nothing was run.`,
    remedies: [
      'Build elsewhere: CARGO_TARGET_DIR=… for cargo, cmake -B … for CMake.',
      ...(remount === null ? [] : [`Or change the mount: ${shellWords(remount)}`]),
      'Or start it with ambient capabilities, which do not depend on the file: capwright run.',
    ],
  };
}
