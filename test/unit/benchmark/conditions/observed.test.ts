import { describe, expect, it } from 'vitest';
import { observedIn } from '../../../../app/benchmark/conditions/observed.ts';
import { blankCard } from '../../../../app/gpu/blank-card.ts';
import type { Card } from '../../../../app/contract/gpu.ts';

const reading = (second: number, told: Partial<Card>) => ({
  at: 1_000 * second,
  card: { ...blankCard({ index: 0, name: 'A card', uuid: 'GPU-1' }), ...told },
});

describe('what a card told of itself', () => {
  it('is nothing without a reading', () => {
    expect(observedIn([])).toBeNull();
  });

  it('is null where it does not tell', () => {
    expect(observedIn([reading(0, {})])).toEqual({
      coreClockMhz: null,
      memoryClockMhz: null,
      temperatureC: null,
      memoryTemperatureC: null,
      powerWatts: null,
      powerLimitWatts: null,
      pcieGen: null,
      pcieWidth: null,
      slowedBy: [],
    });
  });

  it('is the middle of its clocks, its highest heat, its mean power and its widest link', () => {
    const told = [
      reading(0, { coreClockMhz: 210, temperatureC: 40, powerWatts: 100, pcieGen: 1 }),
      reading(1, { coreClockMhz: 2_700, temperatureC: 71, powerWatts: 300, pcieGen: 4 }),
      reading(2, { coreClockMhz: 2_745, temperatureC: 69, powerWatts: 350, pcieGen: 4 }),
    ];
    expect(observedIn(told)).toMatchObject({
      coreClockMhz: 2_700,
      temperatureC: 71,
      powerWatts: 250,
      pcieGen: 4,
    });
  });

  it('is why it was slowed down, how often and since when; rest is no reason', () => {
    const told = [
      reading(5, { slowReasons: ['idle'] }),
      reading(6, { slowReasons: ['power-cap'] }),
      reading(7, { slowReasons: ['power-cap', 'heat'] }),
      reading(8, { slowReasons: null }),
    ];
    expect(observedIn(told)?.slowedBy).toEqual([
      { reason: 'power-cap', share: 0.5, afterSeconds: 1 },
      { reason: 'heat', share: 0.25, afterSeconds: 2 },
    ]);
  });
});
