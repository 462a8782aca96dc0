import type { CardRequest } from '../adapters/docker/create-options.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { OffpeakError } from '../contract/errors.ts';

/** How an engine is asked for cards. */
export interface CardWay {
  readonly cardsBy: CardRequest['Driver'];
  /** Asked in this way where its CDI list turns out to be out of date. */
  readonly cardsElseBy: 'nvidia' | null;
  /** Why it must not be asked at all. */
  readonly cardsRefused: OffpeakError | null;
}

/** How this engine is asked for cards. Without a known way the toolkit is, whose absence it tells. */
export function cardWay(facts: EngineFacts): CardWay {
  return {
    cardsBy: facts.cardsBy ?? 'nvidia',
    cardsElseBy: facts.cardsBy === 'cdi' && facts.hasToolkitRuntime ? 'nvidia' : null,
    cardsRefused: facts.ignoresCards ? refusal(facts) : null,
  };
}

// docs/decisions/006: the job would start without the card, and nobody would say so.
function refusal({ name, version }: EngineFacts): OffpeakError {
  return new OffpeakError('containers.gpu-missing', {
    message: `${name} ${version} forgets a request for the card and starts a job without it.`,
    remedy: 'Update Podman to version 5.5 or newer, or choose Docker in Settings.',
  });
}
