/**
 * Of these debuggers' extensions only js-debug comes with the editor that the tests have; the others cannot
 * be installed here. Their keys are compared with the schemas that they publish (publishedKeys.json: names
 * only, with source and licence). That the extensions act on them was not seen.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rewriteConfiguration } from '../../../extension/fixes/debugger/rewriteConfiguration.ts';
import type {
  DebugConfiguration,
  RewritingRefusal,
  Wrapper,
} from '../../../extension/fixes/debugger/rewriting.ts';

const words = ['/usr/local/lib/capwright/1000/capwright-launch', '--caps', 'net_admin', '--'];
const launcher = { words, folder: '/run/user/1000/private', elevates: false };
const at = (name: string): string => `/run/user/1000/private/${name}`;

interface Published {
  readonly source: string;
  readonly launch: Readonly<Record<string, readonly string[]>>;
  readonly settings?: readonly string[];
}

const published = JSON.parse(
  readFileSync(new URL('publishedKeys.json', import.meta.url), 'utf8'),
) as readonly Published[];

/**
 * What those publish who have a debugger of this type: two extensions have one called `gdb`, and `python` is
 * debugpy’s former name.
 */
function publishedFor({ type }: DebugConfiguration): readonly {
  readonly keys: readonly string[];
  readonly settings: readonly string[];
}[] {
  return published.flatMap(({ launch, settings = [] }) =>
    Object.entries(launch).flatMap(([name, keys]) =>
      name === (type === 'python' ? 'debugpy' : type) ? [{ keys, settings }] : [],
    ),
  );
}

/** Keys that no schema has: the Go extension fills one in, debugpy's adapter reads the other. */
const unpublished = ['dlvToolPath', 'debugLauncherPython'];

function rewrite(configuration: DebugConfiguration): ReturnType<typeof rewriteConfiguration> {
  return rewriteConfiguration({ name: 'Tunnel', request: 'launch', ...configuration }, launcher);
}

interface Case {
  readonly of: string;
  readonly base: DebugConfiguration & { readonly type: string };
  readonly changed: DebugConfiguration;
  /** By name: the program that each becomes, behind the launcher unless said otherwise. */
  readonly wrappers: Readonly<Record<string, Omit<Wrapper, 'path'>>>;
}

const behindLauncher = (program: string): Omit<Wrapper, 'path'> => ({
  words,
  program: { names: [program] },
});

