import type {
  CardReadiness,
  Readiness,
  ReadinessVerdict,
  Requirement,
  SpeedResult,
} from '../contract/readiness.ts';
import { cardRules, noCardRule } from './card-rules.ts';
import { containerRules } from './container-rules.ts';
import { driverRule } from './driver-rule.ts';
import type { Facts } from './facts.ts';
import { headlineOf, headlineOfCards } from './headline.ts';
import type { PublishedThresholds } from './limits.ts';
import { machineRules } from './machine-rules.ts';
import { platformRule } from './platform-rule.ts';
import { speedRules } from './speed-rules.ts';

type Judgement = Pick<Readiness, 'verdict' | 'headline' | 'requirements' | 'cards'>;

/**
 * Holds what is known of this computer against what is asked. What all cards share stands once; each
 * card has a verdict of its own, and the best of them is the computer's.
 */
export function judge(
  facts: Facts,
  published: PublishedThresholds | null,
  speed: SpeedResult | null,
): Judgement {
  const report = facts.cards;
  const shared = [
    platformRule(facts.machine.platform),
    driverRule(report, published),
    ...(report.cards.length === 0 ? [noCardRule(facts)] : []),
    ...machineRules(facts, published),
    ...speedRules(facts, published, speed),
    ...containerRules(facts),
  ];
  const cards = report.cards.map((card): CardReadiness => {
    const own = cardRules(card, facts, published);
    const all = [...shared, ...own];
    const verdict = verdictOf(all);
    return {
      index: card.index,
      uuid: card.uuid,
      name: card.name,
      verdict,
      headline: headlineOf(verdict, all),
      requirements: own,
    };
  });
  const [first] = cards;
  if (first === undefined) {
    const verdict = verdictOf(shared);
    return { verdict, headline: headlineOf(verdict, shared), requirements: shared, cards };
  }
  const best = cards.reduce((one, other) =>
    ORDER.indexOf(other.verdict) < ORDER.indexOf(one.verdict) ? other : one,
  );
  const headline = cards.length === 1 ? best.headline : headlineOfCards(best, cards);
  return { verdict: best.verdict, headline, requirements: shared, cards };
}

/** Best first. */
const ORDER: readonly ReadinessVerdict[] = ['ready', 'fixable', 'practice-only', 'measuring'];

/** Ready only when all that is required is known to be there: nothing is taken for granted. */
function verdictOf(requirements: readonly Requirement[]): ReadinessVerdict {
  const required = requirements.filter((one) => one.required);
  if (required.some((one) => one.verdict === 'unfixable')) return 'practice-only';
  return required.every((one) => one.verdict === 'met') ? 'ready' : 'fixable';
}
