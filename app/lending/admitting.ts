import type { AdmissionState } from '../contract/admission.ts';

/** A way to be admitted to a market (app/network/nosana/host-manager). */
export interface AdmissionFlow {
  readonly state: AdmissionState;
  onChange(listener: () => void): () => void;
  /** Goes as far as it can; resolves when admitted, or when a person or time is needed. */
  admit(signal: AbortSignal): Promise<AdmissionState>;
  /** Ends what it does in the background, such as telling the network that this host lives. */
  stop(): void;
}

interface AdmittingParts {
  /** Being admitted is wanted now: the owner lends and the card is free for a benchmark. */
  readonly isWanted: () => boolean;
  /** The market that this identity belongs to; again when it is another one. */
  readonly onMarket: (market: string) => void;
  readonly onChange: () => void;
}

/** Waits after a failure; doubles up to the longest. A stated time (a retest) is waited for as it is. */
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 300_000;
/** Timers overflow beyond 24 days. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Keeps an identity admitted while that is wanted. Level triggered: `check` may be called at any
 * time. The owner who takes the card back ends a benchmark at once, and it begins anew later.
 */
export class Admitting {
  readonly #parts: AdmittingParts;
  #flow: AdmissionFlow | null = null;
  #unlisten: (() => void) | null = null;
  #attempt: { readonly done: Promise<void>; readonly abort: AbortController } | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;

  constructor(parts: AdmittingParts) {
    this.#parts = parts;
  }

  get state(): AdmissionState | null {
    return this.#flow?.state ?? null;
  }

  /** True also where nobody admits. */
  get isAdmitted(): boolean {
    return this.#flow === null || this.#flow.state.step === 'admitted';
  }

  /** Goes on with this flow, in place of the one before; null: the network asks for nothing. */
  use(flow: AdmissionFlow | null): void {
    this.#attempt?.abort.abort();
    this.#unlisten?.();
    this.#flow?.stop();
    this.#flow = flow;
    this.#unlisten = flow?.onChange(() => this.#changed(flow)) ?? null;
    this.retryNow();
  }

  /** Starts, or ends, an attempt as the facts want it. */
  check(): void {
    const flow = this.#flow;
    if (flow === null || this.#stopped) return;
    const isWanted = this.#parts.isWanted();
    if (this.#attempt !== null) {
      if (!isWanted) this.#attempt.abort.abort();
      return;
    }
    if (!isWanted || this.#retry !== null || flow.state.step === 'admitted') return;
    const abort = new AbortController();
    const done = this.#admit(flow, abort.signal).finally(() => {
      this.#attempt = null;
      this.check();
    });
    this.#attempt = { done, abort };
  }

  /** Forgets the wait: a person or the world changed something. */
  retryNow(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.check();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#attempt?.abort.abort();
    await this.#attempt?.done;
    this.#unlisten?.();
    this.#flow?.stop();
  }

  async #admit(flow: AdmissionFlow, signal: AbortSignal): Promise<void> {
    const state = await flow.admit(signal);
    if (signal.aborted || this.#stopped || flow !== this.#flow) return;
    this.#changed(flow);
    if (state.step === 'admitted') this.#retryMs = FIRST_RETRY_MS;
    else this.#scheduleRetry(state);
  }

  #scheduleRetry(state: AdmissionState): void {
    const at = waitsUntil(state);
    const waitMs = at === null ? this.#retryMs : Math.max(at - Date.now(), FIRST_RETRY_MS);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    this.#retry = setTimeout(
      () => {
        this.#retry = null;
        this.check();
      },
      Math.min(waitMs, LONGEST_WAIT_MS),
    ).unref();
  }

  #changed(flow: AdmissionFlow): void {
    if (flow !== this.#flow) return;
    if (flow.state.step === 'admitted') this.#parts.onMarket(flow.state.market);
    this.#parts.onChange();
  }
}

/** UTC ms, where the network named the time for the next attempt. */
function waitsUntil(state: AdmissionState): number | null {
  if (state.step === 'not-qualified') return state.nextTestAt;
  return state.step === 'maintenance' ? state.until : null;
}
