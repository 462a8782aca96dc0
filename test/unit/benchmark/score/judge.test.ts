import { describe, expect, it } from 'vitest';
import type { Metric, Observed, ScoredMetric } from '../../../../app/contract/benchmark.ts';
import { type Evidence, judge } from '../../../../app/benchmark/score/judge.ts';
import { scoreOf } from '../../../../app/benchmark/score/score.ts';
import { facts, metric, observed, sustained, unscored } from '../../../fakes/benchmark/reports.ts';

const conditions = { mostLink: { generation: 4, lanes: 16 }, powerDefaultWatts: 450 };

function scored(...metrics: Metric[]): ScoredMetric[] {
  return seen(null, ...metrics);
}

/** While they were measured, the card told this. */
function seen(told: Observed | null, ...metrics: Metric[]): ScoredMetric[] {
  return metrics.map((one) => ({
    ...unscored(one, { observed: told }),
    ...scoreOf(one, facts(), { ...conditions, observed: told }),
  }));
}

const evidence = (metrics: ScoredMetric[], more: Partial<Evidence> = {}): Evidence => ({
  metrics,
  sustained: [],
  disturbedBy: [],
  ...more,
});

const codesOf = (...metrics: Metric[]) => {
  const { verdict, problems } = judge(evidence(scored(...metrics)), conditions);
  return [verdict, ...problems.map(({ code }) => code)];
};

const WRONG = { count: 3, wrongBits: 4, places: ['multiprocessor 12'] };

describe('the verdict', () => {
  it.each<[string, Metric[], string[]]>([
    ['all as it should be', [metric('memory-read', 930), metric('fp32', 85)], ['healthy']],
    ['faster than advertised', [metric('fp32', 95)], ['healthy']],
    ['slow memory', [metric('memory-read', 700), metric('fp32', 85)], ['watch', 'slow-memory']],
    [
      'slow memory, said once',
      [metric('memory-read', 700), metric('memory-copy', 600)],
      ['watch', 'slow-memory'],
    ],
    ['a slow chip', [metric('fp32', 40)], ['watch', 'slow-chip']],
    ['a narrow link', [metric('fp32', 85), metric('pcie-to-card', 6.4)], ['watch', 'narrow-link']],
    ['wrong results', [metric('fp32', 85, { faults: WRONG })], ['fault', 'wrong-results']],
    [
      'wrong results of a card that is slow besides',
      [metric('int8', 600, { faults: WRONG }), metric('fp32', 40)],
      ['fault', 'wrong-results', 'slow-chip'],
    ],
    ['only noise', [metric('fp32', 40, { spread: 0.2 })], ['unknown', 'noisy']],
    [
      'noise beside what is steady',
      [metric('fp32', 85), metric('memory-read', 500, { spread: 0.1 })],
      ['healthy', 'noisy'],
    ],
    [
      'a link that scatters as links do',
      [metric('pcie-to-card', 27, { spread: 0.04 })],
      ['healthy'],
    ],
    ['nothing to compare with', [metric('memory-test', 500)], ['unknown']],
    ['nothing at all', [], ['unknown']],
  ])('of %s', (_what, metrics, expected) => {
    expect(codesOf(...metrics)).toEqual(expected);
  });

  it('says how much slower, and how wrong', () => {
    const { problems } = judge(
      evidence(scored(metric('memory-read', 825), metric('int8', 1, { faults: WRONG }))),
      conditions,
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'Results of int8 were wrong: multiprocessor 12.',
      'Its memory is 12 % slower than that of a healthy card like it.',
    ]);
  });

  it.each<[number, string]>([
    [27.4, ''],
    [22, 'less than PCIe 4.0 x16 should'],
    [13.7, 'no more than PCIe 4.0 x8 carries, instead of x16'],
    [6.9, 'no more than PCIe 4.0 x4 carries, instead of x16'],
    [3.3, 'no more than PCIe 4.0 x2 carries, instead of x16'],
    [0.8, 'no more than PCIe 4.0 x1 carries, instead of x16'],
  ])('of a link of %s GB/s names one that carries as much: %s', (median, words) => {
    const { problems } = judge(evidence(scored(metric('pcie-to-card', median))), conditions);
    if (words === '') expect(problems).toEqual([]);
    else expect(problems[0]?.message).toContain(words);
  });

  it('names the cause where the card told it', () => {
    const hot = observed({
      temperatureC: 87,
      slowedBy: [{ reason: 'heat', share: 0.6, afterSeconds: 0 }],
    });
    const { problems } = judge(evidence(seen(hot, metric('fp32', 65))), conditions);
    expect(problems).toMatchObject([
      {
        code: 'slowed-by-heat',
        message:
          'Its work at fp32 is 20 % slower than that of a healthy card like it: it slowed itself down for heat, at 87 °C.',
      },
    ]);
  });

  it('tells low clocks from a chip that is slow at its clocks', () => {
    const message = (told: Observed, one: Metric) =>
      judge(evidence(seen(told, one)), conditions).problems[0]?.message;
    expect(message(observed(), metric('fp32', 60))).toContain('its clocks do not explain it');
    const low = observed({ coreClockMhz: 1_850 });
    expect(message(low, metric('fp32', 60))).not.toContain('clocks');
    const slowMemory = observed({ memoryClockMhz: 8_000 });
    expect(message(slowMemory, metric('memory-read', 710))).toContain('runs at 8000 MHz only');
  });

  it('minds what happened under load', () => {
    const metrics = scored(metric('fp32', 85));
    const throttled = judge(
      evidence(metrics, { sustained: [sustained({ retention: 0.7 })] }),
      conditions,
    );
    expect([throttled.verdict, throttled.problems[0]?.code]).toEqual(['watch', 'slows-down']);
    const wrong = judge(
      evidence(metrics, { sustained: [sustained({ faults: WRONG })] }),
      conditions,
    );
    expect([wrong.verdict, wrong.problems[0]?.message]).toEqual([
      'fault',
      'Results of fp16-fp32 were wrong: multiprocessor 12.',
    ]);
  });

  it('is none on speed where something else used the card, and a fault all the same', () => {
    const disturbedBy = ['ollama computes on the card.'];
    const slow = judge(evidence(scored(metric('fp32', 40)), { disturbedBy }), conditions);
    expect(slow.verdict).toBe('unknown');
    expect(slow.problems.at(-1)).toMatchObject({ code: 'disturbed', message: disturbedBy[0] });
    const wrong = scored(metric('fp32', 85, { faults: WRONG }));
    expect(judge(evidence(wrong, { disturbedBy }), conditions).verdict).toBe('fault');
  });

  it('never is a fault for want of speed, and always one for a wrong result', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 300; round++) {
      const metrics = (['fp32', 'memory-read', 'pcie-to-card', 'int8'] as const).map((name) =>
        metric(name, random() * 1_000, {
          spread: random() * 0.1,
          ...(random() < 0.1 && { faults: WRONG }),
        }),
      );
      const { verdict, problems } = judge(evidence(scored(...metrics)), conditions);
      const isWrong = metrics.some(({ faults }) => faults.count > 0);
      expect(verdict === 'fault').toBe(isWrong);
      for (const { message, remedy } of problems) {
        expect(message).toMatch(/\.$/);
        expect(remedy).toMatch(/\.$/);
      }
    }
  });
});
