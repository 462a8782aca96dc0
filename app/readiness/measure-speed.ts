import { openSpeedServer, type OnBytes, type SpeedServer } from '../adapters/speed-server.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { SpeedResult, SpeedState } from '../contract/readiness.ts';
import { median, rateOf, type Sample } from './rate.ts';

/** What one measurement may use. */
export interface SpeedBudget {
  readonly pings: number;
  readonly pingMs: number;
  readonly downloadBytes: number;
  readonly uploadBytes: number;
  /** For each direction. */
  readonly flowMs: number;
  /** Transfers at a time: one alone is slowed by distance and by losses. */
  readonly streams: number;
  readonly requestBytes: number;
}

/**
 * Enough to tell 500 Mb/s, and far below what Cloudflare's own client uses by default (README of
 * github.com/cloudflare/speedtest, "Measurement config": single requests of up to 250 MB).
 */
export const SPEED_BUDGET: SpeedBudget = {
  pings: 11,
  pingMs: 5000,
  downloadBytes: 250e6,
  uploadBytes: 125e6,
  flowMs: 8000,
  streams: 6,
  requestBytes: 25e6,
};

/** The most that a measurement moves, both ways together, and how long it takes at most. */
export function costOf(budget: SpeedBudget): Pick<SpeedState, 'maxBytes' | 'maxSeconds'> {
  return {
    maxBytes: budget.downloadBytes + budget.uploadBytes,
    maxSeconds: (budget.pingMs + 2 * budget.flowMs) / 1000,
  };
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onStep: (step: NonNullable<SpeedState['step']>) => void;
  readonly budget?: SpeedBudget;
}

/**
 * Measures the connection against a speed server: latency, then download, then upload, each with
 * several transfers at a time and within the budget of bytes and time. Rejects with
 * `readiness.speed-…`, or with the signal's reason.
 */
export async function measureSpeed(
  base: URL,
  { signal, onStep, budget = SPEED_BUDGET }: MeasureOptions,
): Promise<Omit<SpeedResult, 'at'>> {
  const server = openSpeedServer(base);
  try {
    onStep('latency');
    const latencyMs = await latencyOf(server, budget, signal);
    onStep('download');
    const download = await flow(
      (bytes, onBytes, stop) => server.download(bytes, onBytes, stop),
      { ...budget, bytes: budget.downloadBytes },
      signal,
    );
    onStep('upload');
    const upload = await flow(
      (bytes, onBytes, stop) => server.upload(bytes, onBytes, stop),
      { ...budget, bytes: budget.uploadBytes },
      signal,
    );
    return {
      host: base.host,
      latencyMs,
      downloadBitsPerSecond: download.bitsPerSecond,
      uploadBitsPerSecond: upload.bitsPerSecond,
      usedBytes: download.bytes + upload.bytes,
    };
  } finally {
    server.close();
  }
}

// The first ping connects, and does not count.
async function latencyOf(
  server: SpeedServer,
  { pings, pingMs }: SpeedBudget,
  signal: AbortSignal,
): Promise<number> {
  const late = AbortSignal.timeout(pingMs);
  const stop = AbortSignal.any([signal, late]);
  const times: number[] = [];
  try {
    for (let ping = 0; ping < pings; ping += 1) times.push(await server.ping(stop));
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
  }
  const middle = median(times.slice(1));
  if (middle === null) throw new OffpeakError('readiness.speed-unreachable');
  return middle;
}

const SAMPLE_MS = 100;

type Transfer = (bytes: number, onBytes: OnBytes, signal: AbortSignal) => Promise<void>;

/** Keeps several transfers going until the bytes or the time are used up. */
async function flow(
  transfer: Transfer,
  { bytes, flowMs, streams, requestBytes }: SpeedBudget & { readonly bytes: number },
  signal: AbortSignal,
): Promise<{ bitsPerSecond: number; bytes: number }> {
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const began = performance.now();
  const samples: Sample[] = [{ atMs: 0, bytes: 0 }];
  let left = bytes;
  let moved = 0;
  const count = (more: number): void => {
    if (!stop.aborted) moved += more;
  };
  const sample = (): unknown => samples.push({ atMs: performance.now() - began, bytes: moved });
  const stream = async (): Promise<void> => {
    while (left > 0) {
      const taken = Math.min(left, requestBytes);
      left -= taken;
      await transfer(taken, count, stop);
    }
  };
  const ticker = setInterval(sample, SAMPLE_MS);
  const late = setTimeout(() => enough.abort(), flowMs);
  try {
    await Promise.all(Array.from({ length: streams }, stream));
  } catch (error) {
    // The time is used up: that is how a measurement usually ends.
    if (!enough.signal.aborted || signal.aborted) throw error;
  } finally {
    clearInterval(ticker);
    clearTimeout(late);
    enough.abort();
  }
  sample();
  const bitsPerSecond = rateOf(samples);
  if (bitsPerSecond === null) throw new OffpeakError('readiness.speed-unusable');
  return { bitsPerSecond, bytes: moved };
}
