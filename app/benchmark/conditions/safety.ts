import type { Card, SlowReason } from '../../contract/gpu.ts';

/** A card of which nothing better is known is not heated beyond this. */
const HOTTEST_C = 83;
/** Nor is any, whatever it says that it bears. */
const NEVER_C = 88;
/** Below what the card calls its highest temperature. */
const MARGIN_C = 3;
const HOTTEST_MEMORY_C = 100;
/** A peak of one reading is no reason. */
const LASTING_MS = 2_000;
/** A fan that stands still while the card heats up this fast does not work. */
const WARM_C = 70;
const STEEP_C_PER_SECOND = 2;

/** The hardware itself pulls the brake: heat, or too little power from supply or cable. */
const EMERGENCIES: Readonly<Partial<Record<SlowReason, string>>> = {
  hardware: 'the card slowed itself down to protect itself',
  'hardware-heat': 'the card slowed itself down for heat',
  'power-brake': 'the power supply told the card to slow down',
};

/**
 * Whether a card may be loaded further. Limits after NVIDIA's published highest temperatures (93 °C on
 * RTX 30, 90 °C on RTX 40 and 50) with a margin; what is above one has to last.
 */
export class Safety {
  readonly #since = new Map<string, number>();
  #before: { readonly at: number; readonly temperatureC: number } | null = null;

  /** Takes a reading (a clock that cannot be set, in milliseconds); why to stop, in words, or null. */
  take(card: Card, now: number): string | null {
    const wrong = this.#wrongOf(card, now);
    for (const words of this.#since.keys()) if (!wrong.has(words)) this.#since.delete(words);
    for (const [kind, words] of wrong) {
      const since = this.#since.get(kind) ?? now;
      this.#since.set(kind, since);
      if (now - since >= LASTING_MS) return words;
    }
    return null;
  }

  #wrongOf(card: Card, now: number): Map<string, string> {
    const wrong = new Map<string, string>();
    const { temperatureC, memoryTemperatureC } = card;
    const limit = limitOf(card);
    if (temperatureC !== null && temperatureC >= limit) {
      wrong.set('core', `the card is ${temperatureC} °C hot, and ${limit} °C is the limit here`);
    }
    if (memoryTemperatureC !== null && memoryTemperatureC >= HOTTEST_MEMORY_C) {
      wrong.set('memory', `its memory is ${memoryTemperatureC} °C hot`);
    }
    for (const reason of card.slowReasons ?? []) {
      const words = EMERGENCIES[reason];
      if (words !== undefined) wrong.set(reason, words);
    }
    if (this.#heatsWithoutFan(card, now))
      wrong.set('fan', 'its fan stands still while it heats up');
    return wrong;
  }

  #heatsWithoutFan({ temperatureC, fanPercent }: Card, now: number): boolean {
    const before = this.#before;
    if (temperatureC === null) return false;
    this.#before = { at: now, temperatureC };
    if (before === null || fanPercent !== 0 || temperatureC < WARM_C) return false;
    const rise = (temperatureC - before.temperatureC) / ((now - before.at) / 1000);
    return rise > STEEP_C_PER_SECOND || this.#since.has('fan');
  }
}

function limitOf({ highestC }: Card): number {
  return highestC === null ? HOTTEST_C : Math.min(highestC - MARGIN_C, NEVER_C);
}
