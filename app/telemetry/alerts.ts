import type { Card } from '../contract/gpu.ts';
import type { Alert } from '../contract/telemetry.ts';
import { type Rule, RULES } from './rules.ts';
import { QUIET, type Watch, watchRule } from './watch-rule.ts';
import type { Xid } from './xid.ts';

/** A card, and what it goes by. */
export interface SeenCard {
  readonly id: string;
  readonly card: Card;
}

/** When: UTC, and by a clock that nobody sets. Milliseconds. */
export interface Moment {
  readonly at: number;
  readonly uptime: number;
}

/** A fault that the kernel told of is shown for so long. */
const FAULT_MS = 60 * 60_000;

/** What the owner should know of the cards now. */
export class Alerts {
  #watches = new Map<string, Watch>();
  #raised = new Map<string, Alert>();
  readonly #faults = new Map<string, Alert>();

  /** One reading of all cards; what is said of one that is gone or asleep is over. */
  see(cards: readonly SeenCard[], moment: Moment): void {
    const [watches, raised] = [new Map<string, Watch>(), new Map<string, Alert>()];
    for (const seen of cards.filter(({ card }) => !card.isAsleep)) {
      for (const rule of RULES) {
        const key = `${seen.id} ${rule.code}`;
        const before = this.#watches.get(key) ?? QUIET;
        const watch = watchRule(before, rule, { card: seen.card, at: moment.uptime });
        watches.set(key, watch);
        if (!watch.isRaised) continue;
        const last = this.#raised.get(key);
        // What it is well out of by now is told as it was.
        const isOn = last === undefined || rule.isOn(seen.card) === true;
        raised.set(key, isOn ? alertOf(rule, seen, last?.since ?? moment.at) : last);
      }
    }
    [this.#watches, this.#raised] = [watches, raised];
  }

  /** A fault that the kernel told of; `card` is null where it is not known whose. */
  fault({ number, text, remedy, at }: Xid, card: string | null): void {
    const code = `xid-${number}`;
    this.#faults.set(`${card ?? ''} ${code}`, { code, card, since: at, text, remedy });
  }

  /** Those of now (UTC milliseconds), the oldest first. */
  list(now: number): Alert[] {
    for (const [key, { since }] of this.#faults) {
      if (now - since > FAULT_MS) this.#faults.delete(key);
    }
    const all = [...this.#raised.values(), ...this.#faults.values()];
    return all.toSorted((a, b) => a.since - b.since);
  }
}

function alertOf({ code, text, remedy }: Rule, { id, card }: SeenCard, since: number): Alert {
  return { code, card: id, since, text: text(card), remedy };
}
