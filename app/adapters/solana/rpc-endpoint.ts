import { OffpeakError, toErrorReport, type ErrorReport } from '../../contract/errors.ts';
import { RateLimited, ServerBehind } from './failure.ts';
import { createRpc } from './rpc.ts';
import type { SlotGuard } from './slot-guard.ts';
import type { SolanaRpc } from './solana-rpc.ts';
import { createTokenBucket, type CallRate, type TokenBucket } from './token-bucket.ts';

/** Pause after a failure; it doubles with each one that follows. */
const REST_MIN_MS = 1_000;
const REST_MAX_MS = 60_000;
/** Pause of a server that is throttling and does not say for how long. */
const THROTTLED_MS = 5_000;
/** A server that is behind may catch up soon. */
const BEHIND_MS = 1_000;
/** Share of the newest measurement in the shown latency. */
const LATENCY_WEIGHT = 0.2;

/** One server of the chain: its HTTP and its WebSocket address. Both may hold an access key. */
export interface RpcEndpoint {
  readonly rpcUrl: string;
  readonly wsUrl: string;
}

/** How one server has been lately. */
export interface EndpointHealth {
  /** Protocol, name and port alone: the rest of such an address often is an access key. */
  readonly origin: string;
  /** `other-chain` is never used; `unchecked` will be checked before it is. */
  readonly state: 'unchecked' | 'ready' | 'resting' | 'other-chain';
  /** Failures since the last success. */
  readonly failures: number;
  /** Milliseconds, a moving average; null before the first answer. */
  readonly latencyMs: number | null;
  /** How far its newest answer was behind the newest slot known then; null before the first. */
  readonly slotsBehind: number | null;
  /** What went wrong last; null after a success. */
  readonly problem: ErrorReport | null;
}

/** Says which chain a server is on (genesis hash); throws where it must not be used. */
export type ChainCheck = (rpc: SolanaRpc) => Promise<string>;

/** What a server is used with. */
export interface EndpointSetting {
  readonly slots: SlotGuard;
  readonly rate: CallRate;
  readonly check: ChainCheck;
  readonly deadlineMs?: number;
}

/** One server of a pool: asks it, and remembers how that went. */
export class Endpoint {
  readonly wsUrl: string;
  readonly #origin: string;
  readonly #rpc: SolanaRpc;
  readonly #bucket: TokenBucket;
  readonly #setting: EndpointSetting;
  #chain: 'unchecked' | 'right' | 'other' = 'unchecked';
  #checking: Promise<void> | null = null;
  #failures = 0;
  #restUntil = 0;
  /** It asked to be left alone; after other failures it may be tried as the last resort. */
  #throttled = false;
  #latencyMs: number | null = null;
  #slotsBehind: number | null = null;
  #problem: ErrorReport | null = null;

  constructor({ rpcUrl, wsUrl }: RpcEndpoint, setting: EndpointSetting) {
    this.wsUrl = wsUrl;
    this.#origin = new URL(rpcUrl).origin;
    this.#setting = setting;
    this.#bucket = createTokenBucket(setting.rate);
    const { slots, deadlineMs } = setting;
    this.#rpc = createRpc(rpcUrl, {
      behindTries: 1, // the pool knows whom else to ask
      slots: {
        newest: () => slots.newest(),
        note: (slot) => {
          slots.note(slot);
          this.#slotsBehind = slots.newest() - slot;
        },
      },
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  }

  get isOnOtherChain(): boolean {
    return this.#chain === 'other';
  }

  /** How long it should be left alone, in milliseconds; `isHard` where it asked for that. */
  rest(): { ms: number; isHard: boolean } {
    return { ms: Math.max(0, this.#restUntil - performance.now()), isHard: this.#throttled };
  }

  /** How long the next call would wait for the rate. */
  queueMs(): number {
    return this.#bucket.waitMs();
  }

  /** Asks it, after its chain has been checked. Throws what the call throws, or `network.…`. */
  async ask<T>(call: (rpc: SolanaRpc) => Promise<T>): Promise<T> {
    await this.check();
    return this.#measured(() => call(this.#rpc));
  }

  /** Checks its chain where that has not been done; throws where it must not be used. */
  async check(): Promise<void> {
    if (this.#chain === 'right') return;
    this.#checking ??= this.#judge().finally(() => (this.#checking = null));
    await this.#checking;
  }

  health(): EndpointHealth {
    return {
      origin: this.#origin,
      state: this.#state(),
      failures: this.#failures,
      latencyMs: this.#latencyMs === null ? null : Math.round(this.#latencyMs),
      slotsBehind: this.#slotsBehind,
      problem: this.#problem,
    };
  }

  #state(): EndpointHealth['state'] {
    if (this.#chain === 'other') return 'other-chain';
    if (this.rest().ms > 0) return 'resting';
    return this.#chain === 'right' ? 'ready' : 'unchecked';
  }

  async #judge(): Promise<void> {
    try {
      await this.#measured(() => this.#setting.check(this.#rpc));
      this.#chain = 'right';
    } catch (error) {
      if (!isServerFailure(error)) {
        this.#chain = 'other';
        this.#problem = toErrorReport(error);
      }
      throw error;
    }
  }

  async #measured<T>(call: () => Promise<T>): Promise<T> {
    await this.#bucket.take();
    const startedAt = performance.now();
    try {
      const answer = await call();
      const ms = performance.now() - startedAt;
      this.#latencyMs =
        this.#latencyMs === null ? ms : this.#latencyMs + (ms - this.#latencyMs) * LATENCY_WEIGHT;
      this.#succeeded();
      return answer;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#restUntil = 0;
    this.#throttled = false;
    this.#problem = null;
  }

  #failed(error: unknown): void {
    if (!isServerFailure(error)) return;
    this.#problem = toErrorReport(error);
    // It refuses this one question, and may well answer others.
    if (error.code === 'network.rpc-refused') return;
    this.#failures += 1;
    this.#throttled = error.code === 'network.rpc-rate-limited';
    this.#restUntil = performance.now() + this.#restMs(error);
    // Whoever comes back at this address may be somebody else.
    if (error.code === 'network.rpc-unreachable' && !(error instanceof ServerBehind)) {
      this.#chain = 'unchecked';
    }
  }

  #restMs(error: OffpeakError): number {
    if (error instanceof ServerBehind) return BEHIND_MS;
    if (error instanceof RateLimited) {
      return error.retryAfterMs ?? Math.min(THROTTLED_MS * this.#failures, REST_MAX_MS);
    }
    return Math.min(REST_MIN_MS * 2 ** (this.#failures - 1), REST_MAX_MS);
  }
}

/** The server's fault, not the question's, and not that it is the wrong server. */
function isServerFailure(error: unknown): error is OffpeakError {
  return error instanceof OffpeakError && error.code.startsWith('network.rpc-');
}
