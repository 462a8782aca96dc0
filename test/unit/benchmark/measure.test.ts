import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeviceFault } from '../../../app/benchmark/compute.ts';
import { type Effort, measure } from '../../../app/benchmark/measure.ts';
import { ScriptedWork, WRONG } from '../../fakes/benchmark/scripted-work.ts';

const effort = (more: Partial<Effort> = {}): Effort => ({
  repetitions: 3,
  milliseconds: 100,
  signal: new AbortController().signal,
  ...more,
});

afterEach(() => void vi.useRealTimers());

describe('measuring one kind of work', () => {
  it('gives work per second of device time, once for each repetition', async () => {
    const work = new ScriptedWork({ millisecondsPerRound: 2 });
    const { samples, faults } = await measure(work, effort());
    // 1000 units in 2 ms, whatever the length of a launch.
    expect(samples).toEqual([500_000, 500_000, 500_000]);
    expect(faults.count).toBe(0);
  });

  it.each([0.0001, 0.01, 0.7, 5, 14])(
    'keeps launches short where a round takes %d ms',
    async (ms) => {
      const work = new ScriptedWork({ millisecondsPerRound: ms });
      await measure(work, effort());
      const last = (work.launched.at(-1) ?? 0) * ms;
      expect(last).toBeGreaterThanOrEqual(15);
      expect(last).toBeLessThanOrEqual(30);
      expect(Math.max(...work.launched) * ms).toBeLessThanOrEqual(30);
    },
  );

  it('does one round at a time where that alone takes long', async () => {
    const work = new ScriptedWork({ millisecondsPerRound: 80 });
    await measure(work, effort());
    expect(new Set(work.launched)).toEqual(new Set([1]));
  });

  it('keeps the card busy with two launches, and never with more', async () => {
    const work = new ScriptedWork();
    await measure(work, effort());
    expect(work.mostInFlight).toBe(2);
  });

  it('ends at the first wrong result', async () => {
    const right = { count: 0, wrongBits: 0, places: [] };
    const work = new ScriptedWork({ checks: [right, right, WRONG] });
    const { samples, faults } = await measure(work, effort({ repetitions: 7 }));
    expect(faults).toEqual(WRONG);
    expect(samples).toHaveLength(2);
  });

  it('measures nothing with a card that is wrong from the start', async () => {
    const { samples, faults } = await measure(new ScriptedWork({ checks: [WRONG] }), effort());
    expect({ samples, faults }).toEqual({ samples: [], faults: WRONG });
  });

  it('does not believe work that takes no time', async () => {
    const work = new ScriptedWork({ millisecondsPerRound: 0 });
    await expect(measure(work, effort())).rejects.toThrow(DeviceFault);
  });

  it('gives a card up that does not end a launch', async () => {
    vi.useFakeTimers();
    const measuring = measure(new ScriptedWork({ hangs: true }), effort());
    const refused = expect(measuring).rejects.toThrow('a launch has not ended in 10 s');
    await vi.advanceTimersByTimeAsync(11_000);
    await refused;
  });

  it('stops when it is told to, also where a launch does not end', async () => {
    for (const hangs of [false, true]) {
      const stop = new AbortController();
      const work = new ScriptedWork({ hangs });
      const measuring = measure(work, effort({ repetitions: 1e9, signal: stop.signal }));
      stop.abort();
      await expect(measuring).rejects.toMatchObject({ code: 'benchmark.cancelled' });
      expect(work.launched.length).toBeLessThanOrEqual(2);
    }
  });
});
