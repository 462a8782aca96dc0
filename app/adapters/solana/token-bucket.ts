import { setTimeout as sleep } from 'node:timers/promises';

/** How many calls a server is asked to bear. */
export interface CallRate {
  readonly perSecond: number;
  /** So many at once after a pause. */
  readonly burst: number;
}

/** Lets calls through at no more than a rate. */
export interface TokenBucket {
  /** Milliseconds until the next call may go; 0 is now. */
  waitMs(): number;
  /** Takes the next place and waits for its turn. */
  take(): Promise<void>;
}

/** Full at the start. */
export function createTokenBucket(rate: CallRate): TokenBucket {
  let tokens = rate.burst;
  let countedAt = performance.now();
  const count = (): void => {
    const now = performance.now();
    tokens = Math.min(rate.burst, tokens + ((now - countedAt) / 1000) * rate.perSecond);
    countedAt = now;
  };
  const waitMs = (): number => {
    count();
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / rate.perSecond) * 1000);
  };
  return {
    waitMs,
    take: async () => {
      const ms = waitMs();
      // Below zero is a debt: whoever comes next waits longer.
      tokens -= 1;
      if (ms > 0) await sleep(ms);
    },
  };
}
