import { inEnglish, translation, type Texts } from '../extension/report/translate.ts';

let translate = inEnglish;

/** A text of the page in the language of the editor. */
export const t: typeof translate = (english, ...putIn) => translate(english, ...putIn);

/** From now on the page says these. */
export function speak(texts: Texts): void {
  translate = translation(texts);
}
