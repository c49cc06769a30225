import { operations } from '../model/operations.ts';
import { vantages } from './panelModel.ts';
import { pictureTexts } from './picture/pictureSvg.ts';
import { stories } from './picture/picture.ts';
import { stageTitle } from './picture/stage.ts';
import { headlines } from './verdictText.ts';
import { launchPathPhrase, launchPathTitle } from './words.ts';

/**
 * What a report says in the reader’s language, for translators. The rest is English in every language:
 * reasons, findings and repairs are in the kernel’s words, which one searches for and quotes.
 */
export const panelTexts: readonly string[] = [
  ...['allowed', 'unknown', 'you'],
  ...Object.values(headlines),
  ...Object.values(vantages),
  ...Object.values(launchPathTitle),
  ...Object.values(launchPathPhrase),
  ...Object.values(stageTitle),
  ...Object.values(stories),
  ...Object.values(pictureTexts),
  ...operations.map(({ title }) => title),
];
