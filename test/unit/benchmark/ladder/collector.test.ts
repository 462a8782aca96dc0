import { describe, expect, it } from 'vitest';
import { Collector } from '../../../../app/benchmark/ladder/collector.ts';
import type { StepWord } from '../../../../app/benchmark/ladder/run-steps.ts';
import type { Part } from '../../../../app/benchmark/ladder/steps.ts';
import { metric, observed } from '../../../fakes/benchmark/reports.ts';

const RIGHT = { count: 0, wrongBits: 0, places: [] };

/** A load whose seconds came to these values, the first of them at 10 s. */
const seconds = (values: readonly number[]): StepWord[] =>
  values.map((value, second) => ({
    kind: 'second',
    name: 'fp16-fp32',
    unit: 'TFLOPS',
    value,
    at: 10_000 + 1000 * second,
  }));

function collected(words: readonly StepWord[], kept: readonly Part[] = []) {
  const asked: [number, number][] = [];
  const collector = new Collector(kept, (from, to) => {
    asked.push([from, to]);
    return observed();
  });
  for (const word of words) collector.hear(word);
  return { parts: collector.parts, asked };
}

const loadIn = (parts: readonly Part[]) => {
  const part = parts.find(({ kind }) => kind === 'load');
  return part?.kind === 'load' ? part.load : null;
};

describe('what is collected', () => {
  it('is each metric, with what the card told meanwhile', () => {
    const word: StepWord = {
      kind: 'metric',
      isHot: false,
      metric: metric('fp32', 85),
      from: 1_000,
      to: 3_000,
    };
    const left: StepWord = { kind: 'left', name: 'int8', reason: 'too old' };
    const { parts, asked } = collected([word, left, left]);
    expect(parts).toEqual([
      { kind: 'metric', isHot: false, metric: metric('fp32', 85), observed: observed() },
      { kind: 'left', name: 'int8', reason: 'too old' },
    ]);
    expect(asked).toEqual([[1_000, 3_000]]);
  });

  it('is a load as one, from its first second to its last', () => {
    const { parts, asked } = collected([
      ...seconds([160, 150, 140]),
      { kind: 'loaded', faults: RIGHT },
    ]);
    expect(loadIn(parts)).toMatchObject({
      name: 'fp16-fp32',
      perSecond: [160, 150, 140],
      retention: null,
      worst: null,
    });
    expect(asked.at(-1)).toEqual([9_000, 12_000]);
  });

  it('is a load under way as far as it has come, and what was kept before', () => {
    const kept: Part[] = [{ kind: 'left', name: 'int8', reason: 'too old' }];
    const { parts } = collected(seconds([160, 150]), kept);
    expect(parts).toHaveLength(2);
    expect(loadIn(parts)?.perSecond).toEqual([160, 150]);
  });

  it('says how much of the first speed was left, and how slow it became', () => {
    const cooling = [
      ...Array.from({ length: 5 }, () => 100),
      ...Array.from({ length: 85 }, () => 160),
      ...Array.from({ length: 90 }, (_, second) => (second === 40 ? 40 : 128)),
    ];
    const load = loadIn(collected([...seconds(cooling), { kind: 'loaded', faults: RIGHT }]).parts);
    expect(load?.retention).toBeCloseTo(0.8);
    expect(load?.worst).toBeCloseTo(0.8);
  });
});
