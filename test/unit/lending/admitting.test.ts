import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AdmissionState } from '../../../app/contract/admission.ts';
import { Admitting } from '../../../app/lending/admitting.ts';
import { ScriptedFlow } from '../../fakes/lending/scripted-flow.ts';

const ADMITTED: AdmissionState = {
  step: 'admitted',
  market: 'MarketA',
  name: null,
  report: null,
  stale: false,
};
const problem = { code: 'network.host-manager-unreachable', message: 'Away.', remedy: 'Wait.' };
const FAILED: AdmissionState = { step: 'failed', problem, nextAttemptAt: null };

let isWanted = true;
let markets: string[] = [];
let admitting: Admitting;
let flow: ScriptedFlow;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  isWanted = true;
  markets = [];
  admitting = new Admitting({
    isWanted: () => isWanted,
    onMarket: (market) => markets.push(market),
    onChange: () => undefined,
  });
  flow = new ScriptedFlow();
});
afterEach(async () => {
  await admitting.stop();
  vi.useRealTimers();
});

async function end(state: AdmissionState): Promise<void> {
  flow.end(state);
  await vi.advanceTimersByTimeAsync(0);
}

describe('being admitted to a market', () => {
  it('asks for nothing before the owner lends', () => {
    isWanted = false;
    admitting.use(flow);
    expect(flow.attempts).toBe(0);
    isWanted = true;
    admitting.check();
    expect(flow.attempts).toBe(1);
  });

  it('tells the market, and asks no more once it is admitted', async () => {
    admitting.use(flow);
    expect(admitting.isAdmitted).toBe(false);
    await end(ADMITTED);
    expect(admitting.isAdmitted).toBe(true);
    expect(markets).toContain('MarketA');
    admitting.check();
    expect(flow.attempts).toBe(1);
  });

  it('is no matter where no host manager admits anybody', () => {
    admitting.use(null);
    expect(admitting.isAdmitted).toBe(true);
    expect(admitting.state).toBeNull();
  });

  it('ends at once when the owner takes the card, also a benchmark, and begins anew later', async () => {
    admitting.use(flow);
    flow.show({ step: 'benchmarking', id: 'b', round: 1 });
    isWanted = false;
    admitting.check();
    expect(flow.signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    isWanted = true;
    admitting.check();
    expect(flow.attempts).toBe(2);
  });

  it('tries again after a failure, with longer and longer pauses of five minutes at most', async () => {
    admitting.use(flow);
    await end(FAILED);
    for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
      const before = flow.attempts;
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(flow.attempts).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(flow.attempts).toBe(before + 1);
      await end(FAILED);
    }
  });

  it('waits for the time that the network named for the next test', async () => {
    admitting.use(flow);
    const nextTestAt = Date.now() + 3_600_000;
    await end({ step: 'not-qualified', nextTestAt, report: null });
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(flow.attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(flow.attempts).toBe(2);
  });

  it('does not wait when something changed that may help', async () => {
    admitting.use(flow);
    await end({ step: 'needs-contact' });
    admitting.retryNow();
    expect(flow.attempts).toBe(2);
  });

  it('follows the network to another market', async () => {
    admitting.use(flow);
    await end(ADMITTED);
    flow.show({ ...ADMITTED, market: 'MarketB' });
    expect(markets.at(-1)).toBe('MarketB');
  });

  it('lets go of the former host manager when it is reached anew', async () => {
    admitting.use(flow);
    const next = new ScriptedFlow();
    admitting.use(next);
    expect(flow.isStopped).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    flow.show(ADMITTED);
    expect(markets).toEqual([]);
    expect(next.attempts).toBe(1);
  });
});
