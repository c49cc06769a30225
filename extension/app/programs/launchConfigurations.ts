import { findNodeAtLocation, getNodeValue, parseTree, type Node } from 'jsonc-parser';
import * as v from 'valibot';

/** A part of a text, in UTF-16 code units. */
export interface TextSpan {
  readonly offset: number;
  readonly length: number;
}

/** A launch configuration as somebody wrote it. */
export interface WrittenConfiguration {
  /** Its keys, those under `linux` first. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** The object, braces included. */
  readonly place: TextSpan;
  /** The value of a key of the object, or of `linux` in it; null where it has none. */
  readonly placeOf: (key: string) => TextSpan | null;
}

const objectSchema = v.looseObject({ linux: v.optional(v.looseObject({})) });

/**
 * The launch configurations of a text: of launch.json, or of a workspace file or settings, where they are
 * under `launch`. What is no object is left out, as is a text that is no JSON with comments.
 */
export function launchConfigurationsIn(text: string): readonly WrittenConfiguration[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return [];
  const list =
    findNodeAtLocation(root, ['configurations']) ??
    findNodeAtLocation(root, ['launch', 'configurations']);
  return (list?.type === 'array' ? (list.children ?? []) : []).flatMap((node) => {
    const read = v.safeParse(objectSchema, getNodeValue(node));
    if (node.type !== 'object' || !read.success) return [];
    return [
      {
        // What is said for this system counts before what is said for all.
        keys: { ...read.output, ...read.output.linux },
        place: spanIn(text, node),
        placeOf: (key: string) => {
          const value = findNodeAtLocation(node, ['linux', key]) ?? findNodeAtLocation(node, [key]);
          return value === undefined ? null : spanIn(text, value);
        },
      },
    ];
  });
}

/** The parser takes an object that does not end for one character longer than the text. */
function spanIn(text: string, { offset, length }: Node): TextSpan {
  return { offset, length: Math.min(length, text.length - offset) };
}
