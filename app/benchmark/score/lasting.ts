import type { Finding, Sustained } from '../../contract/benchmark.ts';
import { causeOf } from './causes.ts';
import type { Conditions } from './score.ts';

/** Of the speed at the beginning, this much is left of a card that is cooled well. */
const KEPT = 0.95;
/** A card at the limit that its maker set loses up to this much to its heat, and is well. */
const KEPT_AT_LIMIT = 0.85;

/** What is wrong with a card that becomes slower under load; null where it does not. Pure. */
export function lastingOf(
  { retention, observed }: Pick<Sustained, 'retention' | 'observed'>,
  conditions: Pick<Conditions, 'powerDefaultWatts'>,
): Finding | null {
  if (retention === null || retention >= KEPT) return null;
  const left = `Under load it goes down to ${Math.round(retention * 100)} % of its speed`;
  const cause = causeOf(observed, conditions);
  if (cause !== null) {
    const { finding, afterSeconds } = cause;
    return { ...finding, message: `${left} after ${afterSeconds} s: ${finding.message}.` };
  }
  const isAtLimit = observed?.slowedBy.some(({ reason }) => reason === 'power-cap') ?? false;
  if (isAtLimit && retention >= KEPT_AT_LIMIT) return null;
  const why = isAtLimit ? ', held back by the power limit of its maker' : '; it does not say why';
  return {
    code: 'slows-down',
    message: `${left}${why}.`,
    remedy:
      'Clean its fans and filters, see that air gets into and out of the case, and measure again.',
  };
}