const cpptools = 'vscode-cpptools';
const cases: readonly Case[] = [
  {
    of: cpptools,
    base: { type: 'cppdbg', program: '/p', MIMode: 'gdb', miDebuggerPath: '/opt/bin/gdb-15' },
    changed: { miDebuggerPath: at('gdb-15') },
    wrappers: { 'gdb-15': behindLauncher('/opt/bin/gdb-15') },
  },
  {
    of: cpptools,
    base: { type: 'cppdbg', program: '/p', externalConsole: false },
    changed: { miDebuggerPath: at('gdb') },
    wrappers: { gdb: behindLauncher('gdb') },
  },
  {
    of: cpptools,
    base: { type: 'cppdbg', program: '/p', MIMode: 'lldb' },
    changed: { miDebuggerPath: at('lldb-mi') },
    wrappers: { 'lldb-mi': behindLauncher('lldb-mi') },
  },
  {
    of: 'cdt-gdb-vscode',
    base: { type: 'gdb', program: '/p' },
    changed: { gdb: at('gdb') },
    wrappers: { gdb: behindLauncher('gdb') },
  },
  {
    of: 'code-debug',
    base: { type: 'gdb', target: './p' },
    changed: { gdbpath: at('gdb') },
    wrappers: { gdb: behindLauncher('gdb') },
  },
  {
    of: 'code-debug',
    base: { type: 'lldb-mi', target: './p' },
    changed: { lldbmipath: at('lldb-mi') },
    wrappers: { 'lldb-mi': behindLauncher('lldb-mi') },
  },
  {
    of: 'llvm-project',
    base: { type: 'lldb-dap', program: '/p', debugAdapterExecutable: '/usr/bin/lldb-dap-20' },
    changed: { debugAdapterExecutable: at('lldb-dap') },
    wrappers: {
      'lldb-dap': {
        words: ['env', `LLDB_DEBUGSERVER_PATH=${at('lldb-server')}`],
        program: { names: ['/usr/bin/lldb-dap-20'] },
      },
      'lldb-server': {
        words,
        program: { names: ['lldb-server-20', 'lldb-server'], beside: '/usr/bin/lldb-dap-20' },
      },
    },
  },
  {
    of: 'vscode-go',
    base: { type: 'go', mode: 'exec', program: '/p', dlvToolPath: '/home/u/go/bin/dlv' },
    changed: { dlvToolPath: at('dlv') },
    wrappers: { dlv: behindLauncher('/home/u/go/bin/dlv') },
  },
  {
    of: 'vscode-python-debugger',
    base: { type: 'debugpy', program: '/p.py', python: '/venv/bin/python' },
    changed: { python: [...words, '/venv/bin/python'], debugLauncherPython: '/venv/bin/python' },
    wrappers: {},
  },
  {
    of: 'vscode-python-debugger',
    base: { type: 'debugpy', module: 'm', python: ['/usr/bin/python3', '-X', 'dev'] },
    changed: {
      python: [...words, '/usr/bin/python3', '-X', 'dev'],
      debugLauncherPython: '/usr/bin/python3',
    },
    wrappers: {},
  },
  {
    of: 'vscode-js-debug',
    base: { type: 'node', program: '/p.js' },
    changed: { runtimeExecutable: at('node') },
    wrappers: { node: behindLauncher('node') },
  },
  {
    of: 'vscode-js-debug',
    base: { type: 'pwa-node', runtimeExecutable: '/opt/node/bin/node' },
    changed: { runtimeExecutable: at('node') },
    wrappers: { node: behindLauncher('/opt/node/bin/node') },
  },
];

test.each(cases)('$of: $base', ({ of, base, changed, wrappers }) => {
  expect(rewrite(base)).toEqual({
    kind: 'rewritten',
    configuration: { name: 'Tunnel', request: 'launch', ...base, ...changed },
    wrappers: Object.entries(wrappers).map(([name, command]) => ({
      path: at(name),
      ...command,
    })),
  });
  const schema = published.find(({ source }) => source.includes(`/${of} `))?.launch[base.type];
  const keys = Object.keys(changed).filter((key) => !unpublished.includes(key));
  expect(schema).toEqual(expect.arrayContaining(keys));
});

