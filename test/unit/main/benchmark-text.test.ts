import { describe, expect, it } from 'vitest';
import type { BenchmarkReport } from '../../../app/contract/benchmark.ts';
import { historyText, reportText } from '../../../main/commands/benchmark-text.ts';
import { facts, metric, sustained, unscored } from '../../fakes/benchmark/reports.ts';

const REPORT: BenchmarkReport = {
  card: facts(),
  backend: 'cuda',
  level: 'health',
  startedAt: Date.UTC(2026, 10, 27, 3, 4),
  endedAt: Date.UTC(2026, 10, 27, 3, 5),
  metrics: [
    unscored(metric('memory-read', 825), { reference: 937.5, ratio: 0.88, hot: 808.5 }),
    unscored(metric('memory-test', 700)),
  ],
  sustained: [sustained({ retention: 0.83, worst: 0.8 })],
  disturbedBy: [],
  left: [{ name: 'fp8-fp32', reason: 'this card has no hardware for it' }],
  verdict: 'watch',
  problems: [{ code: 'slow-memory', message: 'Its memory is slow.', remedy: 'Look at it.' }],
  forecast: {
    why: null,
    models: [
      {
        name: 'Llama 3.1 8B',
        quantization: 'Q4_K_M',
        contextTokens: 2_048,
        fits: true,
        decodePerSecond: { low: 104.6, likely: 123.1, high: 141.5 },
        prefillPerSecond: { low: 7_040, likely: 9_020, high: 10_340 },
      },
      {
        name: 'Llama 3.3 70B',
        quantization: 'Q4_K_M',
        contextTokens: 2_048,
        fits: false,
        decodePerSecond: null,
        prefillPerSecond: null,
      },
    ],
    sdxlStepsPerSecond: { low: 4.41, likely: 6.74, high: 9.06 },
  },
};

describe('a report in a terminal', () => {
  it('shows each figure beside a healthy card, what is wrong, and the verdict', () => {
    expect(reportText(REPORT)).toBe(
      [
        'NVIDIA GeForce RTX 4090, compute capability 8.9, 128 multiprocessors',
        'memory-read        825.0 GB/s   ±0.2 % · 88 % of 938 GB/s · hot 98 % of that',
        'memory-test        700.0 GB/s   ±0.2 %',
        'under load      180 s · 83 % of its speed left · 80 % in the slowest seconds · 67 °C · 311 W',
        'fp8-fp32        –  this card has no hardware for it',
        '!! Its memory is slow.',
        '   Look at it.',
        'Every result was right, but something is slow.',
        'For one user it would make, by llama.cpp with 2048 tokens in the context:',
        '  Llama 3.1 8B Q4_K_M    105 to 142 tokens/s, and read 7040 to 10340 of a prompt',
        '  Llama 3.3 70B Q4_K_M   does not fit',
        '  SDXL, 1024 x 1024      4.4 to 9.1 steps/s',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['healthy', 'Healthy:'],
    ['fault', 'RESULTS WERE WRONG'],
    ['unknown', 'Its speed cannot be judged'],
  ] as const)('says what %s means', (verdict, words) => {
    expect(reportText({ ...REPORT, verdict })).toContain(words);
  });

  it('of earlier ones is a line each', () => {
    expect(historyText([REPORT])).toBe(
      '2026-11-27 03:04  NVIDIA GeForce RTX 4090 (cuda)  watch  memory-read 825 GB/s\n',
    );
    expect(historyText([])).toBe('Nothing was measured yet.\n');
  });
});
