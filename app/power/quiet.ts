import type { Card } from '../contract/gpu.ts';
import type { QuietProfile } from '../contract/power.ts';

/** How far the power limit is lowered for quiet; `watts` is null while it is not. */
export interface Quiet {
  readonly watts: number | null;
  /** When (milliseconds of a clock that is never set) the last step was taken, and since when it is quiet enough. */
  readonly steppedAt: number | null;
  readonly calmSince: number | null;
}

export const LOUD: Quiet = { watts: null, steppedAt: null, calmSince: null };

/** A card and its fans follow a new limit slowly. */
const STEP_MS = 20_000;
/** One step, as a share of the card's usual limit. */
const STEP = 0.05;
/** So long it has to be well below the ceiling before it gets a step back, and this much. */
const CALM_MS = 180_000;
const MARGIN = { fan: 8, temperature: 4 } as const;

export interface QuietMoment {
  /** Milliseconds of a clock that is never set. */
  readonly at: number;
  /** Minutes since midnight, local time. */
  readonly minute: number;
  readonly card: Pick<
    Card,
    | 'fanPercent'
    | 'temperatureC'
    | 'powerWatts'
    | 'powerLimitWatts'
    | 'powerDefaultWatts'
    | 'powerMinWatts'
  >;
}

/** One reading later. Outside of its hours the card is left alone. Pure. */
export function advanceQuiet(quiet: Quiet, profile: QuietProfile, moment: QuietMoment): Quiet {
  const { at, minute, card } = moment;
  const usual = card.powerDefaultWatts;
  const now = profile.most.kind === 'fan' ? card.fanPercent : card.temperatureC;
  if (!isWithin(profile, minute)) return LOUD;
  if (usual === null || now === null) return quiet;
  const most = profile.most.kind === 'fan' ? profile.most.percent : profile.most.celsius;
  const isCalm = now <= most - MARGIN[profile.most.kind];
  const calmSince = isCalm ? (quiet.calmSince ?? at) : null;
  const isTime = quiet.steppedAt === null || at - quiet.steppedAt >= STEP_MS;
  if (now > most && isTime) {
    return { watts: lowered(quiet.watts, usual * STEP, card), steppedAt: at, calmSince };
  }
  if (quiet.watts !== null && calmSince !== null && at - calmSince >= CALM_MS) {
    const watts = Math.round(quiet.watts + usual * STEP);
    return { watts: watts >= usual ? null : watts, steppedAt: at, calmSince: at };
  }
  return { ...quiet, calmSince };
}

/** From 22:00 to 7:00 goes over midnight; from a time to the same time is the whole day. */
export function isWithin({ fromMinute, toMinute }: QuietProfile, minute: number): boolean {
  if (fromMinute === toMinute) return true;
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}

// A limit far above what it draws would take many steps to be felt; at rest it draws less than any limit.
function lowered(watts: number | null, step: number, card: QuietMoment['card']): number {
  const least = card.powerMinWatts ?? 0;
  const limit = card.powerLimitWatts ?? card.powerDefaultWatts ?? least;
  const drawn = card.powerWatts !== null && card.powerWatts > least ? card.powerWatts : limit;
  return Math.round(Math.max((watts ?? Math.min(limit, drawn)) - step, least));
}
