import { describe, expect, it } from 'vitest';
import { clock, hoursOfDay, moment, shortMoment } from '../../renderer/locales/moments.ts';
import { notAmerican } from './locale.tsx';

// By the local clock, whatever zone the test runs in.
const now = new Date(2026, 10, 23, 15, 4, 5).getTime();

describe.skipIf(notAmerican)('a moment in a list', () => {
  it('is the time when it was today', () => {
    expect(shortMoment(new Date(2026, 10, 23, 0, 5).getTime(), now)).toMatch(/^12:05\sAM$/);
  });

  it('is the day and the time when it was this year', () => {
    expect(shortMoment(new Date(2026, 10, 22, 23, 59).getTime(), now)).toMatch(/^Nov 22,.*11:59/);
  });

  it('is the date when it was before', () => {
    expect(shortMoment(new Date(2025, 11, 31, 23, 59).getTime(), now)).toBe('Dec 31, 2025');
  });
});

describe.skipIf(notAmerican)('a moment in a receipt', () => {
  it('has its date and time', () => {
    expect(moment(now)).toMatch(/^Nov 23, 2026, 3:04\sPM$/);
    expect(clock(now)).toMatch(/^3:04:05\sPM$/);
  });
});

describe.skipIf(notAmerican)('the scale of a day', () => {
  it('goes from midnight to midnight', () => {
    expect(hoursOfDay).toEqual(['00', '04', '08', '12', '16', '20', '24']);
  });
});
