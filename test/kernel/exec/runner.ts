import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { toBase } from '../../../extension/model/userNamespace.ts';
import { scenarioSchema, type Answer } from '../../../extension/protocol/predict.ts';
import { imageFileName, withRootId } from './attribute.ts';
import type { Build } from './build.ts';
import type { FileSetup, Setup, Trace } from './scenario.ts';
import { extents, keptNamespace, mapField, stageArguments, writtenMaps } from './stage.ts';

type WithoutReasons<T> = T extends unknown ? Omit<T, 'reasons'> : never;

/** What the kernel did, in the form of the model's answer. */
export type Outcome = WithoutReasons<Answer>;

/** The caller as it was just before execve, and what became of it. */
export type Measurement = v.InferOutput<typeof measurementSchema>;

const triple = v.tuple([v.number(), v.number(), v.number()]);

const outcomeSchema: v.GenericSchema<unknown, Outcome> = v.union([
  v.object({
    exec: v.literal('ok'),
    uid: triple,
    gid: triple,
    permitted: v.string(),
    effective: v.string(),
    inheritable: v.string(),
    bounding: v.string(),
    ambient: v.string(),
    noNewPrivs: v.boolean(),
    securebits: v.number(),
    secureExec: v.boolean(),
    dumpable: v.boolean(),
    parentDeathSignal: v.number(),
    personality: v.number(),
  }),
  v.object({ exec: v.pipe(v.string(), v.regex(/^E[A-Z0-9]+$/)) }),
]);

const measurementSchema = v.object({
  caller: v.omit(scenarioSchema.entries.caller, ['userNamespace']),
  outcome: outcomeSchema,
});

const reportSchema = v.union([v.object({ failure: v.string() }), measurementSchema]);

/** The stage covers it, in the runner's own mount namespace; everybody may pass through it. */
const stage = '/tmp';

interface Waiting {
  readonly line: string;
  readonly resolve: (measurement: Measurement) => void;
  readonly reject: (error: Error) => void;
}

/** One runner process: does one setup after another, answers in order. */
export class KernelRunner {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<void>;

  constructor(build: Build) {
    this.#process = spawn(
      'unshare',
      [
        '--mount',
        '--propagation',
        'private',
        '--',
        build.runner,
        stage,
        build.witness,
        build.image,
        ...stageArguments(),
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    // A runner that is gone is told by its end; a write that comes too late adds nothing.
    this.#process.stdin.on('error', () => undefined);
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#answer(line));
    this.#ended = this.#untilEnd();
  }

  /** @throws Error when the setup could not be done at all, with the runner's line that asked for it */
  measure(setup: Setup): Promise<Measurement> {
    const line = runnerLine(setup);
    return new Promise((resolve, reject) => {
      if (this.#process.exitCode !== null) {
        reject(new Error('the kernel runner has ended'));
        return;
      }
      this.#waiting.push({ line, resolve, reject });
      this.#process.stdin.write(`${line}\n`);
    });
  }

  async dispose(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  #answer(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    try {
      const report = v.parse(reportSchema, JSON.parse(line));
      if ('failure' in report) throw new Error(report.failure);
      waiting.resolve(report);
    } catch (error) {
      waiting.reject(new Error(`${String(error)}\n  asked: ${waiting.line}\n  answered: ${line}`));
    }
  }

  async #untilEnd(): Promise<void> {
    const complaint = text(this.#process.stderr);
    // An unshare(1) that is not there has no `close`: `error` rejects `once`.
    const reason = await once(this.#process, 'close').then(
      async ([code]) => `status ${String(code)}: ${await complaint}`,
      (error: unknown) => String(error),
    );
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Error(`the kernel runner ended, ${reason}`));
    }
  }
}

/** The line format is described at the top of runner.c. */
export function runnerLine({ caller, namespace, trace, files }: Setup): string {
  const { kept, fresh } = namespace;
  const written = fresh === null ? null : writtenMaps(fresh, kept);
  return [
    caller.uid.join(','),
    caller.gid.join(','),
    caller.groups.length === 0 ? '-' : caller.groups.join(','),
    caller.permitted,
    caller.effective,
    caller.inheritable,
    caller.bounding,
    caller.ambient,
    caller.securebits,
    caller.noNewPrivs ? 1 : 0,
    caller.sharesFs ? 1 : 0,
    kept ?? '-',
    written === null ? '-' : mapField(written.uidMap),
    written === null ? '-' : mapField(written.gidMap),
    trace === null
      ? 'none'
      : [trace.form, trace.uid, trace.sysPtrace ? 1 : 0, tracerNamespace(trace, kept) ?? '-'].join(
          ':',
        ),
    caller.parentDeathSignal,
    caller.personality,
    files.map(fileField).join(','),
  ].join(' ');
}

/** A privileged child can be traced from the initial user namespace alone. */
function tracerNamespace({ form, namespace }: Trace, kept: number | null): number | null {
  const late = form === 'seize-last' || form === 'attach-last';
  if (!late || kept === null || namespace === 'initial') return null;
  return namespace === 'kept' ? kept : keptNamespace(kept).parent;
}

function fileField(file: FileSetup): string {
  const flags = [...(file.nosuid ? ['nosuid'] : []), ...(file.noexec ? ['noexec'] : [])];
  return [
    file.store ?? '-',
    file.idmap ?? '-',
    flags.length === 0 ? 'plain' : flags.join('+'),
    file.foreign ? 1 : 0,
    file.mode.toString(8),
    file.uid,
    file.gid,
    file.capability === null ? '-' : attributeField(file.capability, file),
    file.handler ?? '-',
  ].join(':');
}

/** The runner writes from the initial user namespace: the kernel turns its root ids into those of the store. */
function attributeField(capability: string, { uid, store }: FileSetup): string {
  const name = imageFileName(capability, uid);
  if (name !== null) return `@${name}`;
  if (store === null) return capability.slice(2);
  return withRootId(capability, (id) => toBase(extents(keptNamespace(store).uidMap), id)).slice(2);
}
