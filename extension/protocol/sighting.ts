/** How Capwright remembers, between two checks, a program that it saw with capabilities. */
import * as v from 'valibot';

const decimal = v.pipe(v.string(), v.regex(/^-?\d+$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const sightingFileSchema = v.strictObject({
  schema: v.literal('capwright.sighting/1'),
  /** The absolute path of the program, for a person who looks into the folder. */
  path: v.string(),
  /** `security.capability` in hexadecimal. */
  capability: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})+$/)),
  inode: decimal,
  device: v.pipe(v.string(), v.regex(/^\d+:\d+$/)),
  size: count,
  uid: count,
  gid: count,
  modified: decimal,
  changed: decimal,
  born: v.nullable(decimal),
});

export type SightingFile = v.InferOutput<typeof sightingFileSchema>;
