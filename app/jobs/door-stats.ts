import type { Clock } from './clock.ts';
import { withDeadline } from './patience.ts';
import type { OperationStats, StatsWindow } from './door-ports.ts';
import type { ContainerHandle, JobEngine } from './ports.ts';

interface DoorStatsOptions {
  readonly engine: Pick<JobEngine, 'stats'>;
  readonly clock: Clock;
  /** The containers of a job that run now; null when the job is no longer in hand. */
  readonly running: (job: string) => readonly ContainerHandle[] | null;
  /** Aborts when the host goes away. */
  readonly signal: AbortSignal;
}

const EVERY_MS = 10_000;
/** Whoever looks, looks again: after so long without a question, nobody does. */
const WANTED_MS = 120_000;
/** An hour of one operation; a job has a handful of them. */
const KEPT = 360;
const KEPT_IN_ALL = 3600;
const SAMPLE_MS = 10_000;

/**
 * What the operations of a job use, from the first time that its client asks: the engine is not
 * troubled for what nobody looks at. Kept in memory, for an hour, of one job at a time.
 */
export class DoorStats {
  readonly #options: DoorStatsOptions;
  #job: string | null = null;
  #samples: readonly OperationStats[] = [];
  #wantedUntil = 0;
  #sampledAt = -Infinity;
  #sampling: Promise<void> | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: DoorStatsOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#forget(), { once: true });
  }

  async query(job: string, { start, end, intervalMs }: StatsWindow): Promise<OperationStats[]> {
    const { clock, signal } = this.#options;
    if (signal.aborted) return [];
    if (this.#job !== job) this.#forget();
    this.#job = job;
    this.#wantedUntil = clock.steady() + WANTED_MS;
    if (clock.steady() - this.#sampledAt >= EVERY_MS) await this.#sample(job);
    this.#cancel ??= clock.after(EVERY_MS, () => void this.#again(job));
    const inTime = this.#samples.filter(({ at }) => at >= start && at <= end);
    return thinned(inTime, intervalMs);
  }

  async #again(job: string): Promise<void> {
    const { clock, running } = this.#options;
    this.#cancel = null;
    if (this.#job !== job) return;
    if (clock.steady() >= this.#wantedUntil || running(job) === null) {
      this.#forget();
      return;
    }
    await this.#sample(job);
    if (this.#job === job && !this.#options.signal.aborted) {
      this.#cancel ??= clock.after(EVERY_MS, () => void this.#again(job));
    }
  }

  /** Many who ask at once get one look at the engine. */
  #sample(job: string): Promise<void> {
    this.#sampling ??= this.#look(job).finally(() => (this.#sampling = null));
    return this.#sampling;
  }

  async #look(job: string): Promise<void> {
    const { engine, clock, running, signal } = this.#options;
    this.#sampledAt = clock.steady();
    const samples = await Promise.all(
      (running(job) ?? []).map(async (container) => {
        const asked = withDeadline(clock, SAMPLE_MS, signal, () => engine.stats(container));
        // An engine that does not answer now leaves a gap.
        const stats = await asked.catch(() => null);
        return stats === null ? [] : [{ ...stats, operation: container.operation }];
      }),
    );
    if (this.#job === job) this.#samples = newest([...this.#samples, ...samples.flat()]);
  }

  #forget(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#job = null;
    this.#samples = [];
    this.#sampledAt = -Infinity;
  }
}

function newest(samples: readonly OperationStats[]): OperationStats[] {
  const kept = Map.groupBy(samples, ({ operation }) => operation);
  return [...kept.values()]
    .flatMap((own) => own.slice(-KEPT))
    .toSorted((one, other) => one.at - other.at)
    .slice(-KEPT_IN_ALL);
}

/** At most one sample of an operation in each interval. */
function thinned(samples: readonly OperationStats[], intervalMs: number): OperationStats[] {
  const last = new Map<string, number>();
  return samples.filter(({ operation, at }) => {
    if (at - (last.get(operation) ?? -Infinity) < intervalMs) return false;
    last.set(operation, at);
    return true;
  });
}
