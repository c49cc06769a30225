import { credentialFile, type ProgramFile } from '../model/programFile.ts';
import type { Program } from '../model/system.ts';
import { mountSummary } from './subject.ts';
import { fileCapabilityText, modeText } from './words.ts';

/** What a file carries, in words. */
export interface FileView {
  readonly path: string;
  /** As getcap(8) prints it, or that it was not seen; null where the file has none. */
  readonly capability: string | null;
  readonly owner: string;
  readonly mode: string;
  /** `/home (ext4, nosuid)`. */
  readonly mount: string;
}

export interface ProgramView extends FileView {
  /** The files that the kernel runs instead, each for the one before it. */
  readonly interpreters: readonly FileView[];
  /** Why the kernel executes none of them, as a clause; null where it does. */
  readonly refusal: string | null;
}

/** @param user whose eyes it is for, as a base id; null where that is not known */
export function programView(program: Program, user: number | null): ProgramView {
  const [file, ...interpreters] = chainOf(program.file);
  const last = interpreters.at(-1) ?? file;
  return {
    ...fileView(program, file, user),
    interpreters: interpreters.map((each) => fileView(program, each, user)),
    refusal: last.format.kind === 'refused' ? last.format.problem : null,
  };
}

function chainOf(file: ProgramFile): readonly [ProgramFile, ...(readonly ProgramFile[])] {
  const { format } = file;
  return 'interpreter' in format ? [file, ...chainOf(format.interpreter)] : [file];
}

function fileView(program: Program, file: ProgramFile, user: number | null): FileView {
  const isUnseen = program.capabilityUnseen !== null && file === credentialFile(program.file);
  return {
    path: file.path,
    capability: isUnseen ? 'file capabilities unknown' : fileCapabilityText(file),
    owner: file.uid === user ? 'you' : file.uid === 0 ? 'root' : `uid ${String(file.uid)}`,
    mode: modeText(file.mode),
    mount: mountSummary(file.mount),
  };
}
