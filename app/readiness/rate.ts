/** Bytes that went through in a span of time, counted from the beginning. */
export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

/** Connections grow to their speed in this time at most (TCP slow start, requests that grow). */
const SLOW_START_MS = 1500;
const WINDOW_MS = 500;
const ENOUGH_WINDOWS = 3;

/**
 * The speed of a transfer in bits per second: the median over its windows without the slow start
 * (the first 1.5 s, a third at most), so that one stall or burst does not count. Each piece is taken
 * as spread evenly over its time. Null when nothing moved.
 */
export function rateOf(pieces: readonly Piece[]): number | null {
  const endMs = Math.max(0, ...pieces.map(({ toMs }) => toMs));
  const steadyMs = Math.min(SLOW_START_MS, endMs / 3);
  const windows = Math.floor((endMs - steadyMs) / WINDOW_MS);
  const rates = Array.from({ length: windows }, (_, window) => {
    const fromMs = steadyMs + window * WINDOW_MS;
    return rateWithin(pieces, fromMs, fromMs + WINDOW_MS);
  });
  const middle = windows < ENOUGH_WINDOWS ? null : median(rates);
  // Of a short transfer, or one that stands still most of the time, only the mean says something.
  const rate = middle || rateWithin(pieces, steadyMs, endMs) || rateWithin(pieces, 0, endMs);
  return rate > 0 ? rate : null;
}

/** The middle value; the mean of the two in the middle of an even number. Null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function rateWithin(pieces: readonly Piece[], fromMs: number, toMs: number): number {
  if (toMs <= fromMs) return 0;
  let bytes = 0;
  for (const piece of pieces) {
    const overlapMs = Math.min(piece.toMs, toMs) - Math.max(piece.fromMs, fromMs);
    const lengthMs = piece.toMs - piece.fromMs;
    if (lengthMs > 0 && overlapMs > 0) bytes += (piece.bytes * overlapMs) / lengthMs;
    // One that came in no time belongs to the window that ends with it or after it.
    else if (lengthMs === 0 && piece.toMs > fromMs && piece.toMs <= toMs) bytes += piece.bytes;
  }
  return (bytes * 8000) / (toMs - fromMs);
}
