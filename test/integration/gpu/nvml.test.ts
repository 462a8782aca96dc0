import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CardReport } from '../../../app/contract/gpu.ts';
import { openCardReader } from '../../../app/gpu/cards.ts';
import type { CardReader } from '../../../app/gpu/card-reader.ts';
import { fakeCard, fakeDriver, FakeNvml, whyNoFakeNvml } from '../../fakes/nvml/fake-nvml.ts';
import { envWithFake } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';

/* The real adapter, koffi and child process; only the library of the driver is a fake. */

const problem = whyNoFakeNvml();
const GIB = 1024 ** 3;

describe.skipIf(problem !== null)(
  `reading cards through NVML${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    let fake: FakeNvml;
    let reader: CardReader;
    beforeAll(() => (fake = new FakeNvml({})));
    afterAll(() => fake.remove());
    beforeEach(() => {
      fake.tell(fakeDriver(fakeCard()));
      fake.calls('');
      reader = openCardReader({ env: fake.env });
      return () => reader.stop();
    });

    const read = (keep = true, signal = new AbortController().signal): Promise<CardReport> =>
      reader.read({ keep, signal });

    it('tells all that the card tells, in the units of the contract', async () => {
      const report = await read();
      expect(CardReport.parse(report)).toEqual(report);
      expect(report).toMatchObject({
        driver: '580.95.05',
        cuda: '13.0',
        source: 'nvml',
        problem: null,
      });
      expect(report.cards).toEqual([
        {
          index: 0,
          name: 'NVIDIA GeForce RTX 4090',
          uuid: 'GPU-00000000-0000-0000-0000-000000000000',
          memoryBytes: 24 * GIB,
          memoryUsedBytes: 2 * GIB,
          temperatureC: 67,
          memoryTemperatureC: null,
          slowdownC: 97,
          highestC: 90,
          powerWatts: 311.4,
          powerLimitWatts: 450,
          powerDefaultWatts: 450,
          powerMinWatts: 150,
          powerMaxWatts: 600,
          energyJoules: 7_200.5,
          fanPercent: 54,
          utilizationPercent: 98,
          memoryUtilizationPercent: 40,
          coreClockMhz: 2_745,
          memoryClockMhz: 10_501,
          performanceState: 2,
          slowReasons: ['power-cap'],
          pcieGen: 4,
          pcieWidth: 16,
          pcieMaxGen: 4,
          pcieMaxWidth: 16,
          ecc: null,
          remappedRows: null,
          isAsleep: false,
        },
      ]);
    });

    it('tells what only cards for data centres have', async () => {
      const card = fakeCard(0, {
        'Field.82': 71,
        EccMode: 1,
        'EccErrors.0': 5,
        'EccErrors.1': 1,
        'RemappedRows.0': 2,
        'RemappedRows.1': 1,
        'RemappedRows.2': 1,
        'RemappedRows.3': 0,
        CurrentClocksEventReasons: 0x1ff,
      });
      fake.tell(fakeDriver(card));
      const [seen] = (await read()).cards;
      expect(seen).toMatchObject({
        memoryTemperatureC: 71,
        ecc: { corrected: 5, uncorrected: 1 },
        remappedRows: { corrected: 2, uncorrected: 1, isPending: true, hasFailed: false },
      });
      expect(seen?.slowReasons).toHaveLength(9);
    });

    it('a card that tells nothing is still a card, and is asked nothing twice in vain', async () => {
      fake.tell({ Count: 1, '0.Name': 'Quadro P400' });
      const [card] = (await read()).cards;
      expect(card).toMatchObject({ name: 'Quadro P400', uuid: null, temperatureC: null });
      fake.calls('');
      await read();
      expect(fake.calls('FanSpeed')).toBe(0);
    });

    it('tells who uses the cards, only when it is asked', async () => {
      fake.tell({
        ...fakeDriver(
          fakeCard(0, {
            'Compute.0': 2,
            'Compute.1': 1458,
            'Compute.2': GIB,
            'Compute.3': 77,
            'Compute.4': '18446744073709551615',
            'Graphics.0': 1,
            'Graphics.1': 1842,
            'Graphics.2': GIB / 2,
          }),
          fakeCard(1, { 'Compute.0': 0 }),
        ),
        'Process.1458': 'python3',
        'Process.1842': 'Xorg',
      });
      expect((await read()).processes).toBeUndefined();
      const { signal } = new AbortController();
      const { processes } = await reader.read({ keep: true, signal, processes: true });
      expect(processes).toEqual([
        { index: 0, pid: 1458, name: 'python3', kind: 'compute', memoryBytes: GIB },
        { index: 0, pid: 77, name: null, kind: 'compute', memoryBytes: null },
        { index: 0, pid: 1842, name: 'Xorg', kind: 'graphics', memoryBytes: GIB / 2 },
      ]);
    });

    it('opens the library once for many readings, and again after it was let go', async () => {
      await read();
      await read();
      expect(fake.calls('Init')).toBe(1);
      await read(false);
      await read(false);
      expect(fake.calls('Init')).toBe(1);
    });

    it('follows the values as they change', async () => {
      await read();
      fake.tell(fakeDriver(fakeCard(0, { 'Temperature.0': 84, CurrentClocksEventReasons: 0x20 })));
      const [card] = (await read()).cards;
      expect(card).toMatchObject({ temperatureC: 84, slowReasons: ['heat'] });
    });

    it.each([
      [15, 'gpu.card-lost'],
      [16, 'gpu.card-needs-reset'],
    ])('says that a card stopped answering with %i, and reads the others', async (status, code) => {
      await read();
      fake.tell(
        fakeDriver(
          fakeCard(0, { UtilizationRates: '', 'UtilizationRates!': status }),
          fakeCard(1, { 'Temperature.0': 50 }),
        ),
      );
      reader.stop();
      const report = await read();
      expect(report.problem).toMatchObject({
        code,
        message: expect.stringContaining('Card 0') as string,
      });
      expect(report.cards[1]?.temperatureC).toBe(50);
      expect(report.cards[0]?.powerWatts).toBeNull();
    });

    it('a card that was gone from the start does not hide the others', async () => {
      fake.tell(fakeDriver(fakeCard(0, { Handle: 15 }), fakeCard(1)));
      const report = await read();
      expect(report.problem?.code).toBe('gpu.card-lost');
      expect(report.cards.map(({ temperatureC }) => temperatureC)).toEqual([null, 67]);
    });

    it.each([
      [4, 'gpu.forbidden'],
      [9, 'gpu.driver-not-running'],
      [17, 'gpu.blocked-by-system'],
      [18, 'gpu.driver-mismatch'],
    ])('a library that cannot start (%i) is %s, with a remedy', async (status, code) => {
      fake.tell({ Init: status });
      const report = await read();
      expect(report).toMatchObject({ cards: [], problem: { code } });
    });

    it('a driver that is exchanged under us is read again once it is whole', async () => {
      await read();
      fake.tell(fakeDriver(fakeCard(0, { 'PerformanceState!': 18 })));
      expect((await read()).problem?.code).toBe('gpu.driver-mismatch');
      fake.tell({ ...fakeDriver(fakeCard()), Driver: '590.10' });
      fake.calls('');
      expect(await read()).toMatchObject({ driver: '590.10', problem: null });
      expect(fake.calls('Init')).toBe(1);
    });

    it('a call that never returns is given up, harms nobody, and is forgotten when it is over', async () => {
      const quick = openCardReader({ env: fake.env, timeoutMs: 1_000 });
      const { signal } = new AbortController();
      await quick.read({ keep: true, signal });
      fake.tell({ ...fakeDriver(fakeCard()), hang: 'UtilizationRates' });
      let beats = 0;
      const heart = setInterval(() => (beats += 1), 20);
      const report = await quick.read({ keep: true, signal });
      clearInterval(heart);
      expect(beats).toBeGreaterThan(5);
      expect(report.problem).toMatchObject({
        code: 'gpu.driver-hangs',
        message: 'The NVIDIA driver does not answer: no answer in 1 seconds.',
      });
      fake.tell(fakeDriver(fakeCard()));
      expect((await quick.read({ keep: true, signal })).problem).toBeNull();
      quick.stop();
    });

    it('is let go at once when nobody waits any more', async () => {
      fake.tell({ ...fakeDriver(fakeCard()), hang: 'Name' });
      const stop = new AbortController();
      const reading = read(true, stop.signal);
      stop.abort(new Error('the owner quit'));
      await expect(reading).rejects.toThrow('the owner quit');
    });

    it('without the library asks nvidia-smi', async () => {
      const without = openCardReader({ env: envWithFake('ok') });
      const report = await without.read({ keep: true, signal: new AbortController().signal });
      expect(report).toMatchObject({ source: 'nvidia-smi', cards: [{ temperatureC: 42 }] });
      expect(report.processes).toBeUndefined();
      without.stop();
    });

    it('that ends in a way of its own asks nvidia-smi, which may know why', async () => {
      fake.tell({ Init: 999 });
      const env = { ...envWithFake('ok'), ...fake.env, PATH: envWithFake('ok').PATH };
      const other = openCardReader({ env });
      const report = await other.read({ keep: true, signal: new AbortController().signal });
      expect(report.source).toBe('nvidia-smi');
      other.stop();
    });
  },
);
