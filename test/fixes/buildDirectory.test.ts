import { describe, expect, test } from 'vitest';
import {
  addCargoTargetDirectory,
  addCmakeBuildDirectory,
} from '../../extension/fixes/buildDirectory.ts';
import { addCmakeUserPresets } from '../../extension/fixes/cmakePresets.ts';

const directory = '/home/me/.cache/it\'s "a" build';
const line = `target-dir = "/home/me/.cache/it's \\"a\\" build"\n`;

describe('cargo', () => {
  test.each([
    { there: '', becomes: `[build]\n${line}` },
    { there: '[net]\noffline = true', becomes: `[net]\noffline = true\n\n[build]\n${line}` },
    { there: '[build] # mine\njobs = 2\n', becomes: `[build] # mine\n${line}jobs = 2\n` },
    { there: '# target-dir = "x"\n', becomes: `# target-dir = "x"\n\n[build]\n${line}` },
  ])('$there', ({ there, becomes }) => {
    expect(addCargoTargetDirectory(there, directory)).toMatchObject({
      kind: 'edit',
      text: becomes,
    });
  });

  test.each([
    '[build]\ntarget-dir = "there"\n',
    'build.jobs = 2\n',
    'build = { jobs = 2 }\n',
    '["build"]\njobs = 2\n',
    "x = '''\n[build]\n'''\n",
    '[[lists]]\nbuild = 1\n',
  ])('leaves %j as it is', (text) => {
    expect(addCargoTargetDirectory(text, directory).kind).toBe('refused');
  });
});

test('CMake Tools gets a setting, unless it has one', () => {
  expect(addCmakeBuildDirectory({}, directory)).toEqual({
    kind: 'edit',
    setting: 'cmake.buildDirectory',
    value: directory,
  });
  const taken = { 'cmake.buildDirectory': 'there' };
  expect(addCmakeBuildDirectory(taken, directory).kind).toBe('refused');
});

describe('presets of CMake', () => {
  const shown = (name: string) => ({ name, hidden: false });

  test('each that can be chosen gets one that inherits it, with no macro in the path but its name', () => {
    const presets = [{ name: 'base', hidden: true }, shown('dev'), shown('release')];
    const binaryDir = '/home/a${dollar}{b}/${presetName}';
    expect(addCmakeUserPresets(presets, '/home/a${b}')).toEqual({
      kind: 'edit',
      presets: [
        { name: 'dev-elsewhere', inherits: 'dev', binaryDir },
        { name: 'release-elsewhere', inherits: 'release', binaryDir },
      ],
    });
  });

  test.each([
    { there: [], why: 'can be chosen' },
    { there: [{ name: 'base', hidden: true }], why: 'can be chosen' },
    { there: [shown('dev'), shown('dev-elsewhere')], why: 'dev-elsewhere already' },
  ])('$there.length: they are left as they are, since $why', ({ there, why }) => {
    expect(addCmakeUserPresets(there, directory)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining(why) as string,
    });
  });
});
