// The layers. A file may import its own layer, and what its row names: imports go down only.

/**
 * @typedef {object} Layer
 * @property {string} files which files it is, as a regular expression on the path
 * @property {readonly string[]} imports the layers below it that it may import
 * @property {string} why
 */

const belowApp = ['model', 'fixes', 'rules', 'report', 'protocol', 'probe'];

/** @type {Record<string, Layer>} */
export const layers = {
  model: {
    files: '^extension/model/',
    imports: [],
    why: 'The model is what the kernel does, and the kernel knows nothing of rules, fixes or reports.',
  },
  protocol: {
    files: '^extension/protocol/',
    imports: [],
    why: 'Messages are read by processes of other versions: they change when the protocol does, not when the model does.',
  },
  fixes: {
    files: '^extension/fixes/',
    imports: ['model'],
    why: 'A repair is data about the model; which rule asks for it is not its business.',
  },
  rules: {
    files: '^extension/rules/',
    imports: ['model', 'fixes'],
    why: 'A rule judges the model and names repairs; how a finding is shown is decided above it.',
  },
  report: {
    files: '^extension/report/',
    imports: ['model', 'fixes', 'rules'],
    why: 'A report shows what is already known, so that the same evidence always gives the same text.',
  },
  probe: {
    files: '^extension/probe/',
    imports: ['model', 'protocol'],
    why: 'A collector says what it saw. What that means is judged elsewhere, or it could not be replayed.',
  },
  app: {
    files: '^extension/app/',
    imports: belowApp,
    why: 'The one place where the pure side and the I/O side meet, without a user interface.',
  },
  'debug-adapter': {
    files: '^extension/debug/adapter/',
    imports: [...belowApp, 'app'],
    why: 'Other editors run the adapter too, through `capwright dap`.',
  },
  cli: {
    files: '^extension/cli/',
    imports: [...belowApp, 'app', 'debug-adapter'],
    why: 'The command line is one of the views: it and the others do not know each other.',
  },
  'debug-host': {
    files: '^extension/debug/host/',
    imports: [...belowApp, 'app', 'views'],
    why: 'The debugger in VS Code is one more surface with the means of the others, and its adapter another process.',
  },
  views: {
    files: '^extension/views/',
    imports: [...belowApp, 'app'],
    why: 'Views only show; whatever they and the command line both need is a use case of app.',
  },
  webview: {
    files: '^webview/',
    imports: ['model', 'panel-model', 'webview-protocol'],
    why: 'The page gets its report as a view model, by message: it never judges for itself.',
  },
};

/**
 * Parts of a layer that are open to somebody to whom the rest of the layer is closed.
 * @type {Record<string, string>}
 */
const parts = {
  'panel-model': '^extension/report/(panelModel|picture/(breakPlaces|crossing)|translate)[.]ts$',
  'webview-protocol': '^extension/protocol/webview[.]ts$',
};

const ours = '^(extension|webview|native|test|[.]build)/';
const pure = '^extension/(model|fixes|rules|report)/';

/** @param {string} name of a layer or of a part */
const filesOf = (name) => parts[name] ?? layers[name]?.files ?? `no layer is called ${name}`;

/** @satisfies {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden: [
    ...Object.entries(layers).map(([name, { files, imports, why }]) => ({
      name: `layer-${name}`,
      comment: why,
      severity: /** @type {const} */ ('error'),
      from: { path: files },
      to: { path: ours, pathNot: [files, ...imports.map(filesOf)] },
    })),
    {
      name: 'only-down-to-source',
      comment:
        'extension.ts wires everything in extension/; what is native, a test or tooling never ships with it.',
      severity: 'error',
      from: { path: '^extension/[^/]+[.]ts$' },
      to: { path: '^(webview|native|test|[.]build)/' },
    },
    {
      name: 'composition-root-is-the-top',
      comment:
        'extension.ts is loaded by VS Code alone: whoever imports it turns the wiring upside down.',
      severity: 'error',
      from: { path: '^(extension|webview)/' },
      to: { path: '^extension/[^/]+[.]ts$' },
    },
    {
      name: 'pure-imports-nothing',
      comment:
        'No Node, no package: the same evidence gives the same answer in every process and every year.',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypesNot: ['local'] },
    },
    {
      name: 'protocol-imports-schemas-only',
      comment:
        'A message is read on both sides of a pipe, one of which may be a web page without Node.',
      severity: 'error',
      from: { path: '^extension/protocol/' },
      to: { dependencyTypesNot: ['local'], pathNot: '^node_modules/valibot/' },
    },
    {
      name: 'webview-has-no-node',
      comment: 'The page runs in a browser.',
      severity: 'error',
      from: { path: '^webview/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'vscode-only-in-views',
      comment:
        'Everything else also runs in a terminal, in another editor and in a test, where there is no vscode.',
      severity: 'error',
      from: {
        path: '^(extension|webview|test)/',
        pathNot: '^(extension/(views|debug/host)/|extension/[^/]+[.]ts$|test/editor/)',
      },
      to: { path: '^(vscode|node_modules/@types/vscode)(/|$)' },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dangling-import',
      comment: 'An import that leads nowhere would be left out of every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/editor/fixtures/' },
    // An import of a type is an import: who knows a type depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
    // Rules are about the paths that one sees, also where node_modules is a link.
    preserveSymlinks: true,
    moduleSystems: ['es6', 'cjs'],
  },
};

export default configuration;
