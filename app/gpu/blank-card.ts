import type { Card } from '../contract/gpu.ts';

/** A card of which no more is known than which one it is. */
export function blankCard(which: Pick<Card, 'index' | 'name' | 'uuid'>): Card {
  return {
    ...which,
    memoryBytes: null,
    memoryUsedBytes: null,
    temperatureC: null,
    memoryTemperatureC: null,
    slowdownC: null,
    highestC: null,
    powerWatts: null,
    powerLimitWatts: null,
    powerDefaultWatts: null,
    powerMinWatts: null,
    powerMaxWatts: null,
    energyJoules: null,
    fanPercent: null,
    utilizationPercent: null,
    memoryUtilizationPercent: null,
    coreClockMhz: null,
    memoryClockMhz: null,
    performanceState: null,
    slowReasons: null,
    pcieGen: null,
    pcieWidth: null,
    pcieMaxGen: null,
    pcieMaxWidth: null,
    ecc: null,
    remappedRows: null,
    isAsleep: false,
  };
}
