import { describe, expect, it } from 'vitest';
import { Safety } from '../../../../app/benchmark/conditions/safety.ts';
import { blankCard } from '../../../../app/gpu/blank-card.ts';
import type { Card } from '../../../../app/contract/gpu.ts';

/** When such readings, one each half second, make it stop, and why. */
function stopped(readings: readonly Partial<Card>[]): [at: number, words: string] | null {
  const safety = new Safety();
  for (const [turn, told] of readings.entries()) {
    const card = { ...blankCard({ index: 0, name: 'A card', uuid: 'GPU-1' }), ...told };
    const words = safety.take(card, turn * 500);
    if (words !== null) return [turn * 500, words];
  }
  return null;
}

const always = (told: Partial<Card>, count = 20) => Array.from({ length: count }, () => told);

describe('the safety of a card under load', () => {
  it.each<[string, Partial<Card>]>([
    ['a card that tells nothing', {}],
    ['a warm card', { temperatureC: 82, fanPercent: 60 }],
    ['a card that bears more', { temperatureC: 86, highestC: 93 }],
    ['warm memory', { memoryTemperatureC: 98 }],
    ['a card at its power limit, that is warm', { slowReasons: ['power-cap', 'heat'] }],
    ['a fan that rests while nothing rises', { temperatureC: 75, fanPercent: 0 }],
  ])('lets it go on: %s', (_what, told) => {
    expect(stopped(always(told))).toBeNull();
  });

  it.each<[string, Partial<Card>, RegExp]>([
    ['its own limit is near', { temperatureC: 87, highestC: 90 }, /87 °C hot, and 87 °C/],
    ['it bears much, and we do not', { temperatureC: 88, highestC: 97 }, /88 °C is the limit/],
    ['its limit is not told', { temperatureC: 83 }, /83 °C is the limit/],
    ['its memory is hot', { memoryTemperatureC: 100 }, /its memory is 100 °C/],
    ['it slows itself down', { slowReasons: ['hardware'] }, /protect itself/],
    ['it slows itself down for heat', { slowReasons: ['hardware-heat'] }, /for heat/],
    ['the supply gives in', { slowReasons: ['power-brake'] }, /power supply/],
  ])('stops after two seconds where %s', (_what, told, words) => {
    expect(stopped(always(told))).toEqual([2_000, expect.stringMatching(words)]);
  });

  it('does not mind a peak', () => {
    const hot = { temperatureC: 92 };
    const cool = { temperatureC: 70 };
    expect(stopped([hot, hot, hot, cool, hot, hot, hot, cool])).toBeNull();
  });

  it('stops where the fan stands still while it heats up', () => {
    const rising = Array.from({ length: 10 }, (_, turn) => ({
      temperatureC: 66 + 2 * turn,
      fanPercent: 0,
      highestC: 97,
    }));
    expect(stopped(rising)).toEqual([3_000, expect.stringContaining('fan')]);
    expect(stopped(rising.map((told) => ({ ...told, fanPercent: 30 })))).toBeNull();
  });
});
