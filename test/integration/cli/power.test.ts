import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PowerState } from '../../../app/contract/power.ts';
import { envWithBoth } from '../../fakes/cuda/both-fakes.ts';
import { buildFakeCuda, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';
import { offpeak, type RealHost, startRealHost } from '../../fakes/host/real-host.ts';
import {
  CHANGEABLE,
  fakeCard,
  fakeDriver,
  FakeNvml,
  whyNoFakeNvml,
} from '../../fakes/nvml/fake-nvml.ts';
import { freshHome, refused, WITHOUT_ENGINE } from './command-kit.ts';

/* The real host, command line and helper, on a fake of the driver's library. */

const reason =
  whyNoFakeNvml() ??
  whyNoFakeCuda() ??
  (process.getuid?.() === 0 ? null : 'the helper gets its rights without a question only as root');
const CARD = 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f';
const script = fakeDriver(fakeCard(0, { ...CHANGEABLE, UUID: CARD, 'UtilizationRates.0': 0 }));
const Refused = z.object({ error: z.object({ code: z.string() }) });

describe.skipIf(reason !== null)(`offpeak power${reason ? `: skipped, ${reason}` : ''}`, () => {
  const nvml = reason === null ? new FakeNvml(script) : null;
  const env = envWithBoth(reason === null ? buildFakeCuda()() : {}, nvml);
  let home: string;
  let host: RealHost | undefined;
  beforeEach(() => {
    home = freshHome();
    nvml?.tell(script);
  });
  afterEach(async () => {
    await host?.stop();
    host = undefined;
  });
  afterAll(() => nvml?.remove());

  const limit = () => nvml?.value('0.PowerManagementLimit');
  const clocks = () => nvml?.value('0.LockedClocks') ?? 0;
  async function ask<T>(args: readonly string[], schema: z.ZodType<T>) {
    const { code, stdout } = await offpeak([...args, '--json'], { ...env, OFFPEAK_HOME: home });
    return { code, document: schema.parse(JSON.parse(stdout)) };
  }
  const power = (...args: string[]) => ask(['power', ...args], PowerState);
  async function start(): Promise<RealHost> {
    const started = await startRealHost(home, { ...env, ...WITHOUT_ENGINE });
    await expect
      .poll(async () => (await power()).document.cards[0]?.card, { timeout: 20_000 })
      .toBe(CARD);
    return started;
  }

  it('tries a limit, keeps it while the card is lent, and puts it back when it is taken back', async () => {
    host = await start();
    const tried = await power('--cap', '300');
    expect(tried.document.cards[0]).toMatchObject({
      leases: [{ kind: 'cap', before: 450, value: 300 }],
      trial: { setting: { kind: 'cap', value: 300 } },
      wishes: { cap: null },
    });
    expect(limit()).toBe(300_000);
    const kept = await power('keep');
    expect(kept.document.cards[0]).toMatchObject({ trial: null, wishes: { cap: 300 } });
    const { stdout } = await offpeak(['power'], { ...env, OFFPEAK_HOME: home });
    expect(stdout).toContain('now: power limit 300 W (before: 450 W)');
    await host.stop();
    expect(limit()).toBe(450_000);
    // It is lent again at the next start, and so the limit is there again.
    host = await start();
    await expect.poll(limit, { timeout: 20_000 }).toBe(300_000);
    const dropped = await power('drop', 'cap');
    expect(dropped.document.cards[0]).toMatchObject({ leases: [], wishes: { cap: null } });
    expect(limit()).toBe(450_000);
  }, 90_000);

  it('has everything put back when the host is killed, and the next start knows it', async () => {
    host = await start();
    await power('--cap', '250', '--keep');
    await power('--clocks', '1800', '--keep');
    expect([limit(), clocks()]).toEqual([250_000, 1_800]);
    await host.kill();
    await expect.poll(() => [limit(), clocks()], { timeout: 5_000 }).toEqual([450_000, 0]);
    // What a killed helper would have left.
    nvml?.tell({ ...script, '0.PowerManagementLimit': 250_000, '0.EnforcedPowerLimit': 250_000 });
    const before = await power();
    expect(before.document.left).toEqual([]);
    expect(limit()).toBe(450_000);
  }, 90_000);

  it('keeps quiet hours', async () => {
    host = await start();
    const quiet = await power('quiet', '0:00-0:00', '--most-fan', '40');
    expect(quiet.document.cards[0]?.wishes.quiet).toEqual({
      fromMinute: 0,
      toMinute: 0,
      most: { kind: 'fan', percent: 40 },
    });
    // The fake's fan turns at 54 %, and it draws 311 W.
    await expect.poll(limit, { timeout: 70_000 }).toBe(289_000);
    await power('quiet', 'never');
    expect(limit()).toBe(450_000);
  }, 120_000);

  it('sweeps power limits by the running host, and puts the limit back when that is stopped', async () => {
    host = await start();
    const sweep = offpeak(['benchmark', '--sweep', '--json'], { ...env, OFFPEAK_HOME: home });
    const isMeasuring = async () => (await ask(['status'], z.looseObject({}))).document;
    const Running = z.looseObject({
      benchmark: z.looseObject({ running: z.looseObject({ level: z.string() }).nullable() }),
    });
    await expect
      .poll(async () => Running.parse(await isMeasuring()).benchmark.running?.level, {
        timeout: 20_000,
      })
      .toBe('sweep');
    await host.stop();
    host = undefined;
    const { code } = await sweep;
    expect(code).toBe(1);
    expect(limit()).toBe(450_000);
  }, 90_000);

  it('says what does not go without a running host, or without a card', async () => {
    expect(await ask(['power', '--cap', '300'], Refused)).toMatchObject({
      code: 1,
      document: { error: { code: 'power.not-running' } },
    });
    const other = await ask(['benchmark', '--sweep', '--card', 'GPU-ff'], Refused);
    expect(other.document.error.code).toBe('power.no-card');
  });
});

describe('offpeak power refuses', () => {
  it.each([
    [['power', '--cap=-5'], '--cap takes a whole number from 1 to 5000'],
    [
      ['power', '--cap', '300', '--keep', '--clocks', '50'],
      '--cap and --clocks cannot be tried at once',
    ],
    [['power', '--clocks', '50'], '--clocks takes a whole number from 100'],
    [['power', '--fan', '101'], '--fan takes a whole number from 0 to 100'],
    [['power', '--cap', '300', '--fan', '50'], '--cap and --fan cannot be tried at once'],
    [['benchmark', '--sweep', '--tariff', 'cheap'], '--tariff takes an amount'],
  ])('%s', async (args, message) => {
    const { exit, message: said } = await refused(freshHome(), args);
    expect(exit).toBe(2);
    expect(said).toMatch(message);
  });
});

it('the help names every word of "offpeak power"', async () => {
  const { stdout } = await offpeak(['help']);
  for (const word of ['allow|keep|revert', 'power drop', 'power quiet', 'power restore', '--sweep'])
    expect(stdout).toContain(word);
});
