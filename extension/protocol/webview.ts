/**
 * What the extension and the report panel say to each other. The extension sends words and states
 * only; the panel asks for repairs by a key that the extension looks up in the report it has, so
 * that nothing a page says ever becomes part of a command.
 */
import * as v from 'valibot';
import { launchPath } from './launchPath.ts';

const stage = v.picklist(['file', 'mount', 'launcher', 'after-exec', 'kernel-check', 'result']);
const crossing = v.picklist(['absent', 'enters', 'flows', 'lost', 'missing']);

function record<const T extends v.ObjectEntries>(entries: T) {
  return v.pipe(v.strictObject(entries), v.readonly());
}

function list<const T extends v.GenericSchema>(item: T) {
  return v.pipe(v.array(item), v.readonly());
}

const operationSchema = record({
  operation: v.string(),
  title: v.string(),
  verdict: v.picklist(['allowed', 'denied', 'unknown']),
  word: v.string(),
  headline: v.string(),
  because: v.string(),
  gate: v.string(),
  picture: record({
    lanes: list(
      record({
        capability: v.string(),
        crossings: record({
          file: crossing,
          mount: crossing,
          launcher: crossing,
          'after-exec': crossing,
          'kernel-check': crossing,
          result: crossing,
        }),
        story: v.string(),
      }),
    ),
    stages: list(record({ stage, title: v.string(), cut: v.boolean(), lines: list(v.string()) })),
    captions: list(v.string()),
  }),
  reasons: list(
    record({
      stage,
      text: v.string(),
      source: v.string(),
      effect: v.picklist(['grants', 'withholds', 'refuses', 'neutral']),
    }),
  ),
  findings: list(
    record({ rule: v.string(), severity: v.picklist(['error', 'warning', 'information']) }),
  ),
  repairs: list(
    record({
      key: v.string(),
      title: v.string(),
      remark: v.string(),
      runnable: v.boolean(),
      steps: list(record({ kind: v.picklist(['command', 'advice', 'code']), text: v.string() })),
      after: list(
        record({
          title: v.string(),
          verdict: v.picklist(['allowed', 'denied', 'unknown']),
          word: v.string(),
        }),
      ),
    }),
  ),
});

const reportSchema = record({
  program: record({
    name: v.string(),
    path: v.string(),
    capability: v.nullable(v.string()),
    owner: v.string(),
    mode: v.string(),
    mount: v.string(),
  }),
  vantage: v.string(),
  notes: list(v.string()),
  paths: list(
    record({
      path: launchPath,
      title: v.string(),
      phrase: v.string(),
      operations: list(operationSchema),
    }),
  ),
});

export const toPanelSchema = v.variant('kind', [
  /** Comes first: the page’s own words in the language of the editor, by their English. */
  record({
    kind: v.literal('texts'),
    texts: v.pipe(v.record(v.string(), v.string()), v.readonly()),
  }),
  record({ kind: v.literal('checking'), program: v.string() }),
  record({
    kind: v.literal('report'),
    report: reportSchema,
    /** Whether repairs may be run: not in Restricted Mode. */
    trusted: v.boolean(),
  }),
  record({ kind: v.literal('failure'), message: v.string(), remedy: v.string() }),
  /** Asks for `savePicture`: only the page knows what is looked at, and the theme's colours. */
  record({ kind: v.literal('pictureWanted') }),
  /** Chooses for the reader, who may choose again. */
  record({
    kind: v.literal('lookAt'),
    choice: record({ path: v.exactOptional(launchPath), operation: v.string() }),
  }),
]);

const colour = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/));

export const fromPanelSchema = v.variant('kind', [
  /** The page is there and can be told something. */
  record({ kind: v.literal('ready') }),
  record({ kind: v.literal('refresh') }),
  record({ kind: v.literal('runRepair'), key: v.string() }),
  record({ kind: v.literal('copyRepair'), key: v.string() }),
  record({ kind: v.literal('copyReport') }),
  record({
    kind: v.literal('savePicture'),
    path: launchPath,
    operation: v.string(),
    colours: record({
      background: colour,
      text: colour,
      quiet: colour,
      line: colour,
      box: colour,
      allowed: colour,
      denied: colour,
      unknown: colour,
    }),
  }),
  record({ kind: v.literal('explainRule'), rule: v.string() }),
  record({ kind: v.literal('trustWorkspace') }),
]);

/** What the page keeps across a restart of the window; the program is enough to check again. */
export const panelStateSchema = v.object({
  program: v.string(),
  path: v.exactOptional(launchPath),
  operation: v.exactOptional(v.string()),
});

export type ToPanel = v.InferOutput<typeof toPanelSchema>;
/** What there is to see. */
export type PanelContent = Exclude<ToPanel, PanelRequest | { kind: 'texts' }>;
/** What the page is to do with a report that it shows. */
export type PanelRequest = Extract<ToPanel, { kind: 'pictureWanted' | 'lookAt' }>;
export type FromPanel = v.InferOutput<typeof fromPanelSchema>;
/** What the page says when its picture is to be saved. */
export type PictureAsked = Extract<FromPanel, { kind: 'savePicture' }>;
export type PanelState = v.InferOutput<typeof panelStateSchema>;
export type Report = v.InferOutput<typeof reportSchema>;
export type ReportPath = Report['paths'][number];
export type ReportOperation = v.InferOutput<typeof operationSchema>;
export type ReportStage = ReportOperation['picture']['stages'][number];
export type ReportLane = ReportOperation['picture']['lanes'][number];
export type ReportReason = ReportOperation['reasons'][number];
export type ReportRepair = ReportOperation['repairs'][number];
