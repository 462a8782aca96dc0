import type { IdentityState } from '../contract/identity-state.ts';
import type { Phase } from '../contract/phase.ts';

/** What a person should hear of first: work that earns, then what asks for a hand, then waiting. */
const RANK: readonly Phase[] = [
  'yielding',
  'working',
  'needs-you',
  'preparing',
  'available',
  'waiting',
  'yielded',
  'paused',
  'off',
];

/**
 * The identity that speaks for the whole host where there are several: its phase and reason are
 * Home's. The first of equals, so that it does not change without need; null without any. Pure.
 */
export function leadingOf(identities: readonly IdentityState[]): IdentityState | null {
  return identities.reduce<IdentityState | null>(
    (best, one) => (best === null || rank(one) < rank(best) ? one : best),
    null,
  );
}

function rank({ phase }: IdentityState): number {
  return RANK.indexOf(phase);
}
