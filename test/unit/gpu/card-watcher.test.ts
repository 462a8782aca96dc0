import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CardReport, Problem } from '../../../app/contract/gpu.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { CardWatcher, type Pace } from '../../../app/gpu/card-watcher.ts';

const CARD = blankCard({ index: 0, name: 'A card', uuid: null });
const WELL: CardReport = {
  driver: '595.84',
  cuda: '13.2',
  cards: [CARD],
  source: 'nvml',
  problem: null,
};

function ill(code: string): CardReport {
  const problem: Problem = { code, message: 'It is broken.', remedy: 'Repair it.' };
  return { driver: null, cuda: null, cards: [], source: null, problem };
}

/** A driver that answers when the test says so, and counts who asks. */
function slowDriver(): {
  read: Read;
  asked: AbortSignal[];
  answer: (report: CardReport) => Promise<void>;
} {
  const asked: AbortSignal[] = [];
  let pending = Promise.withResolvers<CardReport>();
  return {
    asked,
    read: ({ signal }) => {
      asked.push(signal);
      pending = Promise.withResolvers<CardReport>();
      signal.addEventListener('abort', () => pending.reject(new Error('aborted')));
      return pending.promise;
    },
    answer: async (report) => {
      pending.resolve(report);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

type Read = (options: { keep: boolean; signal: AbortSignal }) => Promise<CardReport>;

/** A watcher at the pace of a host at work. */
function watcherOf(read: Read, stop = (): void => undefined): CardWatcher {
  const watcher = new CardWatcher({ reader: { read, stop } });
  watcher.at('working');
  return watcher;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('watching the cards', () => {
  it('looks at once and then every 10 seconds', async () => {
    const read = vi.fn(() => Promise.resolve(WELL));
    const seen: CardReport[] = [];
    const watcher = watcherOf(read);
    watcher.start((report) => seen.push(report));
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([WELL]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toHaveLength(2);
    watcher.stop();
  });

  it.each(['gpu.driver-missing', 'gpu.no-card', 'gpu.driver-mismatch'])(
    'looks only every 30 seconds after %s',
    async (code) => {
      const read = vi.fn(() => Promise.resolve(ill(code)));
      const watcher = watcherOf(read);
      watcher.start(() => undefined);
      await vi.advanceTimersByTimeAsync(29_999);
      expect(read).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(read).toHaveBeenCalledTimes(2);
      watcher.stop();
    },
  );

  it('asks a hanging driver less and less, and as before once it answers', async () => {
    let report = ill('gpu.driver-hangs');
    const read = vi.fn(() => Promise.resolve(report));
    const watcher = watcherOf(read);
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(read).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(read).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(read).toHaveBeenCalledTimes(3);
    report = WELL;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(read).toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toHaveBeenCalledTimes(5);
    watcher.stop();
  });

  it('never gives up on a hanging driver', async () => {
    const read = vi.fn(() => Promise.resolve(ill('gpu.driver-hangs')));
    const watcher = watcherOf(read);
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(3_600_000);
    const before = read.mock.calls.length;
    await vi.advanceTimersByTimeAsync(480_000);
    expect(read.mock.calls.length).toBe(before + 1);
    watcher.stop();
  });

  it('never has two readings at once, however slow the driver is', async () => {
    const driver = slowDriver();
    const watcher = watcherOf(driver.read);
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    void watcher.refresh();
    void watcher.refresh();
    expect(driver.asked).toHaveLength(1);
    await driver.answer(WELL);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(driver.asked).toHaveLength(2);
    const stopped = watcher.refresh();
    watcher.stop();
    await expect(stopped).rejects.toThrow('aborted');
  });
});

describe('the pace', () => {
  it.each<[Pace, number]>([
    ['watched', 2_000],
    ['working', 10_000],
    ['resting', 60_000],
  ])('%s looks every %i ms', async (pace, pauseMs) => {
    const read = vi.fn(() => Promise.resolve(WELL));
    const watcher = watcherOf(read);
    watcher.at(pace);
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(read).toHaveBeenCalledTimes(2);
    watcher.stop();
  });

  it('starts no process every two seconds', async () => {
    const read = vi.fn(() => Promise.resolve({ ...WELL, source: 'nvidia-smi' as const }));
    const watcher = watcherOf(read);
    watcher.at('watched');
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(read).toHaveBeenCalledTimes(3);
    watcher.stop();
  });

  it('makes a look earlier that is due earlier now, and at once one that is overdue', async () => {
    const read = vi.fn(() => Promise.resolve(WELL));
    const watcher = watcherOf(read);
    watcher.at('resting');
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(4_000);
    watcher.at('working');
    await vi.advanceTimersByTimeAsync(5_999);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(read).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    watcher.at('watched');
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(3);
    watcher.at('resting');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(read, 'the one that was due goes on').toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(read).toHaveBeenCalledTimes(4);
    watcher.stop();
  });

  it('holds the cards open only while it looks often, and not after a look on demand', async () => {
    const kept: boolean[] = [];
    const read: Read = ({ keep }) => {
      kept.push(keep);
      return Promise.resolve(WELL);
    };
    const stop = vi.fn();
    const watcher = watcherOf(read, stop);
    await watcher.refresh();
    watcher.start(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    watcher.at('resting');
    await vi.advanceTimersByTimeAsync(70_000);
    expect(kept).toEqual([false, true, false, false]);
    stop.mockClear();
    watcher.stop();
    expect(stop).toHaveBeenCalledTimes(1);
  });
});

describe('looking again on demand', () => {
  it('answers with the new report, tells the listener too, and starts the pause anew', async () => {
    const read = vi.fn(() => Promise.resolve(WELL));
    const seen: CardReport[] = [];
    const watcher = watcherOf(read);
    watcher.start((report) => seen.push(report));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(await watcher.refresh()).toBe(WELL);
    expect(seen).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(read).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(read).toHaveBeenCalledTimes(3);
    watcher.stop();
  });

  it('works without watching, and then does not begin to watch', async () => {
    const read = vi.fn(() => Promise.resolve(WELL));
    expect(await watcherOf(read).refresh()).toBe(WELL);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('stopping', () => {
  it('ends the reading under way and reports nothing more', async () => {
    const driver = slowDriver();
    const onReport = vi.fn();
    const watcher = watcherOf(driver.read);
    watcher.start(onReport);
    watcher.stop();
    expect(driver.asked[0]?.aborted).toBe(true);
    await driver.answer(WELL);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onReport).not.toHaveBeenCalled();
    expect(driver.asked).toHaveLength(1);
  });

  it('can be followed by a new start, which hears nothing of the old reading', async () => {
    const late = Promise.withResolvers<CardReport>();
    const read = vi.fn(() => Promise.resolve(WELL)).mockReturnValueOnce(late.promise);
    const seen: CardReport[] = [];
    const watcher = watcherOf(read);
    watcher.start(() => expect.unreachable());
    watcher.start((report) => seen.push(report));
    late.resolve(ill('gpu.driver-hangs'));
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([WELL]);
    watcher.stop();
  });

  it('is harmless when nothing was started', () => {
    expect(() => watcherOf(() => Promise.resolve(WELL)).stop()).not.toThrow();
  });
});
