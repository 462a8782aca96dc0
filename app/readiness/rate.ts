/** How many bytes had gone through at a moment, counted from the beginning. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Connections grow to their speed in this time at most (TCP slow start, buffers that fill). */
const SLOW_START_MS = 1500;
/** Shorter windows would show single packets. */
const WINDOW_MS = 250;
const ENOUGH_WINDOWS = 3;

/**
 * The speed of a transfer in bits per second: the median over its windows without the slow start
 * (the first 1.5 s, a third at most), so that one stall or burst does not count. Null when nothing
 * moved.
 */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.bytes <= first.bytes) return null;
  const slowMs = Math.min(SLOW_START_MS, (last.atMs - first.atMs) / 3);
  const steady = samples.filter(({ atMs }) => atMs >= first.atMs + slowMs);
  const rates = windowRates(steady);
  const middle = rates.length < ENOUGH_WINDOWS ? null : median(rates);
  // Bytes that come in rare bursts leave most windows empty: then only the mean says something.
  return middle || rateBetween(steady[0] ?? first, last) || rateBetween(first, last);
}

/** The middle value; the mean of the two in the middle of an even number. Null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function windowRates(samples: readonly Sample[]): number[] {
  const rates: number[] = [];
  let start = samples[0];
  for (const sample of samples) {
    if (start === undefined || sample.atMs - start.atMs < WINDOW_MS) continue;
    rates.push(rateBetween(start, sample) ?? 0);
    start = sample;
  }
  return rates;
}

function rateBetween(from: Sample, to: Sample): number | null {
  const ms = to.atMs - from.atMs;
  return ms > 0 && to.bytes > from.bytes ? ((to.bytes - from.bytes) * 8 * 1000) / ms : null;
}
