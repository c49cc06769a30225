import { breakPlaces } from './breakPlaces.ts';

/**
 * Breaks text into lines that fit a width, where nothing can measure it: by what the glyphs of DejaVu
 * Sans take, the widest of the faces that a sans-serif commonly is. Breaks between words, then after the
 * punctuation of calls, paths and capability texts, and within a word only where nothing else is left.
 * @param width in units of the drawing
 * @param size of the type, in the same units
 */
export function wrapText(text: string, width: number, size: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, width / size)) {
    if (line !== '' && ems((line + piece).trimEnd()) > width / size) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += piece;
    }
  }
  return [...lines, line.trimEnd()];
}

/** What must not be divided further, each with the blank after it. */
function pieces(text: string, width: number): readonly string[] {
  return text
    .split(/(?<= )/)
    .flatMap((word) => word.split(breakPlaces))
    .flatMap((piece) => (ems(piece) <= width ? [piece] : graphemes(piece)));
}

function graphemes(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
}

/** In widths of an em; bold, which is the wider. */
function ems(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + emsOf(character), 0);
}

function emsOf(character: string): number {
  if (/[ijltfI.,:;'’!|()[\] /-]/.test(character)) return 0.46;
  if (/[mwMW@%—…]/.test(character)) return 1.1;
  if (/[a-z0-9_=+“”"]/.test(character)) return 0.73;
  if (/[\u0020-\u02ff]/.test(character)) return 0.86;
  return 1.1;
}
