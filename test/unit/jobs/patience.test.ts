import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { systemClock } from '../../../app/jobs/clock.ts';
import { Retry, backOffMs, isPassing, withDeadline } from '../../../app/jobs/patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a retry', () => {
  it('waits longer each time, up to a minute', () => {
    expect([1, 2, 3, 6, 7, 99].map(backOffMs)).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
  });

  it('shows what stands in the way and when it is tried again, until all is well', async () => {
    const shown: (string | number | null)[][] = [];
    const retry = new Retry(
      {
        clock: systemClock,
        report: (topic, problem, at) => shown.push([topic, problem?.code ?? null, at]),
      },
      'topic',
    );
    const problem = new OffpeakError('jobs.timed-out').toReport();
    const stop = new AbortController();
    const now = Date.now();
    const waited = retry.failed(problem, stop.signal);
    await vi.advanceTimersByTimeAsync(1000);
    await waited;
    retry.well();
    retry.well();
    expect(shown).toEqual([
      ['topic', 'jobs.timed-out', now + 1000],
      ['topic', null, 0],
    ]);
  });

  it('is for problems that pass by themselves', () => {
    const passing = new OffpeakError('network.rpc-unreachable').toReport();
    const lasting = new OffpeakError('containers.image-missing').toReport();
    expect(isPassing(passing)).toBe(true);
    expect(isPassing(lasting)).toBe(false);
    expect(isPassing({ ...passing, code: 'made.up' })).toBe(false);
  });
});

describe('a deadline', () => {
  const signal = new AbortController().signal;

  it('ends what hangs, and tells it to stop', async () => {
    let inner: AbortSignal | null = null;
    const result = withDeadline(systemClock, 1000, signal, (given) => {
      inner = given;
      return new Promise(() => undefined);
    });
    const failed = expect(result).rejects.toThrow(
      expect.objectContaining({ code: 'jobs.timed-out' }),
    );
    await vi.advanceTimersByTimeAsync(1000);
    await failed;
    expect(inner).toMatchObject({ aborted: true });
  });

  it('lets pass what is in time, and leaves no timer', async () => {
    await expect(
      withDeadline(systemClock, 1000, signal, () => Promise.resolve('done')),
    ).resolves.toBe('done');
    await expect(
      withDeadline(systemClock, 1000, signal, () => Promise.reject(new Error('own'))),
    ).rejects.toThrow('own');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the signal’s own reason when that is first', async () => {
    const stop = new AbortController();
    const result = withDeadline(systemClock, 1000, stop.signal, () => new Promise(() => undefined));
    stop.abort(new Error('the host goes away'));
    await expect(result).rejects.toThrow('the host goes away');
  });
});
