import { advanceGuard, COOL, type Cooling, coolingOf, type Guard } from './thermal-guard.ts';

/** A card as far as its heat matters; null where it does not tell. */
export interface WarmCard {
  readonly uuid: string;
  readonly temperatureC: number | null;
}

/** One guard for each card of this computer. */
export class ThermalGuards {
  readonly #limitC: () => number;
  readonly #guards = new Map<string, Guard>();

  /** `limitC` is the owner's, in degrees Celsius; it may change at any time. */
  constructor(limitC: () => number) {
    this.#limitC = limitC;
  }

  /** Takes a reading of the cards; one that does not tell, or is not there, stays as it was. */
  see(cards: readonly WarmCard[], at: number): void {
    for (const { uuid, temperatureC } of cards) {
      if (temperatureC === null) continue;
      const guard = this.#guards.get(uuid) ?? COOL;
      this.#guards.set(uuid, advanceGuard(guard, { at, temperatureC }, this.#limitC()));
    }
  }

  /** Why this card is not lent now; null where it may be. */
  of(uuid: string): Cooling | null {
    return coolingOf(this.#guards.get(uuid) ?? COOL, this.#limitC());
  }
}
