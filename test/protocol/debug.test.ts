/** What launch.json is completed by is what the adapter understands. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { debuggers, debugWays, launchConfigurationSchema } from '../../extension/protocol/debug.ts';

interface Manifest {
  readonly contributes: {
    readonly debuggers: readonly [
      {
        readonly type: string;
        readonly configurationAttributes: {
          readonly launch: {
            readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
          };
        };
      },
    ];
  };
}

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Manifest;
const [{ configurationAttributes, type }] = manifest.contributes.debuggers;
const { properties } = configurationAttributes.launch;

test('every key of a launch configuration is offered in launch.json, and beside them only base', () => {
  expect(type).toBe('capwright');
  const [{ entries }] = launchConfigurationSchema.pipe;
  // What is in it is another extension's, and never reaches the adapter.
  const { base, ...ours } = properties;
  expect(base).toBeDefined();
  expect(Object.keys(ours).toSorted()).toEqual(Object.keys(entries).toSorted());
});

test('every debugger and every way to capabilities is offered', () => {
  expect(properties['debugger']?.enum).toEqual(debuggers);
  expect(properties['with']?.enum).toEqual(debugWays);
});
