/** The examples of unit rules as units that a lab can start. */
import { unitRules } from '../../../extension/rules/unit/index.ts';
import type { UnitExample } from '../../../extension/rules/unit/unitRule.ts';
import type { LabFile } from '../lab/lab.ts';
import { reportSettings } from './observe.ts';
import {
  binaries,
  nosuidMount,
  otherNetwork,
  otherUsers,
  programs,
  type Program,
} from './programs.ts';
import type { Subject } from './repair.ts';

export interface ExampleSubject {
  readonly rule: string;
  readonly subject: Subject;
  readonly program: Program;
}

/** Those that find, where what they speak of is there in a lab. */
export const exampleSubjects: readonly ExampleSubject[] = unitRules
  .flatMap(({ id, examples }) => examples.map((example) => ({ rule: id, example })))
  .filter(({ example }) => example.finds && isRunnable(example))
  .map(({ rule, example }, index) => {
    const program = programOf(example, index);
    return { rule, program, subject: (unique) => unitOf(example, program, unique) };
  });

/** The programs that a lab does not have by itself. */
export const exampleProgramsOfLab: readonly Program[] = exampleSubjects
  .map(({ program }) => program)
  .filter((program) => program !== programs.plain);

/** A name, another program, or capabilities of the manager are not there for one unit alone. */
export function isRunnable(example: UnitExample): boolean {
  const { lines, dropIns = [], dropInFiles = [], managerHolds = [] } = example;
  const all = [...lines, ...dropIns.flat(), ...dropInFiles];
  return (
    example.name === undefined &&
    managerHolds.length === 0 &&
    example.programMissing !== true &&
    all.every((line) => !/^Exec(?!Paths)\w+=(?![-@:+!|]*\/usr\/bin\/prog\b)/m.test(line))
  );
}

function programOf({ fileCapabilities, script, nosuid }: UnitExample, index: number): Program {
  if (fileCapabilities === undefined && script !== true && nosuid !== true) return programs.plain;
  return {
    path: `${nosuid === true ? nosuidMount : binaries}/example${index}`,
    capabilities: fileCapabilities?.replace('+', '=') ?? null,
    mode: 0o755,
    nosuid: nosuid === true,
    interpreter: script === true ? programs.plain.path : null,
  };
}

function unitOf(example: UnitExample, { path }: Program, unique: string) {
  const {
    scope: manager = 'system',
    lines,
    dropIns = [],
    dropInFiles = [],
    unitLines = [],
  } = example;
  const name = `${unique}.service`;
  const folder = manager === 'user' ? '/home/alice/.config/systemd/user' : '/etc/systemd/system';
  let commands = 0;
  // The last argument is what the witness calls itself.
  const own = (line: string): string =>
    line
      .replaceAll('/usr/bin/prog', path)
      .replaceAll(/=\/usr\/bin$/gm, `=${binaries}`)
      .replaceAll('=/none', '=/nosuch')
      // A group of which alice is a member.
      .replaceAll('=extra', '=tunners')
      .replaceAll(/\/run\/netns\/[\w-]+/g, otherNetwork)
      .replaceAll('=/run/user-namespace', `=${otherUsers}`)
      .replace(/^(Exec(?!Paths)\w+=.+)$/m, (command) => {
        commands += 1;
        return `${command} command${commands}`;
      });
  const written = lines.some((line) => line.startsWith('Exec'))
    ? lines
    : ['ExecStart=/usr/bin/prog', ...lines];
  const texts = [...dropIns.map((each) => ['[Service]', ...each, ''].join('\n')), ...dropInFiles];
  // Where ports are told apart, the witness has to bind the one that is meant.
  const port = lines.some((line) => line.startsWith('SocketBind'))
    ? ['Environment=WITNESS_PORT=80']
    : [];
  const main = [
    ...(unitLines.length === 0 ? [] : ['[Unit]', ...unitLines]),
    ...['[Service]', ...reportSettings(name), ...port, ...written.map(own), ''],
  ].join('\n');
  const files: readonly LabFile[] = [
    { path: `${folder}/${name}`, kind: 'file', text: main },
    ...texts.map((text, index): LabFile => ({
      path: `${folder}/${name}.d/${index}.conf`,
      kind: 'file',
      text: text.split('\n').map(own).join('\n'),
    })),
  ];
  return { manager, name, files };
}
