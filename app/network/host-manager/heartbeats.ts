import { toErrorReport } from '../../contract/errors.ts';
import type { Problem } from '../../contract/gpu.ts';
import type { HostManagerClient } from './client.ts';
import type { Clock } from './clock.ts';

/** Between two heartbeats where the server says nothing (nosana-host-protocol.md, 1.3 and 1.4). */
const USUAL_MS = 30_000;
/** Whatever the server says: not more often, and not so seldom that nobody believes in us. */
const LEAST_MS = 5_000;
const MOST_MS = 3_600_000;
/** After failures, doubling from the usual up to here. */
const LONGEST_BACK_OFF_MS = 300_000;

/** How the telling goes. Times are UTC ms. */
export interface HeartbeatState {
  /** When the network last heard of us; null: never. */
  readonly heardAt: number | null;
  readonly nextAt: number | null;
  /** Why the latest one failed; null while well. */
  readonly problem: Problem | null;
}

export interface HeartbeatParts {
  readonly client: Pick<HostManagerClient, 'heartbeat'>;
  readonly clock: Clock;
  /** After each one that was heard. */
  readonly onHeard: () => void;
}

/** Tells the network again and again that this host lives. Failures are shown, never thrown. */
export class Heartbeats {
  readonly #parts: HeartbeatParts;
  #abort: AbortController | null = null;
  #state: HeartbeatState = { heardAt: null, nextAt: null, problem: null };

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  get state(): HeartbeatState {
    return this.#state;
  }

  /** The first one goes out at once; does nothing while they go out already. */
  start(): void {
    if (this.#abort !== null) return;
    this.#abort = new AbortController();
    void this.#beat(this.#abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#state = { ...this.#state, nextAt: null };
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { client, clock, onHeard } = this.#parts;
    let backOffMs = USUAL_MS;
    try {
      for (;;) {
        const startedAt = clock.now();
        let waitMs = USUAL_MS;
        try {
          const toldMs = await client.heartbeat(signal);
          if (toldMs !== null) waitMs = Math.min(Math.max(toldMs, LEAST_MS), MOST_MS);
          backOffMs = USUAL_MS;
          this.#state = { heardAt: clock.now(), nextAt: startedAt + waitMs, problem: null };
          onHeard();
        } catch (error) {
          signal.throwIfAborted();
          waitMs = backOffMs;
          backOffMs = Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS);
          const nextAt = startedAt + waitMs;
          this.#state = { ...this.#state, nextAt, problem: toErrorReport(error) };
        }
        // From start to start, so that slow answers do not make them seldom.
        await clock.sleep(Math.max(startedAt + waitMs - clock.now(), LEAST_MS), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
