import type { PanelModel, PanelOperation } from '../panelModel.ts';
import { inEnglish, type Translate } from '../translate.ts';
import {
  beneath,
  element,
  escaped,
  paragraph,
  space,
  stack,
  type Block,
  type Type,
} from './svgBlock.ts';
import { svgStages, type PictureColours } from './svgStages.ts';

/** Pixels. */
const width = 1120;
const margin = 24;

/** What the page says too. */
export const pictureTexts = {
  noFileCapabilities: 'no file capabilities',
  owner: 'owner {0}',
  mode: 'mode {0}',
  why: 'Why',
  seenFrom: 'As seen from {0}',
  cut: '{0} (cut here)',
} as const;

/**
 * The picture of one operation on one launch path as a file of its own: SVG 1.1 in fixed colours, with
 * nothing that is run, or loaded from elsewhere. Title and description tell what it shows.
 */
export function pictureSvg(
  { program, vantage }: PanelModel,
  { picture, headline, because, reasons, verdict }: PanelOperation,
  colours: PictureColours,
  translate: Translate = inEnglish,
): string {
  const facts = [
    program.capability ?? translate(pictureTexts.noFileCapabilities),
    translate(pictureTexts.owner, program.owner),
    translate(pictureTexts.mode, program.mode),
    program.mount,
  ].join(' · ');
  const { text, quiet } = colours;
  const line = (words: string, type: Type): Block => paragraph(words, type, 0, width);
  const page = stack([
    line(program.name, { size: 19, fill: text, bold: true }),
    line(facts, { size: 13, fill: quiet }),
    space(12),
    banner(headline, because, colours[verdict], colours),
    space(18),
    svgStages(picture, width, colours[verdict], colours),
    space(8),
    ...picture.captions.map((caption) => line(caption, { size: 13, fill: quiet })),
    space(14),
    line(translate(pictureTexts.why), { size: 13, fill: text, bold: true }),
    ...reasons.map(({ text: reason, source, effect }, index) => {
      const cuts = effect === 'withholds' || effect === 'refuses';
      const type = cuts ? { fill: text, bold: true } : { fill: quiet };
      return line(`${index + 1}. ${reason} (${source})`, { size: 12, ...type });
    }),
    space(12),
    line(translate(pictureTexts.seenFrom, vantage), { size: 12, fill: quiet }),
  ]);
  const whole = { width: width + 2 * margin, height: page.height + 2 * margin };
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    role: 'img',
    'aria-labelledby': 'capwright-title capwright-description',
    ...whole,
    viewBox: `${-margin} ${-margin} ${whole.width} ${whole.height}`,
    'font-family': "system-ui, 'DejaVu Sans', sans-serif",
  };
  const description = [
    `${program.name}: ${facts}.`,
    ...picture.stages.map(
      ({ title, cut, lines }) =>
        `${cut ? translate(pictureTexts.cut, title) : title}: ${lines.join('; ')}.`,
    ),
    ...picture.captions,
  ].join(' ');
  const content = [
    element('title', { id: 'capwright-title' }, escaped(headline)),
    element('desc', { id: 'capwright-description' }, escaped(description)),
    element('rect', { x: -margin, y: -margin, ...whole, fill: colours.background }),
    page.draw(0),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', attributes, `\n${content.join('\n')}\n`)}\n`;
}

function banner(headline: string, because: string, mark: string, colours: PictureColours): Block {
  const words = stack([
    paragraph(headline, { size: 15, fill: colours.text, bold: true }, 14, width - 14),
    paragraph(because, { size: 13, fill: colours.quiet }, 14, width - 14),
  ]);
  return beneath({ x: 0, width: 3, fill: mark }, words);
}
