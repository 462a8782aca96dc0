import { HYSTERESIS_C } from '../contract/heat.ts';

/*
 * Lending pauses while a card is too hot, and goes on once it has cooled well below the limit: a card
 * that stood just below it would be hot again after a minute of work.
 */

/** Why a card is not lent now. */
export interface Cooling {
  readonly temperatureC: number;
  readonly limitC: number;
  /** At or below this it is lent again. */
  readonly resumeC: number;
  /** How long it will take as fast as it cools now; null while it does not. Milliseconds. */
  readonly resumesInMs: number | null;
}

/** What the guard of one card remembers. */
export interface Guard {
  /** Since when the card has been at the limit or above; null while it is below. */
  readonly hotSince: number | null;
  /** The readings since it began to cool, of the last minute; null while it is lent. */
  readonly trail: readonly Reading[] | null;
}

/** `at` in milliseconds of any clock. */
export interface Reading {
  readonly at: number;
  readonly temperatureC: number;
}

export const COOL: Guard = { hotSince: null, trail: null };

/** So long a card may stand at the limit: a peak of a second is no heat. */
const PATIENCE_MS = 20_000;
/** So far above the limit there is no patience. */
const FAR_ABOVE_C = 5;
/** A reading that wavers at the limit is still at the limit. */
const NOISE_C = 2;
const TRAIL_MS = 60_000;

/** What the guard knows after one more reading of its card. Pure. */
export function advanceGuard(guard: Guard, reading: Reading, limitC: number): Guard {
  const { at, temperatureC } = reading;
  if (guard.trail !== null) {
    if (temperatureC <= limitC - HYSTERESIS_C) return COOL;
    const recent = guard.trail.filter((one) => at - one.at <= TRAIL_MS && one.at <= at);
    return { hotSince: null, trail: [...recent, reading] };
  }
  if (temperatureC < limitC - NOISE_C) return COOL;
  if (temperatureC < limitC && guard.hotSince === null) return COOL;
  const hotSince = Math.min(guard.hotSince ?? at, at);
  const isTooHot = at - hotSince >= PATIENCE_MS || temperatureC >= limitC + FAR_ABOVE_C;
  return isTooHot ? { hotSince: null, trail: [reading] } : { hotSince, trail: null };
}

/** Why the card is not lent; null where it may be. Pure. */
export function coolingOf({ trail }: Guard, limitC: number): Cooling | null {
  const [first] = trail ?? [];
  const last = trail?.at(-1);
  if (first === undefined || last === undefined) return null;
  const resumeC = limitC - HYSTERESIS_C;
  const fallen = first.temperatureC - last.temperatureC;
  const left = last.temperatureC - resumeC;
  const resumesInMs = fallen <= 0 ? null : Math.round((left * (last.at - first.at)) / fallen);
  return { temperatureC: last.temperatureC, limitC, resumeC, resumesInMs };
}