test.each([
  [{ type: 'bashdb' }, { rule: 'debugger-unknown', type: 'bashdb' }],
  [{}, { rule: 'debugger-unknown', type: '' }],
  [
    { type: 'go', request: 'attach' },
    { rule: 'debuggee-runs-already', key: 'request' },
  ],
  ...['pipeTransport', 'miDebuggerServerAddress', 'debugServerPath'].map((key) => [
    { type: 'cppdbg', [key]: 'x' },
    { rule: 'debuggee-started-elsewhere', key },
  ]),
  [
    { type: 'cppdbg', coreDumpPath: '/core' },
    { rule: 'debuggee-is-recorded', key: 'coreDumpPath' },
  ],
  [
    { type: 'cppdbg', externalConsole: true },
    { rule: 'terminal-outside', key: 'externalConsole' },
  ],
  [
    { type: 'cppdbg', miDebuggerPath: 1 },
    { rule: 'value-unreadable', key: 'miDebuggerPath' },
  ],
  [
    { type: 'gdb', target: './p', ssh: { host: 'h' } },
    { rule: 'debuggee-started-elsewhere', key: 'ssh' },
  ],
  [
    { type: 'gdb', target: '4711' },
    { rule: 'debuggee-runs-already', key: 'target' },
  ],
  [
    { type: 'gdb', target: 'extended-remote :1' },
    { rule: 'debuggee-started-elsewhere', key: 'target' },
  ],
  [{ type: 'lldb-mi' }, { rule: 'value-unreadable', key: 'target' }],
  [
    { type: 'gdbtarget', program: '/p' },
    { rule: 'server-on-network', key: 'target' },
  ],
  [
    { type: 'lldb', program: '/p' },
    { rule: 'reached-by-setting', setting: 'lldb.server' },
  ],
  [
    { type: 'lldb-dap', launchCommands: ['x'] },
    { rule: 'debuggee-started-elsewhere', key: 'launchCommands' },
  ],
  [
    { type: 'lldb-dap', launchCommands: [], console: 'integratedTerminal' },
    { rule: 'debuggee-started-elsewhere', key: 'console' },
  ],
  [
    { type: 'lldb-dap', debugAdapterExecutable: 1 },
    { rule: 'value-unreadable', key: 'debugAdapterExecutable' },
  ],
  [
    { type: 'go', asRoot: true },
    { rule: 'runs-as-root', key: 'asRoot' },
  ],
  [
    { type: 'go', port: 2345 },
    { rule: 'debuggee-started-elsewhere', key: 'port' },
  ],
  [
    { type: 'go', mode: 'core' },
    { rule: 'debuggee-is-recorded', key: 'mode' },
  ],
  ...[
    [{ type: 'go', mode: 'debug' }, 'debug'],
    [{ type: 'go', mode: 'test' }, 'test'],
    [{ type: 'go' }, 'auto'],
  ].map(([base, mode]) => [base, { rule: 'debugger-builds', key: 'mode', mode }]),
  ...['npm', '/usr/bin/yarn'].map((runtimeExecutable) => [
    { type: 'node', runtimeExecutable },
    {
      rule: 'runtime-starts-others',
      key: 'runtimeExecutable',
      program: runtimeExecutable.split('/').at(-1),
    },
  ]),
  ...['go', 'debugpy', 'node'].map((type) => [
    { type, mode: 'exec', console: 'externalTerminal' },
    { rule: 'terminal-outside', key: 'console' },
  ]),
  [
    { type: 'debugpy', sudo: true },
    { rule: 'runs-as-root', key: 'sudo' },
  ],
  [
    { type: 'python', python: [] },
    { rule: 'value-unreadable', key: 'python' },
  ],
] as readonly (readonly [DebugConfiguration, RewritingRefusal])[])(
  '%j is refused',
  (base, refusal) => {
    expect(rewrite(base)).toEqual({ kind: 'refused', refusal });
    // VS Code’s own is in no schema.
    if ('key' in refusal && refusal.key !== 'request')
      expect(publishedFor(base).flatMap(({ keys }) => keys)).toContain(refusal.key);
    if ('setting' in refusal)
      expect(publishedFor(base).flatMap(({ settings }) => settings)).toContain(refusal.setting);
  },
);

test('no key of CodeLLDB names its lldb-server', () => {
  const keys = publishedFor({ type: 'lldb' }).flatMap((schema) => schema.keys);
  expect(keys).toContain('program');
  expect(keys.filter((key) => /server|adapter|env/i.test(key))).toEqual(['env', 'envFile']);
});

describe('behind sudo', () => {
  const elevating = { ...launcher, words: ['sudo', '-n', '--', ...words], elevates: true };

  test('js-debug hands its variables over, which sudo clears', () => {
    expect(
      rewriteConfiguration({ type: 'node', request: 'launch', program: '/p.js' }, elevating),
    ).toMatchObject({
      kind: 'rewritten',
      configuration: { runtimeExecutable: at('node') },
      wrappers: [{ words: elevating.words, environment: at('node.env') }],
    });
  });

  test.each(['cppdbg', 'lldb-dap', 'go', 'debugpy'])('%s is refused', (type) => {
    const configuration = {
      type,
      request: 'launch',
      program: '/p',
      mode: 'exec',
      python: '/python',
    };
    expect(rewriteConfiguration(configuration, launcher)).toMatchObject({ kind: 'rewritten' });
    expect(rewriteConfiguration(configuration, elevating)).toEqual({
      kind: 'refused',
      refusal: { rule: 'debugger-under-sudo', type },
    });
  });
});
