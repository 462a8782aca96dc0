import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { HostClient } from '../../../app/contract/client.ts';
import { envWithBoth } from '../../fakes/cuda/both-fakes.ts';
import { buildFakeCuda, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';
import { offpeak, type RealHost, startRealHost } from '../../fakes/host/real-host.ts';
import { viewOf } from '../../fakes/host/view.ts';
import { fakeCard, fakeDriver, FakeNvml, whyNoFakeNvml } from '../../fakes/nvml/fake-nvml.ts';

/* A real host whose card is made of two fake libraries: measured from the app, and not lent meanwhile. */

const problem = whyNoFakeCuda() ?? whyNoFakeNvml();
const CARD = 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f';

const nvml =
  problem === null
    ? new FakeNvml(fakeDriver(fakeCard(0, { UUID: CARD, 'UtilizationRates.0': 0 })))
    : null;
let host: RealHost | undefined;
let client: HostClient | undefined;
afterEach(async () => {
  client?.close();
  await host?.stop();
});
afterAll(() => nvml?.remove());

const environment = () => envWithBoth(buildFakeCuda()(), nvml);

const benchmark = () => client?.state?.benchmark;
const history = async () => await client?.call('benchmark.history', { card: CARD });

describe.skipIf(problem !== null)(
  `a benchmark from the app${problem === null ? '' : `: skipped, ${problem}`}`,
  () => {
    it('holds the card back, reports, can be stopped, and is gone on with over a restart', async () => {
      const home = mkdtempSync(join(tmpdir(), 'offpeak-benchmark-'));
      const env = environment();
      host = await startRealHost(home, env);
      client = await viewOf(home);
      await expect.poll(() => client?.state?.cards.cards[0]?.uuid, { timeout: 20_000 }).toBe(CARD);

      await client.call('benchmark.start', { card: CARD, level: 'quick', resume: false });
      await expect
        .poll(() => benchmark()?.running?.share, { timeout: 20_000 })
        .toBeGreaterThan(0.2);
      const again = client.call('benchmark.start', { card: CARD, level: 'quick', resume: false });
      await expect(again).rejects.toThrow('measured already');
      const own = client.state?.identities.filter(({ card }) => card === CARD) ?? [];
      for (const { reason } of own) expect(reason.code).not.toBe('in-queue');
      const other = await offpeak(['benchmark', '--json'], { ...env, OFFPEAK_HOME: home });
      expect(other.stdout).toContain('measuring a card already');

      await client.call('benchmark.stop', {});
      await expect.poll(() => benchmark()?.running).toBeNull();
      expect(benchmark()?.problem).toBeNull();
      expect(await history()).toMatchObject({ latest: null, open: ['quick'] });
      client.close();
      await host.stop();

      host = await startRealHost(home, env);
      client = await viewOf(home);
      await client.call('benchmark.start', { card: CARD, level: 'quick', resume: true });
      await expect
        .poll(async () => (await history())?.latest?.level ?? null, {
          timeout: 60_000,
          interval: 500,
        })
        .toBe('quick');
      const { latest, open } = (await history()) ?? {};
      expect(latest?.metrics.length).toBeGreaterThan(8);
      expect(latest?.metrics[0]?.observed?.coreClockMhz).toBe(2_745);
      expect(open).toEqual([]);
    }, 180_000);
  },
);
