import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkReport } from '../../extension/report/checkReport.ts';
import { panelModel } from '../../extension/report/panelModel.ts';
import { pictureSvg } from '../../extension/report/picture/pictureSvg.ts';
import {
  exampleOperation,
  exampleProgram,
  exampleSystem,
} from '../../extension/rules/exampleSystem.ts';

const colours = {
  background: '#ffffff',
  text: '#3b3b3b',
  quiet: '#6b6b6b',
  line: '#e5e5e5',
  box: '#f8f8f8',
  allowed: '#388a34',
  denied: '#c72e0f',
  unknown: '#bf8803',
};
const system = exampleSystem({
  program: exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true }),
});
const model = panelModel(checkReport(system, [exampleOperation('tun.create')]), (argv) => argv);
const operation = model.paths[0]?.operations[0];

function drawn(change: Partial<typeof model.program> = {}): string {
  if (operation === undefined) throw new RangeError('nothing was judged');
  return pictureSvg({ ...model, program: { ...model.program, ...change } }, operation, colours);
}

test('it has a title and a description that tell what the picture shows', () => {
  const svg = drawn();
  expect(svg).toContain(
    '<title id="capwright-title">Creating a TUN device will fail with EPERM when started from the terminal.</title>',
  );
  expect(svg).toMatch(
    /<desc [^>]*>[^<]*Mount \(cut here\): [^<]*cap_net_admin comes in at File and is cut at Mount\./,
  );
});

test('the lane is broken where the capability is cut, and nowhere else', () => {
  const crosses = drawn().match(/<path [^>]*stroke="#c72e0f"[^>]*\/>/g);
  expect(crosses).toHaveLength(1);
  // After the file and before the mount’s middle it is there, and from then on it is not.
  expect(drawn().match(/<line [^>]*stroke="#388a34"[^>]*\/>/g)).toHaveLength(2);
});

test('nothing in it runs, and nothing is loaded', () => {
  expect(drawn()).not.toMatch(/<script|<style|<image|<foreignObject|href|url\(|\son\w+=/);
});

// XML 1.0, 2.2 and 2.4.
test('whatever a file is called, no character leaves its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const svg = drawn({ name });
      // eslint-disable-next-line no-control-regex
      expect(svg).not.toMatch(/[\x00-\x09\x0b-\x1f\ufffe\uffff]/);
      expect(Buffer.from(svg).toString()).toBe(svg);
      const tags = svg.replaceAll(
        /<\/?(?:\?xml|svg|title|desc|rect|text|line|circle|path)\b[^<>]*>/g,
        '',
      );
      expect(tags).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
    }),
  );
});
