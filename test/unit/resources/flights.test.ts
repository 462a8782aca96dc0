import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../app/contract/job.ts';
import { Flights, type Flight, type Waiter } from '../../../app/resources/flights.ts';
import { inParallel } from '../../../app/resources/parallel.ts';

const HALF: PullProgress = {
  image: 'x',
  receivedBytes: 1,
  totalBytes: 2,
  layersDone: 0,
  layers: 1,
};

/** A download that a test ends by hand. */
class Scripted implements Flight<string> {
  starts = 0;
  landed: readonly string[] = [];
  signal: AbortSignal | null = null;
  report: (progress: PullProgress) => void = () => undefined;
  #gate = Promise.withResolvers<string>();

  fly = (report: (progress: PullProgress) => void, signal: AbortSignal): Promise<string> => {
    this.starts += 1;
    this.report = report;
    this.signal = signal;
    this.#gate = Promise.withResolvers();
    signal.addEventListener('abort', () => this.#gate.reject(new Error('given up')));
    return this.#gate.promise;
  };

  land = (_: string, runs: readonly string[]): void => {
    this.landed = runs;
  };

  succeed(): void {
    this.#gate.resolve('volume');
  }

  fail(): void {
    this.#gate.reject(new Error('failed'));
  }
}

function waiter(run: string): Waiter & { seen: PullProgress[]; stop: AbortController } {
  const seen: PullProgress[] = [];
  const stop = new AbortController();
  return { run, seen, stop, signal: stop.signal, onProgress: (progress) => seen.push(progress) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a download that several want', () => {
  it('is begun once, and all see its progress and its end', async () => {
    const [flights, flight] = [new Flights<string>(), new Scripted()];
    const [a, b, c] = [waiter('a'), waiter('b'), waiter('c')];
    const first = [flights.join('key', a, flight), flights.join('key', b, flight)];
    await settled();
    flight.report(HALF);
    const late = flights.join('key', c, flight);
    flight.succeed();
    expect(await Promise.all([...first, late])).toEqual(['volume', 'volume', 'volume']);
    expect([a.seen, b.seen, c.seen]).toEqual([[HALF], [HALF], [HALF]]);
    expect(flight.starts).toBe(1);
    expect(flight.landed).toEqual(['a', 'b', 'c']);
  });

  it('is begun once for each thing, and again after its end', async () => {
    const [flights, one, two] = [new Flights<string>(), new Scripted(), new Scripted()];
    const joined = [flights.join('1', waiter('a'), one), flights.join('2', waiter('a'), two)];
    await settled();
    one.succeed();
    two.succeed();
    await Promise.all(joined);
    const again = flights.join('1', waiter('a'), one);
    await settled();
    one.succeed();
    await again;
    expect([one.starts, two.starts]).toEqual([2, 1]);
  });

  it('fails for all of them, and may be tried again', async () => {
    const [flights, flight] = [new Flights<string>(), new Scripted()];
    const joined = [waiter('a'), waiter('b')].map((one) => flights.join('key', one, flight));
    await settled();
    flight.fail();
    for (const one of joined) await expect(one).rejects.toThrow('failed');
    expect(flight.landed).toEqual([]);
    const again = flights.join('key', waiter('a'), flight);
    await settled();
    flight.succeed();
    expect(await again).toBe('volume');
  });

  it('goes on while one of them still wants it, and stops with the last', async () => {
    const [flights, flight] = [new Flights<string>(), new Scripted()];
    const [a, b] = [waiter('a'), waiter('b')];
    const joined = [flights.join('key', a, flight), flights.join('key', b, flight)];
    await settled();
    a.stop.abort();
    await expect(joined[0]).rejects.toThrow('stopped');
    expect(flight.signal?.aborted).toBe(false);
    b.stop.abort();
    await expect(joined[1]).rejects.toThrow('stopped');
    expect(flight.signal?.aborted).toBe(true);
  });

  it('is begun anew by one who comes while it is being given up', async () => {
    const [flights, flight] = [new Flights<string>(), new Scripted()];
    const [a, b] = [waiter('a'), waiter('b')];
    const first = flights.join('key', a, flight).catch(() => 'stopped');
    await settled();
    a.stop.abort();
    const second = flights.join('key', b, flight);
    await settled();
    flight.succeed();
    expect([await first, await second, flight.starts]).toEqual(['stopped', 'volume', 2]);
  });

  it('is not begun for one who has gone already', async () => {
    const [flights, flight, a] = [new Flights<string>(), new Scripted(), waiter('a')];
    a.stop.abort();
    await expect(flights.join('key', a, flight)).rejects.toThrow('stopped');
    expect(flight.starts).toBe(0);
  });
});

describe('work for many things at once', () => {
  const { signal } = new AbortController();

  it('keeps its order and its width', async () => {
    let now = 0;
    let most = 0;
    const results = await inParallel([5, 4, 3, 2, 1], 2, signal, async (item) => {
      most = Math.max(most, (now += 1));
      await settled();
      now -= 1;
      return item * 10;
    });
    expect(results).toEqual([50, 40, 30, 20, 10]);
    expect(most).toBe(2);
  });

  it('stops with the first failure, when the others have let go', async () => {
    const ended: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, signal, async (item, stop) => {
      if (item === 1) throw new Error('first');
      await new Promise((resolve) => stop.addEventListener('abort', resolve));
      ended.push(item);
    });
    await expect(work).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });

  it('is not done when it is not wanted', async () => {
    await expect(inParallel([1], 1, AbortSignal.abort(), () => settled())).rejects.toThrow();
  });
});
