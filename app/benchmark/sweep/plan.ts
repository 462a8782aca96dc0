import type { Card } from '../../contract/gpu.ts';
import { OffpeakError } from '../../contract/errors.ts';

/** How long things take, in seconds of the load. */
export interface SweepLengths {
  /** Before the first limit, so that it is not measured on a cool card. */
  readonly warmUp: number;
  /** After each change: clocks and power follow within seconds, heat does not have to. */
  readonly settle: number;
  readonly measure: number;
}

export const SWEEP_LENGTHS: SweepLengths = { warmUp: 45, settle: 12, measure: 30 };

const POINTS = 6;
/** Below half of their usual limit cards do little for what they draw at rest. */
const LOWEST_SHARE = 0.5;
/** In a narrower range the points would differ by less than they scatter. */
const LEAST_RANGE = 0.1;

/** The power limits to measure at, in watts, from the usual one downwards. Throws `benchmark.no-caps`. */
export function capsOf(
  card: Pick<Card, 'powerDefaultWatts' | 'powerMinWatts' | 'powerMaxWatts'>,
): number[] {
  const { powerDefaultWatts: usual, powerMinWatts: least, powerMaxWatts: most } = card;
  if (usual === null || least === null || most === null)
    throw new OffpeakError('benchmark.no-caps');
  const low = Math.ceil(Math.max(least, usual * LOWEST_SHARE));
  const high = Math.floor(usual);
  if (high - low < usual * LEAST_RANGE) throw new OffpeakError('benchmark.no-caps');
  return Array.from({ length: POINTS }, (_, place) =>
    Math.round(high - ((high - low) * place) / (POINTS - 1)),
  );
}
