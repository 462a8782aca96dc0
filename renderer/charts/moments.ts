import { clockMinutes, dayAndMonth, monthAndYear } from '../locales/moments.ts';
import type { Period } from './period.ts';

/** A moment (UTC milliseconds) as the axis of such a period shows it. */
export function momentOf(period: Period, at: number): string {
  switch (period) {
    case 'hour':
    case 'day':
      return clockMinutes(at);
    case 'week':
    case 'month':
      return dayAndMonth(at);
    case 'year':
      return monthAndYear(at);
  }
}
