import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LendingFacts, LendingLoop } from '../../../app/availability/lending-loop.ts';
import type { Problem } from '../../../app/contract/gpu.ts';

const refusal: Problem = {
  code: 'network.sol-low',
  message: 'Too little SOL.',
  remedy: 'Add some.',
};

function aLoop(start: Partial<LendingFacts> = {}) {
  const facts = { willing: true, busy: false, queued: false as boolean | null, ...start };
  const calls: string[] = [];
  const problems: (Problem | null)[] = [];
  let answer: Problem | null = null;
  const act = (name: string, queued: boolean) => async () => {
    calls.push(name);
    await Promise.resolve();
    if (!answer) facts.queued = queued;
    return answer;
  };
  const loop = new LendingLoop({
    market: { join: act('join', true), leave: act('leave', false) },
    facts: () => facts,
    onProblem: (problem) => problems.push(problem),
  });
  return { loop, facts, calls, problems, refuse: (problem: Problem | null) => (answer = problem) };
}

describe('the place in the queue', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is taken when the owner lends, and once only', async () => {
    const { loop, calls } = aLoop();
    loop.check();
    loop.check();
    await vi.advanceTimersByTimeAsync(10_000);
    loop.check();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(calls).toEqual(['join']);
  });

  it('is given up when the owner takes the card back', async () => {
    const { loop, facts, calls } = aLoop({ queued: true });
    facts.willing = false;
    loop.check();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(['leave']);
  });

  it('is not touched while a job is in hand or the chain is silent', async () => {
    const busy = aLoop({ busy: true });
    const silent = aLoop({ queued: null });
    busy.loop.check();
    silent.loop.check();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...busy.calls, ...silent.calls]).toEqual([]);
  });

  it('follows a change of mind in mid-attempt', async () => {
    const { loop, facts, calls } = aLoop();
    loop.check();
    facts.willing = false;
    loop.check();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(['join', 'leave']);
  });

  it('is asked for again with growing pauses while it is refused, and the reason is known', async () => {
    const { loop, calls, problems, refuse } = aLoop();
    refuse(refusal);
    loop.check();
    await vi.advanceTimersByTimeAsync(0);
    expect(problems).toEqual([refusal]);
    const attempts: number[] = [];
    for (let second = 1; second <= 120; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      if (calls.length > attempts.length + 1) attempts.push(second);
    }
    expect(attempts).toEqual([2, 6, 14, 30, 62]);
    refuse(null);
    loop.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(problems.at(-1)).toBeNull();
  });

  it('is left as it is when the host stops', async () => {
    const { loop, calls, refuse } = aLoop();
    refuse(refusal);
    loop.check();
    await vi.advanceTimersByTimeAsync(0);
    await loop.stop();
    loop.check();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(calls).toEqual(['join']);
  });
});
