import type { EngineStatus } from './containers/shapes.ts';
import type { CardReport, Problem } from './contract/gpu.ts';
import type { HostState } from './contract/state.ts';
import { CardsInContainers, type CardsSeen } from './doctor/cards-in-containers.ts';
import {
  cardCheck,
  cardsInContainersCheck,
  diskCheck,
  engineCheck,
  networkCheck,
} from './doctor/checks.ts';
import { lentCards, type Rooms } from './rooms.ts';

interface Parts {
  readonly rooms: Pick<Rooms, 'cards' | 'containers'>;
  /** A run is in hand. */
  readonly isBusy: () => boolean;
  readonly home: string;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly network: () => {
    label: string;
    state: 'connected' | 'starting';
    problem: Problem | null;
  };
  readonly isStopping: () => boolean;
  readonly show: (doctor: HostState['doctor']) => void;
  readonly onFault: (text: string) => void;
}

type Found = readonly [engine: EngineStatus, card: CardReport, free: number | null];

interface FoundNow {
  readonly engine: EngineStatus;
  readonly cards: CardReport;
  readonly cardsInContainers: CardsSeen;
}

/** Looks at everything that jobs need; the result is Home's and the doctor's. */
export class Examining {
  readonly #parts: Parts;
  readonly #given: CardsInContainers;
  #found: Found | null = null;
  #seen: CardsSeen = { state: 'no-card' };

  constructor(parts: Parts) {
    this.#parts = parts;
    const { containers } = parts.rooms;
    this.#given = new CardsInContainers({
      check: (cards, signal) => containers.checkCards(cards, signal),
      isBusy: () => parts.isStopping() || parts.isBusy(),
      now: Date.now,
    });
  }

  /** What was found last; null before the first look. */
  get found(): FoundNow | null {
    if (this.#found === null) return null;
    const [engine, cards] = this.#found;
    return { engine, cards, cardsInContainers: this.#seen };
  }

  /** Looks now. The look at cards in containers, which starts one, is rationed unless on demand. */
  examine(onDemand = false): void {
    this.#examine(onDemand).catch((error: unknown) => {
      // Stopping ends the reading of the cards; anything else is tried again in a while.
      if (!this.#parts.isStopping()) this.#parts.onFault(String(error));
    });
  }

  /** Call when a run may have begun: a look at cards in containers gives way to it. */
  giveWay(): void {
    if (this.#parts.isBusy()) void this.#given.giveWay();
  }

  /** The owner chose another engine. */
  async forgetEngine(): Promise<void> {
    await this.#given.forget();
  }

  /** Resolves when no container of a look is left. */
  async stop(): Promise<void> {
    await this.#given.giveWay();
  }

  async #examine(onDemand: boolean): Promise<void> {
    const { cards, containers } = this.#parts.rooms;
    const free = this.#parts.freeDiskBytes();
    const found = await Promise.all([containers.checkEngine(), cards.refresh(), free]);
    this.#found = found;
    this.#show();
    const [engine, report] = found;
    this.#seen = await this.#given.look({
      cards: lentCards(report.cards).map(({ uuid }) => uuid),
      engineAnswers: engine.ok,
      onDemand,
    });
    this.#show();
  }

  #show(): void {
    if (this.#found === null || this.#parts.isStopping()) return;
    const [engine, card, free] = this.#found;
    this.#parts.show({
      checks: [
        engineCheck(engine),
        cardCheck(card),
        cardsInContainersCheck(this.#seen),
        networkCheck(this.#parts.network()),
        diskCheck(free, this.#parts.home),
      ],
      checkedAt: Date.now(),
    });
  }
}
