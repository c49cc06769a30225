import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const argumentVector = 'Run commands as an argument vector; file names are hostile.';

const bannedSyntax = [
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of strings: it is its own name on the wire and Node can erase it.',
  },
  {
    selector: 'Property[key.name="shell"] > Literal.value:not([value=false])',
    message: argumentVector,
  },
  {
    selector: 'ImportExpression > Literal[value=/^(node:)?child_process$/]',
    message:
      'Import child_process statically, so that what may be imported from it can be checked.',
  },
];

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'A thing has one name: export it by that name.',
};

const bareWords = 'Words for people go through l10n.t, so that they can be translated.';
/** A sentence, or a word with a capital, other than our own name. */
const words = '/^(?!Capwright)[A-Z][a-z]+|[a-z]{2,} [a-z]{2,}/';
const shownKeys =
  '/^(title|label|detail|description|documentation|tooltip|prompt|placeholder|placeHolder|openLabel|remedy)$/';
const shown = [
  `Property[key.name=${shownKeys}] >`,
  'CallExpression[callee.name=/^(tell|confirmCommands|appendWords)$/] >',
  'CallExpression[callee.property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage)$/] >',
];

/** Where VS Code shows what is written there. */
const bannedWords = shown
  .flatMap((place) => [
    `${place} Literal[value=${words}]`,
    `${place} TemplateLiteral > TemplateElement[value.raw=${words}]`,
  ])
  .map((selector) => ({ selector, message: bareWords }));

const bannedImports = {
  paths: [
    ...['node:child_process', 'child_process'].map((name) => ({
      name,
      importNames: ['exec', 'execSync', 'default'],
      message: argumentVector,
    })),
    { name: 'execa', importNames: ['execaCommand', 'execaCommandSync'], message: argumentVector },
  ],
};

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'native/', 'coverage/', 'test/corpus/**/*.js']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-restricted-imports': ['error', bannedImports],
      'no-restricted-syntax': ['error', ...bannedSyntax],

      // A pid, an errno or an index in a message is the datum itself; only objects print as noise.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => stop()` says what it means; the rule's point is a void value that is used.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Off: interface or type is decided by what the type is (a record, or a union), not by one habit.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      // tsc checks names and, through JSDoc, types. These rules see neither a JSDoc type nor a JSDoc
      // cast: what JSON.parse gives stays `any` to them.
      'no-undef': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    // Configurations must have a default export, because their tools ask for one.
    ignores: ['**/vitest.*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...bannedSyntax, defaultExport],
    },
  },
  {
    files: ['extension/{views,debug/host}/**', 'extension/*.ts'],
    // What agents read is one language, that of the manifest's modelDescription.
    ignores: ['extension/views/agents/agentCore.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...bannedSyntax, defaultExport, ...bannedWords],
    },
  },
  {
    files: ['extension/**', 'webview/**'],
    rules: {
      // Data from outside goes through a schema in protocol/, not through a cast.
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      // Standard output belongs to replies and reports, VS Code has an output channel.
      'no-console': 'error',
    },
  },
  {
    files: ['webview/**'],
    rules: {
      // Lit calls a listener of a template with its component as `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['extension/{model,fixes,rules,report}/**'],
    rules: {
      // The same evidence gives the same answer, today and in a year.
      'no-restricted-globals': ['error', { name: 'Date', message: 'Pure layers read no clock.' }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Pure layers decide nothing by chance.' },
      ],
    },
  },
);
