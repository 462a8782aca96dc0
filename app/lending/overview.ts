import { phaseOf } from '../availability/phase.ts';
import type { IdentityState } from '../contract/identity-state.ts';
import type { Problem } from '../contract/gpu.ts';
import type { HostState } from '../contract/state.ts';
import type { CommonFacts } from './lender.ts';
import { leadingOf } from './leading.ts';

type Slices = Pick<HostState, 'identities' | 'job' | 'queue' | 'market' | 'wallet'> &
  Pick<HostState['host'], 'phase' | 'reason'>;

/**
 * What Home shows of all identities together: the leading one speaks for them, and their money is
 * added up. `problem` says why there is none, where there is none. Pure.
 */
export function overviewOf(
  identities: readonly IdentityState[],
  common: CommonFacts,
  problem: Problem | null,
): Slices {
  const leading = leadingOf(identities);
  const { phase, reason } = leading ?? withoutIdentity(common, problem);
  return {
    phase,
    reason,
    identities: [...identities],
    job: leading?.job ?? null,
    queue: leading?.queue ?? null,
    market: leading?.market ?? null,
    wallet: {
      address: leading?.address ?? null,
      nos: sum(identities.map(({ nos }) => nos)),
      lamports: sum(identities.map(({ lamports }) => lamports)),
    },
  };
}

function withoutIdentity(common: CommonFacts, problem: Problem | null) {
  return phaseOf({
    ...common,
    handedBack: false,
    hasCard: true,
    cooling: null,
    measuring: false,
    network: problem ?? 'connecting',
    admission: null,
    job: null,
    jobProblem: null,
    queue: null,
    joinProblem: null,
  });
}

/** Null where nothing is known yet. */
function sum(amounts: readonly (string | null)[]): string | null {
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0) return null;
  return String(known.reduce((total, amount) => total + BigInt(amount), 0n));
}
