import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CardWatch, type Stop } from '../../../../app/benchmark/conditions/card-watch.ts';
import type { Card, CardProcess, CardReport } from '../../../../app/contract/gpu.ts';
import { blankCard } from '../../../../app/gpu/blank-card.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OWN = 99;
const other: CardProcess = {
  index: 1,
  pid: 5,
  name: 'other',
  kind: 'compute',
  memoryBytes: 4 * 1024 ** 3,
};

/** A watch over a card that tells what `told` says. */
function watching(told: () => Partial<Card> | null, source: CardReport['source'] = 'nvml') {
  const asked: boolean[] = [];
  const stops: Stop[] = [];
  let processes: CardProcess[] = [];
  const read = vi.fn((options: { processes: boolean }): Promise<CardReport> => {
    asked.push(options.processes);
    const now = told();
    const card = { ...blankCard({ index: 0, name: 'A card', uuid: 'GPU-1' }), ...now };
    return Promise.resolve({
      driver: '580',
      cuda: null,
      cards: now === null ? [] : [card],
      source,
      problem: null,
      ...(options.processes && { processes }),
    });
  });
  const stop = vi.fn();
  const reader = { read, stop };
  const watch = new CardWatch({ reader, own: () => OWN, onStop: (one) => stops.push(one) });
  const use = (list: CardProcess[]): void => void (processes = list);
  return { watch, asked, stops, use, reader };
}

describe('watching a card that is measured', () => {
  it('reads it twice a second, and now and then who uses it', async () => {
    const { watch, asked } = watching(() => ({ coreClockMhz: 2_700 }));
    expect(await watch.begin('GPU-1')).toMatchObject({ coreClockMhz: 2_700 });
    const from = Date.now();
    watch.watch('GPU-1');
    await vi.advanceTimersByTimeAsync(3_900);
    expect(asked).toEqual([true, false, false, false, true, false, false, false, true]);
    expect(watch.observed(from, Date.now())?.coreClockMhz).toBe(2_700);
    expect(watch.observed(from - 10_000, from - 1)).toBeNull();
    watch.end();
  });

  it('reads it less often where each reading is a process', async () => {
    const { watch, asked } = watching(() => ({}), 'nvidia-smi');
    watch.watch('GPU-1');
    await vi.advanceTimersByTimeAsync(3_900);
    expect(asked).toHaveLength(2);
    watch.end();
  });

  it('knows nothing of a card that the driver does not tell of', async () => {
    const { watch } = watching(() => null);
    expect(await watch.begin('GPU-1')).toBeNull();
  });

  it('says once that the card must not be loaded further', async () => {
    const { watch, stops } = watching(() => ({ temperatureC: 95 }));
    watch.watch('GPU-1');
    await vi.advanceTimersByTimeAsync(8_000);
    expect(stops).toEqual([
      { why: 'unsafe', words: 'the card is 95 °C hot, and 83 °C is the limit here' },
    ]);
    watch.end();
  });

  it('says when the card tells nothing any more', async () => {
    let isThere = true;
    const { watch, stops } = watching(() => (isThere ? {} : null));
    watch.watch('GPU-1');
    await vi.advanceTimersByTimeAsync(2_000);
    isThere = false;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(stops).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(stops).toMatchObject([{ why: 'silent' }]);
    watch.end();
  });

  it('makes way for who takes this card, not for who takes another', async () => {
    const { watch, stops, use } = watching(() => ({}));
    await watch.begin('GPU-1');
    watch.watch('GPU-1');
    use([other]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(stops).toEqual([]);
    use([{ ...other, index: 0 }]);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(stops).toEqual([{ why: 'wanted', words: 'other' }]);
    watch.end();
  });

  it('reads nothing after its end, and lets go of the cards', async () => {
    const { watch, asked, reader } = watching(() => ({}));
    watch.watch('GPU-1');
    await vi.advanceTimersByTimeAsync(1_200);
    const before = asked.length;
    watch.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(before);
    expect(reader.stop).toHaveBeenCalledOnce();
  });
});
