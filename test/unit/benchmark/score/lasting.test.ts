import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../../app/contract/benchmark.ts';
import type { SlowReason } from '../../../../app/contract/gpu.ts';
import { causeOf } from '../../../../app/benchmark/score/causes.ts';
import { lastingOf } from '../../../../app/benchmark/score/lasting.ts';
import { observed } from '../../../fakes/benchmark/reports.ts';

const usual = { powerDefaultWatts: 450 };

const slowed = (reason: SlowReason, more: Partial<Observed> = {}, share = 0.5): Observed =>
  observed({ slowedBy: [{ reason, share, afterSeconds: 90 }], ...more });

describe('why a card was slow', () => {
  it.each<[string, Observed | null, string | null]>([
    ['nothing was told', null, null],
    ['no reason was told', observed(), null],
    ['a reason was told for a moment', slowed('heat', {}, 0.05), null],
    ['it was hot', slowed('heat'), 'slowed-by-heat'],
    ['it protected itself', slowed('hardware'), 'slowed-by-heat'],
    ['the supply gave in', slowed('power-brake'), 'slowed-by-supply'],
    ['it was at the limit of its maker', slowed('power-cap'), null],
    ['at a lower limit', slowed('power-cap', { powerLimitWatts: 300 }), 'lowered-power-limit'],
    ['at a limit that is not told', slowed('power-cap', { powerLimitWatts: null }), null],
  ])('where %s', (_what, told, code) => {
    expect(causeOf(told, usual)?.finding.code ?? null).toBe(code);
  });

  it('is the gravest of several, since it was told', () => {
    const both = observed({
      slowedBy: [
        { reason: 'power-cap', share: 1, afterSeconds: 0 },
        { reason: 'heat', share: 0.4, afterSeconds: 90 },
      ],
      powerLimitWatts: 300,
    });
    expect(causeOf(both, usual)).toMatchObject({
      finding: { code: 'slowed-by-heat' },
      afterSeconds: 90,
    });
  });
});

describe('a card that becomes slower under load', () => {
  it.each<[string, number | null, Observed | null, string | null]>([
    ['a short load', null, slowed('heat'), null],
    ['a steady card', 0.97, slowed('heat'), null],
    ['a hot card', 0.83, slowed('heat'), 'slowed-by-heat'],
    ['one that gives no reason', 0.83, observed(), 'slows-down'],
    ['one of which nothing is told', 0.83, null, 'slows-down'],
    ['one at the limit of its maker, a little slower', 0.9, slowed('power-cap'), null],
    ['one at the limit of its maker, much slower', 0.7, slowed('power-cap'), 'slows-down'],
  ])('%s', (_what, retention, told, code) => {
    expect(lastingOf({ retention, observed: told }, usual)?.code ?? null).toBe(code);
  });

  it('says when, how much, and why', () => {
    expect(lastingOf({ retention: 0.83, observed: slowed('heat') }, usual)?.message).toBe(
      'Under load it goes down to 83 % of its speed after 90 s: it slowed itself down for heat, at 67 °C.',
    );
  });
});
