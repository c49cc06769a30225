import { crossingSides, type Crossing } from './crossing.ts';
import type { Picture, PictureStage } from './picture.ts';
import type { Stage } from './stage.ts';
import { element, escaped, paragraph, space, stack, type Block } from './svgBlock.ts';

/** The colours of a theme, each as `#rrggbb`. */
export interface PictureColours {
  readonly background: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly box: string;
  readonly allowed: string;
  readonly denied: string;
  readonly unknown: string;
}

/** Pixels. */
const gap = 14;
const pad = 12;
const laneHeight = 46;

/**
 * The stages side by side, and through them one lane for each capability.
 * @param answer the colour of the result
 */
export function svgStages(
  { stages, lanes }: Picture,
  width: number,
  answer: string,
  colours: PictureColours,
): Block {
  const column = (width - gap * (stages.length - 1)) / stages.length;
  const columns = stages.map((stage, index) => {
    const x = index * (column + gap);
    const pieces = lanes.map(({ capability, crossings }) => ({
      height: laneHeight,
      draw: (top: number) =>
        lanePiece(crossings[stage.stage], stage.stage, { x, width: column, y: top + 27 }, colours) +
        (stage.stage === 'file' ? laneName(capability, x + pad, top, colours) : ''),
    }));
    return {
      frame: { x, width: column, rx: 4, ...frameColours(stage, colours) },
      title: paragraph(stage.title, { size: 13, fill: colours.text, bold: true }, x, column),
      content: stack([
        space(8),
        ...pieces,
        words(stage, x + pad, column - 2 * pad, answer, colours),
        space(pad),
      ]),
    };
  });
  const titles = Math.max(...columns.map(({ title }) => title.height)) + 6;
  const height = Math.max(...columns.map(({ content }) => content.height));
  return {
    height: titles + height,
    draw: (top) =>
      [
        // Before all lanes, which cross the gaps between them.
        ...columns.map(({ frame }) => element('rect', { y: top + titles, height, ...frame })),
        ...columns.map(({ title, content }) => title.draw(top) + content.draw(top + titles)),
      ].join('\n'),
  };
}

function frameColours({ stage, cut }: PictureStage, { box, line, denied }: PictureColours) {
  return stage === 'result'
    ? { fill: 'none', stroke: 'none' }
    : { fill: box, stroke: cut ? denied : line };
}

/** The first line is what it is, the others what matters about it. */
function words(
  { stage, lines }: PictureStage,
  x: number,
  width: number,
  answer: string,
  { text, quiet }: PictureColours,
): Block {
  const first =
    stage === 'result'
      ? { size: 16, fill: answer, bold: true }
      : { size: 13, fill: text, bold: true };
  return stack(
    lines.map((line, index) =>
      paragraph(line, index === 0 ? first : { size: 12, fill: quiet }, x, width),
    ),
  );
}

function laneName(capability: string, x: number, top: number, { text }: PictureColours): string {
  const type = { 'font-size': 12, 'font-weight': 'bold', 'font-family': 'monospace', fill: text };
  return element('text', { x, y: top + 13, ...type }, escaped(capability));
}

/** The lane within a stage and half of the gaps beside it. */
function lanePiece(
  crossing: Crossing,
  stage: Stage,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  { allowed, denied, quiet }: PictureColours,
): string {
  const [before, after] = crossingSides[crossing];
  const middle = x + width / 2;
  const half = (x1: number, x2: number, on: boolean): string =>
    element('line', {
      ...{ x1, x2, y1: y, y2: y },
      ...(on
        ? { stroke: allowed, 'stroke-width': 5 }
        : {
            stroke: quiet,
            'stroke-width': 3,
            'stroke-linecap': 'round',
            'stroke-dasharray': '0.1 8',
            'stroke-dashoffset': -4,
            'stroke-opacity': 0.55,
          }),
    });
  const dot = { cx: middle, cy: y, r: 5 };
  const cross = `M${middle - 7} ${y - 7}l14 14m0-14l-14 14`;
  return [
    stage === 'file' ? '' : half(x - gap / 2, middle, before),
    stage === 'result' ? '' : half(middle, x + width + gap / 2, after),
    crossing === 'enters' || (stage === 'result' && before)
      ? element('circle', { ...dot, fill: allowed })
      : '',
    stage === 'result' && !before
      ? element('circle', { ...dot, fill: 'none', stroke: quiet, 'stroke-width': 2 })
      : '',
    crossing === 'lost' || crossing === 'missing'
      ? element('path', {
          ...{ d: cross, fill: 'none', stroke: denied },
          ...{ 'stroke-width': 3.2, 'stroke-linecap': 'round' },
        })
      : '',
  ].join('');
}
