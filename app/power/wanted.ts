import type { PowerKind, PowerSetting, PowerWishes } from '../contract/power.ts';

/** All that decides which settings of a card are changed now. */
export interface PowerFacts {
  /** Only then do the owner's wishes hold. */
  readonly isLent: boolean;
  readonly wishes: PowerWishes;
  /** Being tried: it holds for some seconds, lent or not. */
  readonly trial: PowerSetting | null;
  /** The limit that keeps the card quiet now, in watts. */
  readonly quietWatts: number | null;
  /** The limit at which it is being measured: then nothing else is changed. */
  readonly measuredWatts: number | null;
}

/** The settings that shall be in force; what is not there is the card's own. Pure. */
export function wantedOf(facts: PowerFacts): ReadonlyMap<PowerKind, number> {
  const { isLent, wishes, trial, quietWatts, measuredWatts } = facts;
  if (measuredWatts !== null) return new Map([['cap', measuredWatts]]);
  const wanted = new Map<PowerKind, number>();
  if (isLent) {
    const caps = [wishes.cap, quietWatts].filter((watts) => watts !== null);
    if (caps.length > 0) wanted.set('cap', Math.min(...caps));
    if (wishes.clocks !== null) wanted.set('clocks', wishes.clocks);
    if (wishes.fan !== null) wanted.set('fan', wishes.fan);
  }
  if (trial !== null) wanted.set(trial.kind, trial.value);
  return wanted;
}
