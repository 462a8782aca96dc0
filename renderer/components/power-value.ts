import type { PowerKind } from '../../app/contract/power.ts';
import { megahertz, percent, watts } from '../locales/format.ts';

/** `300 W`, `2,000 MHz` or `60%`, by its kind. */
export function powerValue(kind: PowerKind, value: number): string {
  switch (kind) {
    case 'cap':
      return watts(value);
    case 'clocks':
      return megahertz(value);
    case 'fan':
      return percent(value);
  }
}
