import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPoller } from '../../../../app/network/nosana/poller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('polling', () => {
  it('looks at once, then less and less often while nothing changes', async () => {
    const looks = await record(() => false, 200_000);
    expect(looks).toEqual([0, 5, 15, 35, 75, 135, 195]);
  });

  it('looks often again after a change', async () => {
    const looks = await record((look) => look === 3, 60_000);
    expect(looks).toEqual([0, 5, 15, 20, 30, 50]);
  });

  it('looks as often as it has to now, also where it had become seldom', async () => {
    let longest = 60_000;
    const seconds: number[] = [];
    const start = Date.now();
    const poller = startPoller({
      minMs: 5_000,
      maxMs: () => longest,
      poll: () => {
        seconds.push((Date.now() - start) / 1000);
        return Promise.resolve(false);
      },
    });
    await vi.advanceTimersByTimeAsync(140_000);
    longest = 15_000;
    await vi.advanceTimersByTimeAsync(90_000);
    poller.stop();
    expect(seconds).toEqual([0, 5, 15, 35, 75, 135, 195, 210, 225]);
  });

  it('looks at once when something hints at a change, and after a look under way', async () => {
    let running = 0;
    let looks = 0;
    const poller = startPoller({
      minMs: 5_000,
      maxMs: () => 60_000,
      poll: async () => {
        looks++;
        running++;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 100));
        running--;
        return false;
      },
    });
    poller.nudge();
    poller.nudge();
    await vi.advanceTimersByTimeAsync(250);
    expect(looks).toBe(2);
    poller.nudge();
    await vi.advanceTimersByTimeAsync(50);
    expect(looks).toBe(3);
    poller.stop();
  });

  it('stops for good', async () => {
    let looks = 0;
    const poller = startPoller({
      minMs: 5_000,
      maxMs: () => 60_000,
      poll: () => {
        looks++;
        return Promise.resolve(true);
      },
    });
    await vi.advanceTimersByTimeAsync(1);
    poller.stop();
    poller.nudge();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(looks).toBe(1);
  });
});

/** At which seconds it looks; `changed` says whether look n (from 1) found something. */
async function record(changed: (look: number) => boolean, forMs: number): Promise<number[]> {
  const start = Date.now();
  const looks: number[] = [];
  const poller = startPoller({
    minMs: 5_000,
    maxMs: () => 60_000,
    poll: () => {
      looks.push((Date.now() - start) / 1000);
      return Promise.resolve(changed(looks.length));
    },
  });
  await vi.advanceTimersByTimeAsync(forMs);
  poller.stop();
  return looks;
}
