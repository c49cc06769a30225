import type { PictureAsked } from '../extension/protocol/webview.ts';

/** The colours of the theme as they are now, none of which lets another through. */
export function themeColours(): PictureAsked['colours'] {
  const background = opaque('var(--vscode-editor-background, Canvas)', '#ffffff');
  const over = (colour: string): string => opaque(colour, background);
  return {
    background,
    text: over('var(--vscode-foreground)'),
    quiet: over('var(--quiet)'),
    line: over('var(--line)'),
    box: over('var(--box)'),
    allowed: over('var(--ok)'),
    denied: over('var(--bad)'),
    unknown: over('var(--doubt)'),
  };
}

/** What the browser would draw for a colour upon another, as `#rrggbb`. */
function opaque(colour: string, background: string): string {
  const sample = document.createElement('span');
  sample.style.color = colour;
  document.body.append(sample);
  const resolved = getComputedStyle(sample).color;
  sample.remove();
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) return background;
  for (const fill of [background, resolved]) {
    context.fillStyle = fill;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
