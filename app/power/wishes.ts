import { PowerWishes } from '../contract/power.ts';
import type { Settings } from '../storage/settings.ts';

/** Of a card that the owner has never asked anything of. */
const NO_WISHES: PowerWishes = { cap: null, clocks: null, fan: null, quiet: null };

/** What the owner wants of this card while it is lent, as it is kept. */
export function readWishes(settings: Settings, card: string): PowerWishes {
  const text = settings.get(keyOf(card));
  if (text === null) return NO_WISHES;
  return PowerWishes.safeParse(JSON.parse(text)).data ?? NO_WISHES;
}

export function keepWishes(settings: Settings, card: string, wishes: PowerWishes): void {
  settings.set(keyOf(card), JSON.stringify(wishes));
}

function keyOf(card: string): string {
  return `power.wishes.${card}`;
}
