import { getNodeValue, parseTree, type Node } from 'jsonc-parser';
import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { TextSpan } from '../programs/launchConfigurations.ts';

/**
 * A launch configuration as the `base` of one that gives its debugger ambient capabilities. What it says goes
 * there as it is written, comments and order too, one level further in. Its name is the new one's; how VS Code lists
 * it (`presentation`) is repeated, as nothing is read from `base` for that.
 * @param text of the file, which holds the configuration's object at `place`
 * @returns what takes the object's place
 */
export function asAmbientBase(
  text: string,
  { offset, length }: TextSpan,
  capabilities: CapabilitySet,
): string {
  const written = text.slice(offset, offset + length);
  const properties = propertiesOf(written);
  const head = [
    ...properties.filter(({ key }) => key === 'name').map(({ source }) => source),
    '"type": "capwright"',
    '"request": "launch"',
    `"capabilities": [${names(capabilities)
      .map((name) => JSON.stringify(name))
      .join(', ')}]`,
    ...properties.filter(({ key }) => key === 'presentation').map(({ source }) => source),
  ];
  const end = /\r?\n/.exec(written)?.[0];
  if (end === undefined) return `{ ${[...head, `"base": ${written}`].join(', ')} }`;

  const outer = indentAt(text, offset);
  const first = properties[0];
  const inner = first === undefined ? `${outer}  ` : indentAt(text, offset + first.offset);
  const step = inner.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : '  ';
  const further = withoutNameLine(written, properties).replace(/\n(?=[^\r\n])/g, `\n${step}`);
  const lines = [...head, `"base": ${further}`].map((line) => `${outer}${step}${line}`);
  return [`{${end}${lines.join(`,${end}`)}`, `${outer}}`].join(end);
}

interface Property extends TextSpan {
  readonly key: string;
  readonly source: string;
}

function propertiesOf(object: string): readonly Property[] {
  const properties = parseTree(object, [], { allowTrailingComma: true })?.children ?? [];
  return properties.map((node: Node) => {
    const { offset, length, children: [key] = [] } = node;
    return {
      offset,
      length,
      key: key === undefined ? '' : String(getNodeValue(key)),
      source: object.slice(offset, offset + length),
    };
  });
}

/** Without the line of the name, where it is alone on it and something follows: nothing else goes with it. */
function withoutNameLine(object: string, properties: readonly Property[]): string {
  const name = properties.find(({ key }) => key === 'name');
  if (name === undefined || name === properties.at(-1)) return object;
  const start = object.lastIndexOf('\n', name.offset) + 1;
  const [rest = ''] = /^.*\n?/.exec(object.slice(name.offset + name.length)) ?? [];
  const alone = object.slice(start, name.offset).trim() === '' && rest.trim() === ',';
  return alone
    ? object.slice(0, start) + object.slice(name.offset + name.length + rest.length)
    : object;
}

/** The blanks with which the line of a place begins. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
