import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PowerHelper } from '../../../app/adapters/power-helper/helper.ts';
import {
  sweepCard,
  type SweepOptions,
  type SweepProgress,
} from '../../../app/benchmark/sweep/sweep-card.ts';
import { envWithBoth, nvmlAlone } from '../../fakes/cuda/both-fakes.ts';
import { buildFakeCuda, type Script, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';
import {
  CHANGEABLE,
  fakeCard,
  fakeDriver,
  FakeNvml,
  type NvmlScript,
  whyNoFakeNvml,
} from '../../fakes/nvml/fake-nvml.ts';

/*
 * A whole sweep: the shipped helper sets the limits of a fake NVML, under which a fake driver computes slower. The
 * libraries of the driver are fakes in C, everything else is the real thing.
 */

const reason = whyNoFakeCuda() ?? whyNoFakeNvml();
const HELPER = join(import.meta.dirname, '../../../assets/power/offpeak-power');
const UUID = 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f';
const LENGTHS = { warmUp: 1, settle: 1, measure: 2 };
const WISH = { card: null, backend: 'cuda' } as const;

describe.skipIf(reason !== null)(`a sweep${reason === null ? '' : `: skipped, ${reason}`}`, () => {
  const fake = reason === null ? buildFakeCuda() : () => ({});
  const nvml = reason === null ? new FakeNvml({}) : null;
  let helper: PowerHelper;
  beforeEach(async () => {
    tell({});
    helper = await PowerHelper.start({ way: 'root', command: [HELPER], env: nvml?.env ?? {} });
  });
  afterEach(() => helper.close());
  afterAll(() => nvml?.remove());

  const tell = (changes: NvmlScript): void =>
    nvml?.tell(
      fakeDriver(
        fakeCard(0, {
          ...CHANGEABLE,
          UUID,
          PowerUsage: 500_000,
          'UtilizationRates.0': 0,
          CurrentClocksEventReasons: 0,
          ...changes,
        }),
      ),
    );
  const limit = () => nvml?.value('0.PowerManagementLimit');

  const hold: SweepOptions['hold'] = async (card, watts) => {
    await helper.ask(watts === null ? `restore ${card}` : `cap ${card} ${watts * 1_000}`);
  };

  function sweep({ script = {}, ...more }: Partial<SweepOptions> & { script?: Script } = {}) {
    const env = { ...process.env, ...envWithBoth(fake({ capped: 1, ...script }), nvml) };
    return sweepCard(WISH, {
      signal: new AbortController().signal,
      reader: nvmlAlone(env),
      hold,
      onProgress: () => undefined,
      env,
      everyMs: 100,
      lengths: LENGTHS,
      ...more,
    });
  }

  it('finds what the card does, and draws, at each limit, and puts the limit back', async () => {
    const heard: SweepProgress[] = [];
    const { points, work, card } = await sweep({ onProgress: (progress) => heard.push(progress) });
    expect(card.uuid).toBe(UUID);
    expect(work).toEqual({ name: 'fp16-fp32', unit: 'TFLOPS' });
    expect(points.map(({ capWatts, watts }) => [capWatts, watts])).toEqual(
      [450, 405, 360, 315, 270, 225].map((watts) => [watts, watts]),
    );
    // The fake computes half as fast at half of its limit; this computer has other things to do, too.
    expect(points[0]?.share).toBe(1);
    expect(points[5]?.share).toBeLessThan(0.85);
    expect(heard.map(({ capWatts }) => capWatts)).toContain(270);
    expect(heard.at(-1)).toMatchObject({ share: 1, remainingSeconds: 0 });
    expect(limit()).toBe(450_000);
  }, 120_000);

  it('puts the limit back when it is stopped, or the card gets too hot', async () => {
    const stop = new AbortController();
    const stopped = sweep({
      signal: stop.signal,
      onProgress: ({ capWatts }) => capWatts < 450 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'benchmark.cancelled' });
    expect(limit()).toBe(450_000);
    let isHot = false;
    const hot = sweep({
      onProgress: ({ capWatts }) => {
        if (capWatts < 450 && !isHot) tell({ 'Temperature.0': 93, PowerManagementLimit: 405_000 });
        isHot = true;
      },
      lengths: { warmUp: 0, settle: 0, measure: 1 },
    });
    tell({ 'Temperature.0': 93 });
    await expect(hot).rejects.toMatchObject({ code: 'benchmark.unsafe' });
    expect(limit()).toBe(450_000);
  }, 60_000);

  it('ends at the first wrong result and says at which limit', async () => {
    const wrong = sweep({ script: { wrongOnSm: 1 } });
    await expect(wrong).rejects.toMatchObject({
      code: 'benchmark.wrong-results',
      message: 'The card computed wrongly at a power limit of 450 W.',
    });
    expect(limit()).toBe(450_000);
  }, 60_000);

  it('does not begin on a card whose limit cannot be changed', async () => {
    tell({ SetPowerManagementLimit: 4 });
    await expect(sweep()).rejects.toMatchObject({ code: 'power.not-permitted' });
    tell({ 'PowerLimits.0': 440_000 });
    await expect(sweep()).rejects.toMatchObject({ code: 'benchmark.no-caps' });
  }, 60_000);
});
