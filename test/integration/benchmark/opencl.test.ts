import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenClContext } from '../../../app/adapters/opencl/context.ts';
import { type OpenClDevice, openClDevices } from '../../../app/adapters/opencl/devices.ts';
import { OpenClFault, OpenClLibrary } from '../../../app/adapters/opencl/library.ts';
import { benchDevice } from '../../../app/benchmark/bench-device.ts';
import type { ComputeDevice, Workload } from '../../../app/benchmark/compute.ts';
import { measure } from '../../../app/benchmark/measure.ts';
import { OpenClBench } from '../../../app/benchmark/opencl/bench.ts';
import { chooseDevice } from '../../../app/benchmark/opencl/device.ts';
import { type Plan, planFor } from '../../../app/benchmark/opencl/plan.ts';
import { programText } from '../../../app/benchmark/opencl/source.ts';
import { SEED } from '../../../app/benchmark/ladder/run-steps.ts';
import { BenchmarkReport, type MetricName } from '../../../app/contract/benchmark.ts';
import { measured } from '../../fakes/benchmark/measured.ts';
import { offpeak } from '../../fakes/host/real-host.ts';

/* The real kernels on a real device: a processor with PoCL, or whatever OpenCL finds here. */

const library = OpenClLibrary.open();
const found = library && firstDevice(library);
const reason = whyNothing();
const CAN: readonly MetricName[] = [
  'memory-read',
  'memory-copy',
  'fp32',
  'pcie-to-card',
  'pcie-from-card',
  'memory-test',
];
const MIB = 1024 ** 2;
const opened: ComputeDevice[] = [];

afterEach(() => {
  for (const device of opened.splice(0)) device.close();
});

function firstDevice(loaded: OpenClLibrary): OpenClDevice | null {
  return chooseDevice(openClDevices(loaded), null);
}

function whyNothing(): string | null {
  if (library === null) return 'skipped: there is no libOpenCL.so.1 (ocl-icd-libopencl1)';
  return found ? null : 'skipped: OpenCL has no device here (pocl-opencl-icd)';
}

function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('this should have been skipped');
  return value;
}

/** Little memory, so that each check is quick. */
function open({ plan, source }: { plan?: Partial<Plan>; source?: (text: string) => string } = {}) {
  const device = present(found);
  const whole: Plan = {
    ...planFor(device),
    blockBytes: MIB,
    sweepBytes: 4 * MIB,
    spareBytes: 8 * MIB,
    ...plan,
  };
  const context = new OpenClContext(present(library), device);
  const { facts } = device;
  const text = source?.(programText(whole));
  const bench = new OpenClBench(context, {
    facts,
    plan: whole,
    source: text ?? programText(whole),
  });
  const made = { bench, device: benchDevice(bench, { [-11]: 'the driver does not take it' }) };
  opened.push(made.device);
  return made;
}

function workOf(device: ComputeDevice, metric: MetricName): Workload {
  const work = device.prepare(metric, SEED);
  if ('unable' in work) throw new Error(work.unable);
  return work;
}

