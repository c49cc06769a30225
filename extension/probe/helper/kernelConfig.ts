import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';

import type { ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** It does not change while the kernel runs. */
let config: { readonly source: string; readonly text: string } | null = null;

/** Settings of the running kernel's configuration: the kernel's own copy, else the distribution's. */
export function kernelConfig(symbols: readonly string[]): ProbeReply<'kernelConfig'> {
  const found = config === null ? readConfig() : { value: config };
  if (!('value' in found)) return { ok: false, error: failureOf(found) };
  config = found.value;
  const { source, text } = config;
  const settings = Object.fromEntries(
    symbols.map((symbol) => {
      const value = new RegExp(`^CONFIG_${symbol}=([ym])$`, 'm').exec(text)?.[1];
      return [symbol, value === 'y' || value === 'm' ? value : 'n'] as const;
    }),
  );
  return { ok: true, result: { source, settings } };
}

function readConfig() {
  const own = '/proc/config.gz';
  const packed = outcomeOf(own, () => ({
    source: own,
    text: gunzipSync(readFileSync(own)).toString('latin1'),
  }));
  if ('value' in packed) return packed;
  const installed = `/boot/config-${release()}`;
  return outcomeOf(installed, () => ({
    source: installed,
    text: readFileSync(installed, 'latin1'),
  }));
}
