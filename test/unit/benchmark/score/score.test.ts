import { describe, expect, it } from 'vitest';
import type { DeviceFacts, MetricName } from '../../../../app/contract/benchmark.ts';
import { judge } from '../../../../app/benchmark/score/judge.ts';
import { chipPeak, linkPeak } from '../../../../app/benchmark/score/peaks.ts';
import { scoreOf } from '../../../../app/benchmark/score/score.ts';
import { facts, metric, observed, unscored } from '../../../fakes/benchmark/reports.ts';

describe('the peak of a chip', () => {
  it.each<[string, MetricName, number]>([
    ['82.6 TFLOPS', 'fp32', 82.58e12],
    ['330 TFLOPS', 'fp16-fp16', 330.3e12],
    ['165 TFLOPS: half, on a GeForce', 'fp16-fp32', 165.2e12],
    ['661 TOPS', 'int8', 660.6e12],
    ['330 TFLOPS in FP8', 'fp8-fp32', 330.3e12],
    ['1008 GB/s', 'memory-read', 1_008e9],
  ])('of an RTX 4090 is %s, as its data sheet says', (_what, name, peak) => {
    expect(chipPeak(name, facts())).toBeCloseTo(peak, -Math.floor(Math.log10(peak)) + 2);
    expect((chipPeak(name, facts()) ?? 0) / peak).toBeCloseTo(1, 2);
  });

  it('of a board for professionals adds up in FP32 at the full rate', () => {
    const board = facts({ name: 'NVIDIA RTX 6000 Ada Generation' });
    expect(chipPeak('fp16-fp32', board)).toBe(chipPeak('fp16-fp16', board));
  });

  it.each<[string, Partial<DeviceFacts>, MetricName]>([
    ['a processor', { kind: 'cpu' }, 'fp32'],
    ['a chip newer than this', { computeCapability: [13, 0] }, 'fp32'],
    ['a card of another maker', { computeCapability: null }, 'fp32'],
    ['a GTX without tensor cores', { name: 'GTX 1660', computeCapability: [7, 5] }, 'int8'],
    ['FP8 on Hopper, where it is made of FP16', { computeCapability: [9, 0] }, 'fp8-fp32'],
    ['memory whose clock is not told', { memoryClockMhz: null }, 'memory-read'],
    ['a chip whose clock is not told', { clockMhz: null }, 'fp32'],
  ])('is not known of %s', (_what, changes, name) => {
    expect(chipPeak(name, facts(changes))).toBeNull();
  });

  it('of a link goes with its lanes', () => {
    expect((linkPeak({ generation: 4, lanes: 16 }) ?? 0) / 1e9).toBeCloseTo(31.5, 1);
    expect(linkPeak({ generation: 3, lanes: 16 })).toBeCloseTo(
      linkPeak({ generation: 4, lanes: 8 }) ?? 0,
      -8,
    );
    expect(linkPeak({ generation: 0, lanes: 16 })).toBeNull();
    expect(linkPeak({ generation: 9, lanes: 16 })).toBeNull();
  });
});

/** Runs of healthy cards: what the card said of itself, its link, and its figures. */
const HEALTHY: readonly [
  string,
  DeviceFacts,
  { generation: number; lanes: number },
  readonly (readonly [MetricName, number])[],
][] = [
  // docs/measured.md, by our own kernels.
  [
    'an H200',
    facts({
      name: 'NVIDIA H200',
      computeCapability: [9, 0],
      multiprocessors: 132,
      clockMhz: 1_980,
      memoryClockMhz: 3_201,
      memoryBusBits: 6_016,
    }),
    { generation: 5, lanes: 16 },
    [
      ['memory-read', 4_474],
      ['memory-copy', 4_058],
      ['fp32', 65.3],
      ['fp16-fp16', 647],
      ['bf16-fp32', 654],
      ['int8', 1_308],
      ['pcie-to-card', 55.4],
      ['pcie-from-card', 55.2],
    ],
  ],
  // clpeak's published results for an RTX 5060 (its README, 2026-08).
  [
    'an RTX 5060',
    facts({
      name: 'NVIDIA GeForce RTX 5060',
      computeCapability: [12, 0],
      multiprocessors: 30,
      clockMhz: 2_497,
      memoryClockMhz: 14_001,
      memoryBusBits: 128,
    }),
    { generation: 5, lanes: 8 },
    [
      ['memory-read', 419.5],
      ['fp32', 21.1],
      ['fp16-fp32', 42.6],
      ['fp16-fp16', 83.4],
      ['int8', 164.8],
      ['fp8-fp32', 85.1],
    ],
  ],
];

describe('a healthy card', () => {
  it.each(HEALTHY)('%s is one', (_name, card, mostLink, figures) => {
    const conditions = { mostLink, powerDefaultWatts: null };
    const scored = figures.map(([name, median]) => {
      const one = metric(name, median);
      return { ...unscored(one), ...scoreOf(one, card, { mostLink, observed: null }) };
    });
    for (const { ratio } of scored) {
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.2);
    }
    expect(judge({ metrics: scored, sustained: [], disturbedBy: [] }, conditions)).toEqual({
      verdict: 'healthy',
      problems: [],
    });
  });
});

describe('the score', () => {
  const conditions = { mostLink: { generation: 4, lanes: 16 }, observed: null };

  it('is what a healthy card delivers, and the share of it, in the unit of the metric', () => {
    const { reference, ratio } = scoreOf(metric('memory-read', 900), facts(), conditions);
    expect(reference).toBeCloseTo(937.5, 0);
    expect(ratio).toBeCloseTo(0.96, 2);
  });

  it('is not known of the memory test, of wrong results, and of a link that is not told', () => {
    expect(scoreOf(metric('memory-test', 700), facts(), conditions).reference).toBeNull();
    const wrong = { count: 1, wrongBits: 4, places: ['byte 0x4'] };
    const { reference, ratio } = scoreOf(
      metric('fp32', 80, { faults: wrong }),
      facts(),
      conditions,
    );
    expect([reference === null, ratio]).toEqual([false, null]);
    expect(
      scoreOf(metric('pcie-to-card', 20), facts(), { mostLink: null, observed: null }).reference,
    ).toBeNull();
  });

  it('of the chip goes by the clocks that were observed', () => {
    const told = { mostLink: null, observed: observed({ coreClockMhz: 1_890 }) };
    // Three quarters of the advertised clock, and of the speed: nothing is wrong with the chip.
    const { ratio, efficiency } = scoreOf(metric('fp32', 60.7), facts(), told);
    expect(ratio).toBeCloseTo(0.75, 2);
    expect(efficiency).toBeCloseTo(1, 2);
    const narrow = { ...told, observed: observed({ pcieGen: 3, pcieWidth: 4 }) };
    expect(scoreOf(metric('pcie-to-card', 3.4), facts(), narrow).efficiency).toBeCloseTo(1, 1);
    expect(scoreOf(metric('fp32', 80), facts(), conditions).efficiency).toBeNull();
  });
});
