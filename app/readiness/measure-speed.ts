import { openSpeedServer, type OnBytes, type SpeedServer } from '../adapters/speed-server.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { SpeedResult, SpeedState } from '../contract/readiness.ts';
import { median, rateOf, type Piece } from './rate.ts';

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
      { ...budget, bytes: budget.downloadBytes, firstBytes: budget.requestBytes },
      signal,
    );
    onStep('upload');
    const upload = await flow(
      async (bytes, onBytes, stop) => {
        await server.upload(bytes, stop);
        onBytes(bytes);
      },
      { ...budget, bytes: budget.uploadBytes, firstBytes: FIRST_UPLOAD_BYTES },
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

/** Uploads count when the server has them, so that they begin small and grow to about this time. */
const FIRST_UPLOAD_BYTES = 32 * 1024;
const REQUEST_MS = 750;
const MAX_GROWTH = 4;

interface FlowBudget extends SpeedBudget {
  /** All that may be moved in this direction. */
  readonly bytes: number;
  readonly firstBytes: number;
}

type Transfer = (bytes: number, onBytes: OnBytes, signal: AbortSignal) => Promise<void>;

/** Keeps several transfers going until the bytes or the time are used up. Rejects as `measureSpeed`. */
async function flow(
  transfer: Transfer,
  { bytes, firstBytes, flowMs, streams, requestBytes }: FlowBudget,
  signal: AbortSignal,
): Promise<{ bitsPerSecond: number; bytes: number }> {
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const began = performance.now();
  const nowMs = (): number => performance.now() - began;
  const pieces: Piece[] = [];
  let left = bytes;
  const stream = async (): Promise<void> => {
    for (let size = firstBytes; left > 0;) {
      const taken = Math.min(left, Math.round(size));
      left -= taken;
      const startMs = nowMs();
      let fromMs = startMs;
      const count = (more: number): void => {
        if (stop.aborted) return;
        const toMs = nowMs();
        pieces.push({ fromMs, toMs, bytes: more });
        fromMs = toMs;
      };
      await transfer(taken, count, stop);
      const growth = REQUEST_MS / Math.max(nowMs() - startMs, 1);
      size = Math.min(requestBytes, size * Math.min(growth, MAX_GROWTH));
    }
  };
  const late = setTimeout(() => enough.abort(), flowMs);
  try {
    await Promise.all(Array.from({ length: streams }, stream));
  } catch (error) {
    // The time is used up: that is how a measurement usually ends.
    if (!enough.signal.aborted || signal.aborted) throw error;
  } finally {
    clearTimeout(late);
    enough.abort();
  }
  const bitsPerSecond = rateOf(pieces);
  if (bitsPerSecond === null) {
    const message = 'The connection is too slow to be measured.';
    throw new OffpeakError('readiness.speed-unusable', { message });
  }
  return { bitsPerSecond, bytes: pieces.reduce((sum, piece) => sum + piece.bytes, 0) };
}
