import { parseDefinition } from '../../../app/jobs/definition/parse.ts';
import { judge, type Case, type Judgement, type Policy } from '../../../app/jobs/passport.ts';
import type { Offer } from '../../../app/jobs/ports.ts';

export const offer: Offer = {
  run: 'run',
  job: 'job',
  market: 'market',
  poster: 'poster',
  definitionCid: 'cid',
  pricePerSecond: 48n,
  timeoutSeconds: 3600,
  assignedAt: 0,
};

/** A host with a card that reports 24 GiB. */
export const allowing: Policy = {
  cards: [{ uuid: 'GPU-1', name: 'RTX 4090', memoryBytes: 24 * 1024 ** 3 }],
  hostAddress: 'host',
};

/** What Offpeak makes of a definition, which the test expects to be valid. */
export function judged(
  definition: object,
  policy = allowing,
  addresses?: Case['addresses'],
): Judgement {
  const verdict = parseDefinition(JSON.stringify(definition));
  if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
  const isolation = (gpu: boolean): string[] => [gpu ? 'with the card' : 'without the card'];
  return judge({ ...verdict, offer, policy, isolation, addresses });
}

/** Why it is declined; nothing where it is accepted. */
export function refusals(definition: object, policy = allowing): string[] {
  return judged(definition, policy).passport.refusals;
}
