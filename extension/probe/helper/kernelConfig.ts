import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';

import type { ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** It does not change while the kernel runs. */
let config: { readonly source: string; readonly built: ReadonlyMap<string, 'y' | 'm'> } | null =
  null;

/** Settings of the running kernel's configuration: the kernel's own copy, else the distribution's. */
export function kernelConfig(symbols: readonly string[]): ProbeReply<'kernelConfig'> {
  const found = config === null ? readConfig() : { value: config };
  if (!('value' in found)) return { ok: false, error: failureOf(found) };
  config = found.value;
  const { source, built } = config;
  const settings = Object.fromEntries(
    symbols.map((symbol) => [symbol, built.get(symbol) ?? 'n'] as const),
  );
  return { ok: true, result: { source, settings } };
}

function readConfig() {
  const own = '/proc/config.gz';
  const packed = outcomeOf(own, () => ({
    source: own,
    built: builtIn(gunzipSync(readFileSync(own)).toString('latin1')),
  }));
  if ('value' in packed) return packed;
  const installed = `/boot/config-${release()}`;
  return outcomeOf(installed, () => ({
    source: installed,
    built: builtIn(readFileSync(installed, 'latin1')),
  }));
}

/** Each symbol that is not left out, without its prefix: built in, or as a module. */
function builtIn(text: string): ReadonlyMap<string, 'y' | 'm'> {
  return new Map(
    Array.from(text.matchAll(/^CONFIG_(\w+)=([ym])$/gm), ([, symbol = '', value]) => [
      symbol,
      value === 'm' ? 'm' : 'y',
    ]),
  );
}
