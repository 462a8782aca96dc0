import { describe, expect, it } from 'vitest';
import {
  dataSize,
  degrees,
  duration,
  memoryUse,
  nos,
  nosAmount,
  nosPerHour,
  percent,
  shortAddress,
  wattHours,
  watts,
} from '../../renderer/locales/format.ts';
import { notAmerican } from './locale.tsx';

const GIB = 1024 ** 3;

describe.skipIf(notAmerican)('NOS', () => {
  it('has four places in lists and all six in receipts', () => {
    expect(nos('1234567')).toBe('1.2346');
    expect(nos('1234567', 6)).toBe('1.234567');
    expect(nosAmount('108600')).toBe('0.1086 NOS');
  });

  it('rounds half away from nothing, on both sides of it', () => {
    expect(nos('50')).toBe('0.0001');
    expect(nos('49')).toBe('0.0000');
    expect(nos('-50')).toBe('−0.0001');
    expect(nos('-49')).toBe('0.0000');
    expect(nos('999950')).toBe('1.0000');
  });

  it('is exact beyond what a float can hold', () => {
    expect(nos('9007199254740993123456', 6)).toBe('9,007,199,254,740,993.123456');
    expect(nos(123_456_789_012_345_678n)).toBe('123,456,789,012.3457');
  });

  it('is never shown as nothing when it is not known', () => {
    expect(nosAmount(null)).toBe('–');
    expect(nosAmount('0')).toBe('0.0000 NOS');
  });

  it('per hour comes from a price per second', () => {
    expect(nosPerHour('150')).toBe('0.5400 NOS/h');
    expect(nosPerHour('0')).toBe('0.0000 NOS/h');
  });
});

describe.skipIf(notAmerican)('a duration', () => {
  it('has the largest unit that fits', () => {
    expect(duration(0)).toBe('0 s');
    expect(duration(41_400)).toBe('41 s');
    expect(duration(41 * 60_000)).toBe('41 min');
    expect(duration(2 * 3_600_000 + 3 * 60_000)).toBe('2 h 03 min');
    expect(duration(2 * 3_600_000)).toBe('2 h');
  });

  it('rounds to the second before it chooses the unit', () => {
    expect(duration(499)).toBe('0 s');
    expect(duration(500)).toBe('1 s');
    expect(duration(59_499)).toBe('59 s');
    expect(duration(59_500)).toBe('1 min');
    expect(duration(3_599_500)).toBe('1 h');
  });

  it('is never negative, and may be long', () => {
    expect(duration(-5_000)).toBe('0 s');
    expect(duration(100_000 * 3_600_000)).toBe('100,000 h');
  });
});

describe.skipIf(notAmerican)('what a card tells', () => {
  it('is shown in whole numbers with its unit', () => {
    expect(percent(97.6)).toBe('98%');
    expect(watts(311.4)).toBe('311 W');
    expect(degrees(66.5)).toBe('67°');
    expect(wattHours(41.26)).toBe('41.3 Wh');
    expect(memoryUse(22.1 * GIB, 24 * GIB)).toBe('22.1 of 24 GiB');
  });

  it('is a dash where it does not tell, and nothing where it says nothing', () => {
    expect(percent(null)).toBe('–');
    expect(percent(0)).toBe('0%');
    expect(memoryUse(null, 24 * GIB)).toBe('– of 24 GiB');
    expect(memoryUse(1, null)).toBe('–');
  });
});

describe.skipIf(notAmerican)('a size', () => {
  it('is in MiB below one GiB', () => {
    expect(dataSize(0)).toBe('0 MiB');
    expect(dataSize(840 * 1024 ** 2)).toBe('840 MiB');
    expect(dataSize(3.24 * GIB)).toBe('3.2 GiB');
    expect(dataSize(5_000 * GIB)).toBe('5,000 GiB');
  });
});

describe.skipIf(notAmerican)('an address', () => {
  it('is shortened only where that saves something', () => {
    expect(shortAddress('7kQ4xxxxxxxxxxxxxxxx9fA1')).toBe('7kQ4…9fA1');
    expect(shortAddress('Host1111')).toBe('Host1111');
    expect(shortAddress('')).toBe('');
  });
});
