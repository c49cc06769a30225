/** Translated texts by their English, as VS Code has them from `bundle.l10n.LANGUAGE.json`. */
export type Texts = Readonly<Record<string, string>>;

/** A text in the reader’s language; what is put in stands where `{0}`, `{1}` … are. */
export type Translate = (english: string, ...putIn: readonly string[]) => string;

/** As `vscode.l10n.t` does it, for what runs where there is none. A text without translation stays English. */
export function translation(texts: Texts): Translate {
  return (english, ...putIn) =>
    (Object.hasOwn(texts, english) ? (texts[english] ?? english) : english).replaceAll(
      /\{(\d+)\}/g,
      (place, index: string) => putIn[Number(index)] ?? place,
    );
}

export const inEnglish = translation({});