/** What is found wrong after one launch. */
async function faultsOf(work: Workload, rounds = 3) {
  const launch = work.launch(rounds);
  while (!launch.isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
  launch.release();
  return work.check();
}

const because = reason === null ? '' : ` (${reason})`;

describe.skipIf(reason !== null)(`OpenCL${because}`, () => {
  it('knows what it computes with', () => {
    const { facts } = open().device;
    expect(facts.name).not.toBe('');
    expect(facts.platform).toMatch(/OpenCL \d/);
    expect(facts.multiprocessors).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(100 * MIB);
    expect(facts).toMatchObject({ memoryClockMhz: null, memoryBusBits: null, driverCuda: null });
  });

  it('measures all that it can, every result is right, and says what it cannot', async () => {
    const { device } = open();
    const { metrics, left } = await measured(device, {
      metrics: [...CAN, 'int8'],
      milliseconds: 5,
    });
    expect(metrics.map(({ name }) => name)).toEqual(CAN);
    for (const { median, samples, faults } of metrics) {
      expect(faults).toEqual({ count: 0, wrongBits: 0, places: [] });
      expect(samples).toHaveLength(7);
      expect(median).toBeGreaterThan(0);
    }
    expect(left).toEqual([{ name: 'int8', reason: 'OpenCL does not reach the tensor cores' }]);
  });

  it.each([
    { isContiguous: false, lanes: 1, items: 1024, copyItems: 4096, group: 64 },
    { isContiguous: true, lanes: 4, items: 3, copyItems: 5, group: 1 },
    { isContiguous: false, lanes: 8, items: 16, copyItems: 16, group: 4 },
    { isContiguous: true, lanes: 16, items: 2, copyItems: 2, group: 2 },
  ])('comes to the words that a card has come to, however work is cut: %j', async (plan) => {
    const { device } = open({ plan });
    for (const metric of ['fp32', 'memory-read', 'memory-copy', 'memory-test'] as const) {
      const work = workOf(device, metric);
      expect([metric, await faultsOf(work)]).toEqual([
        metric,
        { count: 0, wrongBits: 0, places: [] },
      ]);
      work.release();
    }
  });

  it.each(['memory-read', 'memory-copy', 'memory-test'] as const)(
    'finds one bit that turned: %s',
    async (metric) => {
      const { bench, device } = open();
      const allocate = vi.spyOn(bench, 'allocate');
      const work = workOf(device, metric);
      expect((await faultsOf(work, 8)).count).toBe(0);
      const [first] = allocate.mock.results.map(({ value }) => value as bigint);
      const word = bench.read(present(first), 4);
      bench.write(present(first), Buffer.from([(word[0] ?? 0) ^ 16, ...word.subarray(1)]));
      const { wrongBits, places } = await faultsOf(work, 8);
      expect(wrongBits).toBe(16);
      expect(places.some((place) => place.startsWith('byte 0x0'))).toBe(true);
      work.release();
    },
  );

  it('finds a bit that turns on the way to the card', async () => {
    const { bench, device } = open();
    const queueToCard = bench.queueToCard.bind(bench);
    vi.spyOn(bench, 'queueToCard').mockImplementation((to, pinned, bytes) => {
      queueToCard(to, pinned, bytes);
      const word = bench.read(to, 4);
      bench.write(to, Buffer.from([(word[0] ?? 0) ^ 2, ...word.subarray(1)]));
    });
    expect(await faultsOf(workOf(device, 'pcie-to-card'))).toMatchObject({ wrongBits: 2 });
    expect(await faultsOf(workOf(device, 'pcie-from-card'))).toMatchObject({ wrongBits: 2 });
  });

  it.each([
    ['a wrong constant', (text: string) => text.replaceAll('12582912.0f', '12582913.0f')],
    [
      'a sum that is taken away too often',
      (text: string) => text.replace('fma(n, q2', 'fma(p, q2'),
    ],
    ['a factor that is too large', (text: string) => text.replace('& 2046u', '& 8190u')],
  ])('finds a device that computes wrongly: %s', async (_, source) => {
    const work = workOf(open({ source }).device, 'fp32');
    const { count, places } = await faultsOf(work);
    expect(count).toBeGreaterThan(0);
    expect(places[0]).toMatch(/^work-group \d+$/);
  });

  it('does not believe a device that computes nothing, or whose comparison is blind', async () => {
    const lazy = (text: string): string =>
      text.replace('kernel void k_fp32', 'kernel void k_other');
    const idle = (text: string): string => `${lazy(text)}
      kernel void k_fp32(global const uint *g, global uint *e, uint r, uint s) { }`;
    const { places } = await faultsOf(workOf(open({ source: idle }).device, 'fp32'));
    expect(places).toContain('threads that did nothing');
    const blind = (text: string): string => text.replace('if (bits != 0)', 'if (bits == 7)');
    for (const metric of CAN.filter((name) => name !== 'fp32')) {
      const faults = await faultsOf(workOf(open({ source: blind }).device, metric));
      expect([metric, faults.places]).toEqual([metric, ['the check itself']]);
    }
  });

  it('says what the compiler said where it does not take a kernel', () => {
    const broken = open({ source: (text) => text.replace('uint4 fold', 'nothing fold') });
    expect(broken.device.prepare('memory-read', 1)).toEqual({
      unable: 'the driver does not take it',
    });
    const context = new OpenClContext(present(library), present(found));
    expect(() => context.build('kernel void a(', '')).toThrow(OpenClFault);
    expect(() => context.build('kernel void a() { unknown_word; }', '')).toThrow(/unknown_word/);
    context.close();
  });

  it('refuses what is not there, in words', () => {
    const context = new OpenClContext(present(library), present(found));
    const program = context.build('kernel void a(global uint *to) { to[0] = 1; }', '');
    expect(() => context.kernelOf(program, 'b')).toThrow('-46 (no such kernel)');
    expect(() => context.allocate(0)).toThrow(/clCreateBuffer answered -61/);
    context.forgetProgram(program, []);
    context.close();
  });

  it('is stopped in the middle, and can go on with something else', async () => {
    const { device } = open();
    const stop = new AbortController();
    const work = workOf(device, 'memory-copy');
    const measuring = measure(work, { repetitions: 1e9, milliseconds: 50, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(measuring).rejects.toMatchObject({ code: 'benchmark.cancelled' });
    work.release();
    const next = workOf(device, 'fp32');
    expect((await faultsOf(next)).count).toBe(0);
    next.release();
  });
});

describe.skipIf(reason !== null)(`offpeak benchmark by OpenCL${because}`, () => {
  const home = (): string => mkdtempSync(join(tmpdir(), 'offpeak-opencl-'));

  // Where there is a CUDA driver, this takes its place.
  function withoutCuda(): string {
    const folder = home();
    writeFileSync(join(folder, 'libcuda.so.1'), '');
    return folder;
  }

  it('measures this computer from the command line where there is no CUDA', async () => {
    const wishes = ['fp32', 'pcie-to-card', 'fp8-fp32'].flatMap((name) => ['--metric', name]);
    const env = { OFFPEAK_HOME: home(), LD_LIBRARY_PATH: withoutCuda() };
    const { code, stdout } = await offpeak(['benchmark', '--quick', '--json', ...wishes], env);
    const { backend, card, metrics, left } = BenchmarkReport.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(backend).toBe('opencl');
    expect(card.uuid).toBe(present(found).facts.uuid);
    expect(metrics.map(({ name, faults }) => [name, faults.count])).toEqual([
      ['fp32', 0],
      ['pcie-to-card', 0],
    ]);
    expect(left.map(({ name }) => name)).toEqual(['fp8-fp32']);
  });

  it('marks a processor plainly, and takes it by its name', async () => {
    const { facts } = present(found);
    const args = ['benchmark', '--card', facts.uuid, '--backend', 'opencl', '--metric', 'int8'];
    const { code, stdout } = await offpeak(args, { OFFPEAK_HOME: home() });
    expect(code).toBe(0);
    expect(stdout.includes('for trying only, not to be compared with a card')).toBe(
      facts.kind === 'cpu',
    );
  });

  it('knows no device of another name', async () => {
    const args = ['benchmark', '--card', 'GPU-none', '--backend', 'opencl'];
    const { code, stderr } = await offpeak(args, { OFFPEAK_HOME: home() });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no card "GPU-none" here.');
  });
});
