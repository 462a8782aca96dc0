import type { Finding, Observed } from '../../contract/benchmark.ts';
import type { SlowReason } from '../../contract/gpu.ts';
import type { Conditions } from './score.ts';

/** A reason that was told less often is none. */
const LASTING = 0.1;

/** Why a card was slow. */
export interface Cause {
  /** Its message is the rest of a sentence. */
  readonly finding: Finding;
  /** When it was first told. */
  readonly afterSeconds: number;
}

/** The gravest cause that the card told; null where it told none that matters. Pure. */
export function causeOf(
  observed: Observed | null,
  { powerDefaultWatts }: Pick<Conditions, 'powerDefaultWatts'>,
): Cause | null {
  if (observed === null) return null;
  const told = (...reasons: SlowReason[]): number | null => {
    const lasting = observed.slowedBy.filter(
      ({ reason, share }) => reasons.includes(reason) && share > LASTING,
    );
    return lasting.length === 0
      ? null
      : Math.min(...lasting.map(({ afterSeconds }) => afterSeconds));
  };
  const supply = told('power-brake');
  if (supply !== null) return { finding: SUPPLY, afterSeconds: supply };
  const heat = told('heat', 'hardware-heat', 'hardware');
  if (heat !== null) return { finding: hot(observed), afterSeconds: heat };
  const cap = told('power-cap');
  const finding = loweredLimit(observed.powerLimitWatts, powerDefaultWatts);
  return cap === null || finding === null ? null : { finding, afterSeconds: cap };
}

const SUPPLY: Finding = {
  code: 'slowed-by-supply',
  message: 'the power supply told it to slow down',
  remedy: 'Check the power cables of the card, each on a line of its own, and the supply.',
};

function hot({ temperatureC }: Observed): Finding {
  return {
    code: 'slowed-by-heat',
    message: `it slowed itself down for heat${temperatureC === null ? '' : `, at ${temperatureC} °C`}`,
    remedy: 'Clean its fans and filters, and see that air gets into and out of the case.',
  };
}

function loweredLimit(limit: number | null, usual: number | null): Finding | null {
  // Limits are told in milliwatts, and rounded.
  if (limit === null || usual === null || limit >= usual - 1) return null;
  return {
    code: 'lowered-power-limit',
    message: `its power limit is ${Math.round(limit)} W, and ${Math.round(usual)} W is usual`,
    remedy: 'That saves energy. Raise the limit again if you want its whole speed.',
  };
}
