import type { Card } from '../contract/gpu.ts';
import type { Rule } from './rules.ts';

/** What is remembered of a rule and a card. `at`s in milliseconds of any clock that goes on. */
export interface Watch {
  /** Since when the card is in the state, before the alert is raised. */
  readonly onSince: number | null;
  readonly isRaised: boolean;
  /** Since when it is well out of it, while the alert is raised. */
  readonly offSince: number | null;
}

export const QUIET: Watch = { onSince: null, isRaised: false, offSince: null };

/** One more reading: an alert is raised after `raiseMs` in the state, over after `clearMs` out of it. Pure. */
export function watchRule(
  watch: Watch,
  rule: Rule,
  { card, at }: { card: Card; at: number },
): Watch {
  if (watch.isRaised) {
    const isOff = rule.isOff(card);
    if (isOff === null) return watch;
    if (!isOff) return { ...watch, offSince: null };
    const offSince = watch.offSince ?? at;
    return at - offSince >= rule.clearMs ? QUIET : { ...watch, offSince };
  }
  const isOn = rule.isOn(card);
  if (isOn === null) return watch;
  if (!isOn) return QUIET;
  const onSince = watch.onSince ?? at;
  return { onSince, isRaised: at - onSince >= rule.raiseMs, offSince: null };
}
