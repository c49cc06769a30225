import { printable } from '../printable.ts';
import { wrapText } from './wrapText.ts';

/** A part of a drawing, as wide as the drawing; `draw` gives its SVG where its top is at this y. */
export interface Block {
  readonly height: number;
  readonly draw: (top: number) => string;
}

export interface Type {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
}

/** One below the other. */
export function stack(blocks: readonly Block[]): Block {
  return {
    height: blocks.reduce((sum, { height }) => sum + height, 0),
    draw: (top) => {
      let y = top;
      return blocks
        .map(({ height, draw }) => {
          y += height;
          return draw(y - height);
        })
        .join('\n');
    },
  };
}

export function space(height: number): Block {
  return { height, draw: () => '' };
}

/** Text from x on, in as many lines as it needs to be no wider than that. */
export function paragraph(text: string, type: Type, x: number, width: number): Block {
  const { size, fill, bold = false } = type;
  const lines = wrapText(printable(text), width, size);
  const lineHeight = Math.round(size * 1.4);
  return {
    height: lines.length * lineHeight,
    draw: (top) =>
      lines
        .map((line, index) => {
          const y = top + index * lineHeight + size;
          const weight = bold ? { 'font-weight': 'bold' } : {};
          return element('text', { x, y, 'font-size': size, fill, ...weight }, escaped(line));
        })
        .join('\n'),
  };
}

/** A rectangle of its height under it. */
export function beneath(rectangle: Attributes, above: Block): Block {
  const { height, draw } = above;
  return {
    height,
    draw: (top) => `${element('rect', { y: top, height, ...rectangle })}\n${draw(top)}`,
  };
}

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  return content === undefined ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** As XML 1.0 has it, whose Char leaves out control characters, half surrogates, U+FFFE and U+FFFF. */
export function escaped(text: string): string {
  return printable(text)
    .replaceAll(/[\ud800-\udfff\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
