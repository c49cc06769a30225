import { directiveOf, type Directive } from '../../model/unit/directives.ts';
import { spanOf, type Span } from '../../model/unit/piece.ts';
import { parseUnitFile, type Assignment } from '../../model/unit/unitFile.ts';
import { capabilityMeanings } from '../capabilityMeaning.ts';
import type { PlaceView, UnitView } from './unitView.ts';

/** What is to be said about a place in a unit file. */
export interface UnitHover {
  /** In the text. */
  readonly span: Span;
  readonly title: string;
  readonly text: string;
  /** The value in effect; null where there is none to tell. */
  readonly value: string | null;
  readonly origins: readonly { readonly place: PlaceView; readonly text: string }[];
  readonly manual: { readonly title: string; readonly url: string };
}

/** About the capability or the directive at an offset of the text; null where there is none. */
export function unitHover(view: UnitView | null, text: string, offset: number): UnitHover | null {
  return capabilityHover(text, offset) ?? directiveHover(view, text, offset);
}

/**
 * Where the name of a capability is being written at an offset, as the span of what is there of it;
 * null where no capability can be named.
 */
export function capabilityPlace(text: string, offset: number): Span | null {
  const line = assignmentAt(text, offset);
  const isSet = line !== null && capabilityKeys.includes(line.key.text);
  if (!isSet || !text.slice(line.span.start, offset).includes('=')) return null;
  return wordAt(text, offset);
}

const capabilityKeys = ['AmbientCapabilities', 'CapabilityBoundingSet'];

function capabilityHover(text: string, offset: number): UnitHover | null {
  const span = wordAt(text, offset);
  const word = text.slice(span.start, span.end).toUpperCase();
  const found = capabilityMeanings().find(({ name }) => name === word);
  if (found === undefined) return null;
  return {
    span,
    title: `${found.name}, ${String(found.number)}`,
    text: `${found.permits}.`,
    value: null,
    origins: [],
    manual: {
      title: 'capabilities(7)',
      url: 'https://man7.org/linux/man-pages/man7/capabilities.7.html',
    },
  };
}

function directiveHover(view: UnitView | null, text: string, offset: number): UnitHover | null {
  const key = assignmentAt(text, offset)?.key;
  const directive = key === undefined ? null : directiveOf(key.text);
  if (key === undefined || directive === null) return null;
  const span = spanOf(key);
  if (offset < span.start || offset > span.end) return null;
  const setting = view?.settings.find((each) => each.directive === directive);
  return {
    span,
    title: `${key.text}=`,
    text: setting === undefined ? 'Not in effect.' : 'In effect:',
    value: setting?.value ?? null,
    origins: setting?.origins ?? [],
    manual: manualOf(directive, key.text),
  };
}

function manualOf(directive: Directive, key: string): UnitHover['manual'] {
  const page = pageOf(directive);
  const url = `https://www.freedesktop.org/software/systemd/man/latest/${page}.html`;
  return {
    title: `${page}(5)`,
    url: directive === 'PermissionsStartOnly' ? url : `${url}#${documented(directive, key)}=`,
  };
}

/** The manual has the present names only, and of PermissionsStartOnly= no word. */
function documented(directive: Directive, key: string): string {
  return key.endsWith('Directories') ? directive : key;
}

function pageOf(directive: Directive): string {
  if (
    /^(?:Exec(?!Paths)|Type$|BusName$|RemainAfterExit|PermissionsStartOnly|RootDirectoryStartOnly)/.test(
      directive,
    )
  ) {
    return 'systemd.service';
  }
  return /^(?:Device|SocketBind)/.test(directive) ? 'systemd.resource-control' : 'systemd.exec';
}

function assignmentAt(text: string, offset: number): Assignment | null {
  for (const line of parseUnitFile('', text).lines) {
    const last = line.span.end === text.length;
    if (offset < line.span.start || offset > line.span.end) continue;
    if (offset === line.span.end && !last) continue;
    if (line.kind === 'assignment') return line;
  }
  return null;
}

function wordAt(text: string, offset: number): Span {
  const isWord = (at: number): boolean => /\w/.test(text.charAt(at));
  let start = offset;
  while (start > 0 && isWord(start - 1)) start -= 1;
  let end = offset;
  while (end < text.length && isWord(end)) end += 1;
  return { start, end };
}
