import * as v from 'valibot';

import {
  probeResultSchemas,
  probeVersion,
  requestLineSchema,
  type ProbeFailure,
  type ProbeReply,
  type ProbeRequest,
} from '../../protocol/probe.ts';
import { accountFacts } from './accountFacts.ts';
import { binfmtEntries } from './binfmtEntries.ts';
import { directoryEntries } from './directoryEntries.ts';
import { elfSections } from './elfSections.ts';
import { fileFacts } from './fileFacts.ts';
import { kernelConfig } from './kernelConfig.ts';
import { fileText } from './fileText.ts';
import { namespaceFacts } from './namespaceFacts.ts';
import type { LoadedProbe } from './nativeProbe.ts';
import { failureOf, failureOfThrown } from './outcome.ts';
import { ownProcesses } from './ownProcesses.ts';
import { pathBelow } from './pathBelow.ts';
import { processFacts } from './processFacts.ts';
import { readPseudoFile } from './pseudoFile.ts';
import { openDevice, tunAttempt } from './tunAccess.ts';

/** The reply line to a request line, whatever the line is. Neither has a line end. */
export function answerLine(line: string, loaded: LoadedProbe): string {
  const read = readRequest(line);
  if (!read.ok) return replyLine(read.id, read);
  return replyLine(read.id, answerSafely(read.request, loaded));
}

/** The reply to a line that was too long to be gathered. */
export function answerOverlong(beginning: string): string {
  return replyLine(null, malformed(`the line is too long; it begins ${beginning}`));
}

/** Does what one request asks. */
function answer(request: ProbeRequest, { addon, probe }: LoadedProbe): ProbeReply {
  switch (request.kind) {
    case 'hello':
      return { ok: true, result: { version: probeVersion, node: process.version, addon } };
    case 'file':
      return fileFacts(request.path, probe);
    case 'sections':
      return elfSections(request.path);
    case 'openDevice':
      return openDevice(request.path);
    case 'process':
      return processFacts(request.pid, probe);
    case 'ownProcesses':
      return ownProcesses();
    case 'namespaces':
      return namespaceFacts(request.pid, probe);
    case 'account':
      return accountFacts(request.uid);
    case 'userNamespaceAttempt': {
      const refusal = probe.attemptUserNamespace();
      return 'value' in refusal
        ? { ok: true, result: { refusal: refusal.value } }
        : { ok: false, error: failureOf(refusal) };
    }
    case 'tunDevices': {
      const devices = probe.listTunDevices();
      return 'value' in devices
        ? { ok: true, result: devices.value }
        : { ok: false, error: failureOf(devices) };
    }
    case 'binfmtEntries':
      return binfmtEntries();
    case 'tunAttempt':
      return tunAttempt(request, probe);
    case 'read':
      return readPseudoFile(request.path);
    case 'kernelConfig':
      return kernelConfig(request.symbols);
    case 'directory':
      return directoryEntries(request.path);
    case 'text':
      return fileText(request.path);
    case 'pathBelow':
      return pathBelow(request.root, request.path);
  }
}

type FailedReply = Extract<ProbeReply, { ok: false }>;
type ReadRequest =
  | { readonly ok: true; readonly id: number; readonly request: ProbeRequest }
  | (FailedReply & { readonly id: number | null });

function readRequest(line: string): ReadRequest {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { id: null, ...malformed(reason) };
  }
  const whole = v.safeParse(requestLineSchema, message);
  if (whole.success) return { ok: true, id: whole.output.id, request: whole.output.request };

  const envelope = v.safeParse(envelopeSchema, message);
  const { id, v: version, kind } = envelope.success ? envelope.output : nothingKnown;
  if (version !== undefined && version !== probeVersion) {
    const reason = `this helper speaks version ${probeVersion} of the protocol, not ${JSON.stringify(version)}`;
    return { id, ...failed({ kind: 'version', reason }) };
  }
  if (kind !== undefined && !Object.hasOwn(probeResultSchemas, kind)) {
    return { id, ...failed({ kind: 'unknownKind', reason: `there is no request "${kind}"` }) };
  }
  return { id, ...malformed(whole.issues.map(describeIssue).join('; ')) };
}

/** What can be told of a line that is no request, to say so to whom it concerns. */
const envelopeSchema = v.pipe(
  v.object({
    v: v.exactOptional(v.unknown()),
    id: v.fallback(v.nullable(requestLineSchema.entries.id), null),
    request: v.fallback(v.object({ kind: v.exactOptional(v.string()) }), {}),
  }),
  v.transform(({ v: version, id, request }) => ({ v: version, id, kind: request.kind })),
);
const nothingKnown = { id: null, v: undefined, kind: undefined };

function describeIssue(issue: v.InferIssue<typeof requestLineSchema>): string {
  const place = v.getDotPath(issue);
  return place === null ? issue.message : `${place}: ${issue.message}`;
}

/** What was not foreseen, such as a file server that has forgotten the file, costs this one answer. */
function answerSafely(request: ProbeRequest, loaded: LoadedProbe): ProbeReply {
  try {
    return answer(request, loaded);
  } catch (error) {
    return failed(failureOfThrown(error));
  }
}

function replyLine(id: number | null, reply: ProbeReply): string {
  const body = reply.ok ? { ok: true, result: reply.result } : { ok: false, error: reply.error };
  return JSON.stringify({ v: probeVersion, id, ...body });
}

function malformed(reason: string): FailedReply {
  return failed({ kind: 'malformed', reason });
}

function failed(error: ProbeFailure): FailedReply {
  return { ok: false, error };
}
