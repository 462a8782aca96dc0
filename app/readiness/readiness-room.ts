import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Readiness, SpeedState } from '../contract/readiness.ts';
import type { Settings } from '../storage/settings.ts';
import type { Facts } from './facts.ts';
import { headlineOf } from './headline.ts';
import { judge } from './judge.ts';
import type { PublishedThresholds } from './limits.ts';
import { costOf, measureSpeed, SPEED_BUDGET } from './measure-speed.ts';
import { keepSpeed, keepSpeedServer, lastSpeed, speedServer } from './speed-settings.ts';

export interface ReadinessParts {
  readonly facts: (signal: AbortSignal) => Promise<Facts>;
  /** Which network that is. */
  readonly network: () => string;
  /** What the network publishes now; null where it publishes nothing that can be read. */
  readonly thresholds: (signal: AbortSignal) => Promise<PublishedThresholds | null>;
  readonly settings: Settings;
  readonly now: () => number;
  /** A look that failed for a reason of our own. */
  readonly onFault: (text: string) => void;
  readonly measure?: typeof measureSpeed;
}

/** The network is asked for its thresholds no more often than this. */
const ASK_AGAIN_MS = 10 * 60_000;
const ASK_DEADLINE_MS = 10_000;

/** Knows whether this computer may lend to the network, and what is in the way. */
export class ReadinessRoom {
  readonly #parts: ReadinessParts;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(readiness: Readiness) => void>();
  #facts: { readonly facts: Facts; readonly at: number } | null = null;
  #published: PublishedThresholds | null = null;
  #askedAt = -Infinity;
  #asked: string | null = null;
  #look: Promise<void> | null = null;
  #isStale = false;
  #measuring: Promise<void> | null = null;
  #step: SpeedState['step'] = null;
  #problem: Problem | null = null;
  #readiness: Readiness;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
    this.#readiness = this.#judge();
  }

  get readiness(): Readiness {
    return this.#readiness;
  }

  /** Tells of every change; returns how to stop that. */
  onChange(listener: (readiness: Readiness) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks in the background; a look that is asked for while one goes on follows it. */
  examine(): void {
    void this.look();
  }

  /** Looks, and resolves when what is known is from after this call, or the look failed. */
  async look(): Promise<void> {
    this.#isStale = true;
    this.#look ??= this.#lookWhileStale().finally(() => {
      this.#look = null;
    });
    await this.#look;
  }

  /**
   * Measures the connection; joins a measurement under way, which the first caller's signal ends.
   * Resolves in the end, whatever came of it: that stands in the state.
   */
  async measureNetwork(signal?: AbortSignal): Promise<void> {
    this.#measuring ??= this.#measure(
      AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]),
    ).finally(() => {
      this.#measuring = null;
    });
    await this.#measuring;
  }

  /** Measures against another server from now on; null: none. Throws `readiness.bad-speed-server`. */
  useSpeedServer(address: string | null): void {
    keepSpeedServer(this.#parts.settings, address);
    this.#problem = null;
    this.#show();
  }

  /** Ends looks and measurements; resolves when nothing of them is left. */
  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#stop.abort();
    await Promise.all([this.#look, this.#measuring]);
  }

  async #lookWhileStale(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#isStale && !this.#isStopped()) {
      this.#isStale = false;
      try {
        const [facts] = await Promise.all([this.#parts.facts(signal), this.#ask(signal)]);
        this.#facts = { facts, at: this.#parts.now() };
        this.#show();
      } catch (error) {
        if (!this.#isStopped()) this.#parts.onFault(String(error));
      }
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  // A server that does not answer leaves what it said before, else the documentation.
  async #ask(stop: AbortSignal): Promise<void> {
    const { network, thresholds, now } = this.#parts;
    if (this.#asked !== network()) {
      // What another network asks of a computer is nothing to this one.
      this.#asked = network();
      this.#published = null;
      this.#askedAt = -Infinity;
    }
    if (now() - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = now();
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ASK_DEADLINE_MS)]);
    try {
      const published = await thresholds(signal);
      // Nobody to ask yet: that costs nothing, and the next look may find somebody.
      if (published === null) this.#askedAt = -Infinity;
      this.#published = published ?? this.#published;
    } catch {
      // Asked again when it is time.
    }
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const { settings, now, measure = measureSpeed } = this.#parts;
    const show = (step: SpeedState['step'], problem: Problem | null): void => {
      this.#step = step;
      this.#problem = problem;
      this.#show();
    };
    try {
      const server = speedServer(settings);
      if (server === null) throw new OffpeakError('readiness.no-speed-server');
      const onStep = (step: SpeedState['step']): void => show(step, null);
      const result = await measure(server, { signal, onStep });
      keepSpeed(settings, { ...result, at: now() });
      show(null, null);
    } catch (error) {
      show(null, signal.aborted ? null : toErrorReport(error));
    }
  }

  #show(): void {
    this.#readiness = this.#judge();
    for (const listener of this.#listeners) listener(this.#readiness);
  }

  #judge(): Readiness {
    const { settings } = this.#parts;
    const last = lastSpeed(settings);
    const judgement =
      this.#facts === null
        ? ({
            verdict: 'measuring',
            headline: headlineOf('measuring', []),
            requirements: [],
            cards: [],
          } as const)
        : judge(this.#facts.facts, this.#published, last);
    return {
      ...judgement,
      requirements: [...judgement.requirements],
      cards: [...judgement.cards],
      measuredAt: this.#facts?.at ?? null,
      thresholdsFrom:
        this.#published === null
          ? { source: 'documentation', at: null }
          : { source: 'network', at: this.#published.at },
      speed: {
        host: speedServer(settings)?.host ?? null,
        ...costOf(SPEED_BUDGET),
        step: this.#step,
        last,
        problem: this.#problem,
      },
    };
  }
}
