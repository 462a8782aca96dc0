import type { Faults } from '../contract/benchmark.ts';

export const NO_FAULTS: Faults = { count: 0, wrongBits: 0, places: [] };
/** So many places of wrong results are named. */
export const MOST_PLACES = 8;

/** Both together. */
export function bothFaults(one: Faults, other: Faults): Faults {
  return {
    count: one.count + other.count,
    wrongBits: (one.wrongBits | other.wrongBits) >>> 0,
    places: [...new Set([...one.places, ...other.places])].slice(0, MOST_PLACES),
  };
}

/** As places of memory are written: 0x1f40. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
