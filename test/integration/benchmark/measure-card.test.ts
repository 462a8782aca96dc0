import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseKeeper } from '../../../app/benchmark/keeper.ts';
import {
  type Keeper,
  measureCard,
  type MeasureOptions,
  type Request,
} from '../../../app/benchmark/measure-card.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { envWithBoth, nvmlAlone } from '../../fakes/cuda/both-fakes.ts';
import { buildFakeCuda, type Script, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';
import {
  fakeCard,
  fakeDriver,
  FakeNvml,
  type NvmlScript,
  whyNoFakeNvml,
} from '../../fakes/nvml/fake-nvml.ts';

/* A whole run on a fake driver that is watched through a fake NVML; both are libraries in C. */

const reason = whyNoFakeCuda() ?? whyNoFakeNvml();
const UUID = 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f';
const IDLE: NvmlScript = { UUID, 'UtilizationRates.0': 0, CurrentClocksEventReasons: 0 };
const QUICK: Request = {
  level: 'quick',
  metrics: ['fp32', 'memory-read'],
  backend: 'cuda',
  card: null,
  isResumed: false,
};
/** Bits of nvml.h. */
const HEAT = 0x20;

describe.skipIf(reason !== null)(`measuring a card${reason === null ? '' : ` (${reason})`}`, () => {
  const fake = reason === null ? buildFakeCuda() : () => ({});
  const nvml = reason === null ? new FakeNvml({}) : null;
  let db: Database;
  let keeper: Keeper;
  beforeEach(() => {
    db = openDatabase(':memory:');
    keeper = databaseKeeper((work) => work(db));
    tell({});
  });
  afterEach(() => db.close());
  afterAll(() => nvml?.remove());

  /** What the card tells of itself from now on. */
  const tell = (changes: NvmlScript): void =>
    nvml?.tell(fakeDriver(fakeCard(0, { ...IDLE, ...changes })));

  function measure(
    request: Partial<Request> = {},
    { script = {}, ...more }: Partial<MeasureOptions> & { script?: Script } = {},
  ) {
    const env = { ...process.env, ...envWithBoth(fake(script), nvml) };
    const reader = nvmlAlone(env);
    return measureCard(
      { ...QUICK, ...request },
      {
        signal: new AbortController().signal,
        keeper,
        reader,
        onMetric: () => undefined,
        onProgress: () => undefined,
        env,
        everyMs: 100,
        ...more,
      },
    );
  }

  it('reports each metric with the clocks, the heat and the link of its time', async () => {
    const shares: number[] = [];
    const report = await measure({}, { onProgress: ({ share }) => shares.push(share) });
    expect(report).toMatchObject({ level: 'quick', disturbedBy: [], sustained: [] });
    expect(report.metrics).toMatchObject([
      {
        name: 'fp32',
        hot: null,
        observed: { coreClockMhz: 2_745, temperatureC: 67, pcieGen: 4, pcieWidth: 16 },
      },
      { name: 'memory-read', observed: { memoryClockMhz: 10_501 } },
    ]);
    expect(report.metrics[0]?.efficiency).toBeGreaterThan(0);
    expect(keeper.earlier(UUID)).toEqual([report]);
    expect(keeper.findOpen('quick', null)).toBeNull();
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });

  it('says in words what the card told of its slowness', async () => {
    tell({ CurrentClocksEventReasons: HEAT, 'Temperature.0': 84 });
    const { problems } = await measure();
    expect(problems.map(({ message }) => message).join()).toContain(
      'it slowed itself down for heat, at 84 °C',
    );
  });

  it('does not judge a card that something else used before', async () => {
    tell({ 'UtilizationRates.0': 60 });
    const report = await measure();
    expect(report.disturbedBy).toEqual(['The card was 60 % busy before.']);
    expect(report.verdict).toBe('unknown');
  });

  it('stops a card that becomes too hot, and goes on where it was once it has cooled', async () => {
    const metrics = ['fp32', 'int8', 'memory-read'] as const;
    const heat = (): void => tell({ 'Temperature.0': 93 });
    const hot = measure({ metrics }, { onMetric: heat });
    await expect(hot).rejects.toMatchObject({
      code: 'benchmark.unsafe',
      message: expect.stringContaining('93 °C hot, and 87 °C is the limit') as string,
    });
    expect(keeper.earlier(UUID)).toEqual([]);
    const before = keeper.findOpen('quick', null);
    expect(before?.parts.length).toBeGreaterThan(0);
    tell({});
    const again: string[] = [];
    const onMetric = ({ name }: { name: string }): void => void again.push(name);
    const report = await measure({ isResumed: true, metrics: [] }, { onMetric });
    expect(report.metrics.map(({ name }) => name)).toEqual([...metrics]);
    expect(again).not.toContain('fp32');
    expect(report.startedAt).toBe(before?.startedAt);
    expect(keeper.findOpen('quick', null)).toBeNull();
  });

  it('gives up on a card of which its driver tells nothing any more', async () => {
    const silence = (): void => nvml?.tell({ ...fakeDriver(), Count: 0 });
    const lost = measure({ metrics: ['fp32', 'int8', 'memory-test'] }, { onMetric: silence });
    await expect(lost).rejects.toMatchObject({
      code: 'benchmark.device-fault',
      message: expect.stringContaining('tells nothing of it any more') as string,
    });
  });

  it('keeps what was measured when it is stopped, or when the card breaks', async () => {
    const stop = new AbortController();
    const stopped = measure({}, { signal: stop.signal, onMetric: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'benchmark.cancelled' });
    expect(keeper.findOpen('quick', UUID)?.parts).toHaveLength(1);
    const broken = measure({ isResumed: true }, { script: { failAt: 20, failWith: 700 } });
    await expect(broken).rejects.toMatchObject({ code: 'benchmark.device-fault' });
    expect(keeper.findOpen('quick', UUID)?.parts).toHaveLength(1);
  });

  it('does not go on where there is nothing, or where the driver is another', async () => {
    await expect(measure({ isResumed: true })).rejects.toMatchObject({
      code: 'benchmark.nothing-to-resume',
    });
    const stop = new AbortController();
    await measure({}, { signal: stop.signal, onMetric: () => stop.abort() }).catch(() => undefined);
    const other = measure({ isResumed: true }, { script: { driver: 11_040 } });
    await expect(other).rejects.toMatchObject({ code: 'benchmark.changed' });
  });
});
