import { expect, test } from 'vitest';
import { checkReport } from '../../extension/report/checkReport.ts';
import { panelModel } from '../../extension/report/panelModel.ts';
import { panelTexts } from '../../extension/report/panelTexts.ts';
import { inEnglish, translation } from '../../extension/report/translate.ts';
import { operations } from '../../extension/model/operations.ts';
import { exampleProgram, exampleSystem } from '../../extension/rules/exampleSystem.ts';

const german = translation({
  '{0} will fail with {1} when started {2}.': 'Wenn {2} gestartet, scheitert {0} mit {1}.',
  'from the terminal': 'vom Terminal',
});

test('what is put in stands where the translation has its place, as it is', () => {
  expect(
    german('{0} will fail with {1} when started {2}.', '$&', '{0}', german('from the terminal')),
  ).toBe('Wenn vom Terminal gestartet, scheitert $& mit {0}.');
});

test.each(['constructor', '__proto__', 'nowhere'])('%s, not translated, stays English', (text) => {
  expect(german(text)).toBe(text);
});

test('a place for which there is nothing is left as it stands', () => {
  expect(inEnglish('{0} and {1}', 'one')).toBe('one and {1}');
});

/** What every text is marked with, so that one that was not translated is seen. */
const marked = translation(Object.fromEntries(panelTexts.map((text) => [text, `⟦${text}⟧`])));

test('a report says in the reader’s language what a translator is given, and only that', () => {
  const system = exampleSystem({
    program: exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true }),
  });
  const model = panelModel(checkReport(system, operations), (argv) => argv, marked);
  for (const path of model.paths) {
    expect([path.title, path.phrase]).toEqual([
      expect.stringMatching(/^⟦.+⟧$/),
      expect.stringMatching(/^⟦.+⟧$/),
    ]);
    for (const { title, headline, picture, word, verdict, repairs } of path.operations) {
      const said = [
        ...[title, headline, ...picture.captions],
        ...picture.stages.map((stage) => stage.title),
        ...repairs.flatMap(({ after }) => after.map((each) => each.title)),
      ];
      for (const text of said) expect(text).toMatch(/^⟦.+⟧$/s);
      expect(word).toMatch(verdict === 'denied' ? /^E[A-Z]+$/ : /^⟦.+⟧$/);
    }
  }
});
