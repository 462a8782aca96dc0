import type { SweepPoint } from '../../contract/sweep.ts';

/** Where the curve stands out by less, it is as good as straight. */
const LEAST_BEND = 0.1;
/** Nobody wants to save power at the price of a fifth of the speed, and the network may not admit it. */
const LEAST_SHARE = 0.8;

/**
 * The limit (watts) below which the card loses more speed than it saves power: the point of the curve that is farthest
 * above the straight line between its ends (V. Satopää et al., "Finding a Kneedle in a Haystack", 2011). Null where
 * there is none. Pure.
 */
export function kneeOf(points: readonly SweepPoint[]): number | null {
  const told = points.flatMap(({ watts, ...point }) =>
    watts === null ? [] : [{ ...point, watts }],
  );
  const watts = told.map((point) => point.watts);
  const speeds = told.map((point) => point.perSecond);
  const [least, most] = [Math.min(...watts), Math.max(...watts)];
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)];
  if (told.length < 3 || most <= least || fastest <= slowest) return null;
  const bends = told
    .filter(({ share }) => share >= LEAST_SHARE)
    .map(({ capWatts, watts: drawn, perSecond }) => ({
      capWatts,
      bend: (perSecond - slowest) / (fastest - slowest) - (drawn - least) / (most - least),
    }));
  const knee = bends.toSorted((one, other) => other.bend - one.bend)[0];
  return knee !== undefined && knee.bend >= LEAST_BEND ? knee.capWatts : null;
}
