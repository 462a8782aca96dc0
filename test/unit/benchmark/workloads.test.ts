import { describe, expect, it } from 'vitest';
import { benchDevice } from '../../../app/benchmark/bench-device.ts';
import { type ComputeDevice, DeviceFault, type Workload } from '../../../app/benchmark/compute.ts';
import type { MetricName } from '../../../app/contract/benchmark.ts';
import { BenchFault, type BenchScript, MemoryBench } from '../../fakes/benchmark/memory-bench.ts';

/* The kinds of work over a device of this process's memory: what they find, and what they leave behind. */

const MEMORY: readonly MetricName[] = [
  'memory-read',
  'memory-copy',
  'pcie-to-card',
  'pcie-from-card',
  'memory-test',
];
const SEED = 20_260_101;
const RIGHT = { count: 0, wrongBits: 0, places: [] };

function prepared(metric: MetricName, script: BenchScript = {}) {
  const bench = new MemoryBench(script);
  const device = benchDevice(bench, { 2: 'there is not enough', 7: 'it does not want to' });
  return { bench, device, work: workloadOf(device, metric) };
}

function workloadOf(device: ComputeDevice, metric: MetricName): Workload {
  const workload = device.prepare(metric, SEED);
  if ('unable' in workload) throw new Error(workload.unable);
  return workload;
}

describe('a kind of work', () => {
  it.each([...MEMORY, 'fp32' as const])('%s: finds nothing wrong with what is right', (metric) => {
    const { bench, work } = prepared(metric);
    for (const rounds of [1, 3, 8]) {
      work.launch(rounds);
      work.launch(1);
      expect(work.check()).toEqual(RIGHT);
    }
    work.release();
    expect(bench.memory.size).toBe(0);
  });

  it.each(MEMORY)('%s: does not trust a comparison that sees nothing', (metric) => {
    const { work } = prepared(metric, { lazy: 'verify' });
    work.launch(1);
    expect(work.check().places).toContain('the check itself');
  });

  it.each([
    ['memory-read', 'read'],
    ['memory-read', 'fill'],
    ['memory-copy', 'copy'],
    ['memory-copy', 'fill'],
    ['pcie-to-card', 'link'],
    ['pcie-from-card', 'link'],
    ['memory-test', 'fill'],
    ['fp32', 'rate'],
  ] as const)('%s: finds a device that skips %s', (metric, lazy) => {
    const { work } = prepared(metric, { lazy });
    work.launch(2);
    expect(work.check().count).toBeGreaterThan(0);
  });

  it.each(MEMORY)('%s: finds one bit that turned in the device', (metric) => {
    const { bench, work } = prepared(metric);
    work.launch(1);
    work.check();
    // What turned before a launch is copied, read, compared or crosses the link in it.
    const turned = largest(bench);
    bench.beforeLaunch = () =>
      turned.forEach((bytes) => bytes.writeUInt8(bytes.readUInt8(100) ^ 8, 100));
    work.launch(8);
    const { count, wrongBits } = work.check();
    expect(count).toBeGreaterThan(0);
    expect(wrongBits & 8).toBe(8);
  });

  it('names the block and the byte of memory that is wrong, and forgets it after the check', () => {
    const { bench, work } = prepared('memory-test', { spareBytes: 5000, blockBytes: 1024 });
    const areas = largest(bench);
    expect(areas).toHaveLength(5);
    areas[2]?.writeUInt8((areas[2][640] ?? 0) ^ 1, 640);
    work.launch(5);
    expect(work.check()).toEqual({ count: 1, wrongBits: 1, places: ['byte 0x280 of block 2'] });
    work.launch(5);
    expect(work.check()).toEqual(RIGHT);
  });

  it('goes through all blocks in turn, however the launches are cut', () => {
    const { bench, work } = prepared('memory-copy', { sweepBytes: 3072, blockBytes: 1024 });
    const targets = largest(bench).slice(3);
    const before = targets.map((bytes) => bytes.toString('hex'));
    const changed = (): boolean[] => targets.map((bytes, i) => bytes.toString('hex') !== before[i]);
    work.launch(2);
    expect(changed()).toEqual([true, true, false]);
    expect(work.check()).toEqual(RIGHT);
    work.launch(1);
    expect(changed()).toEqual([false, false, true]);
    expect(work.check()).toEqual(RIGHT);
  });

  it('takes a smaller part of the memory where there is less than it seemed', () => {
    const { bench, work } = prepared('memory-test', { spareBytes: 8192, memoryBytes: 6300 });
    expect(largest(bench)).toHaveLength(6);
    work.launch(6);
    expect(work.check()).toEqual(RIGHT);
  });

  it.each([...MEMORY])('%s: says so where there is no memory, and keeps none', (metric) => {
    const bench = new MemoryBench({ memoryBytes: 1100 });
    const refused = benchDevice(bench, { 2: 'there is not enough' }).prepare(metric, SEED);
    expect(refused).toHaveProperty('unable', expect.stringContaining('there is not enough'));
    if (metric === 'memory-copy') expect(bench.memory.size).toBe(0);
  });

  it('counts reading and writing of a copy, and both passes of a test', () => {
    expect(prepared('memory-read').work.perRound).toBe(1024);
    expect(prepared('memory-copy').work.perRound).toBe(2048);
    expect(prepared('memory-test').work.perRound).toBeCloseTo(2 * 832, -2);
    expect(prepared('pcie-to-card').work.perRound).toBe(1024);
    expect(prepared('fp32').work.perRound).toBe(1000);
  });
});

describe('a device', () => {
  it('says in words what its driver does not take', () => {
    const { bench, device } = prepared('fp32');
    expect(device.prepare('int8', SEED)).toEqual({ unable: 'it only adds' });
    bench.queueFill = () => {
      throw new BenchFault(7);
    };
    expect(device.prepare('memory-read', SEED)).toEqual({ unable: 'it does not want to' });
  });

  it('is at an end when its driver refuses anything else', () => {
    const { bench, device, work } = prepared('memory-copy');
    bench.queueCopy = () => {
      throw new BenchFault(700);
    };
    expect(() => work.launch(1)).toThrow(DeviceFault);
    bench.queueFill = () => {
      throw new BenchFault(700);
    };
    expect(() => device.prepare('memory-read', SEED)).toThrow(DeviceFault);
    bench.read = () => {
      throw new TypeError('ours');
    };
    expect(() => device.prepare('fp32', SEED)).toThrow(TypeError);
  });
});

// The areas under work, in the order in which they were taken.
function largest(bench: MemoryBench): Buffer[] {
  const all = [...bench.memory.values()];
  const most = Math.max(...all.map(({ length }) => length));
  return all.filter(({ length }) => length === most);
}
