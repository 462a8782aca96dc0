import { t } from './text.ts';

const NOS_DECIMALS = 6;

/** NOS base units as a decimal text: 4 places in lists, all 6 in receipts; null is a dash. */
export function nos(baseUnits: string | null, places: 4 | 6 = 4): string {
  if (baseUnits === null) return t('unknown');
  const value = BigInt(baseUnits);
  const scale = 10n ** BigInt(NOS_DECIMALS - places);
  // Rounded half up on the integer: a float would lose units of large balances.
  const rounded = (value + (value < 0n ? -scale : scale) / 2n) / scale;
  return fixed(rounded, places);
}

/** A price per second as NOS per hour. */
export function nosPerHour(pricePerSecond: string): string {
  return nos(String(BigInt(pricePerSecond) * 3600n));
}

/** `41 s`, `41 min`, `2 h 03 min`; milliseconds in. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  const rest = new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: 'minute',
    minimumIntegerDigits: 2,
  });
  return `${unit(Math.floor(minutes / 60), 'hour')} ${rest.format(minutes % 60)}`;
}

/** Day and time for the owner's locale; today shows the time alone. */
export function moment(at: number): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(undefined, {
    ...(today ? {} : { dateStyle: 'medium' as const }),
    timeStyle: 'short',
  }).format(date);
}

/** Time of day to the second. */
export function clock(at: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(at);
}

/** A quantity with its unit, or a dash where the card does not say. */
export function quantity(value: number | null, suffix: string): string {
  if (value === null) return t('unknown');
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }).format(value)}${suffix}`;
}

/** Gibibytes with one decimal. */
export function gibibytes(bytes: number | null): string {
  if (bytes === null) return t('unknown');
  const format = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
  return format.format(bytes / 1024 ** 3);
}

/** `7kQ4…9fA`: an address short enough for a list. */
export function shortAddress(address: string): string {
  return address.length > 12 ? `${address.slice(0, 4)}…${address.slice(-4)}` : address;
}

function unit(value: number, name: 'second' | 'minute' | 'hour'): string {
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: name }).format(value);
}

function fixed(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? '−' : '';
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, '0');
  const whole = new Intl.NumberFormat().format(BigInt(digits.slice(0, -places)));
  const point = new Intl.NumberFormat().formatToParts(1.1).find((p) => p.type === 'decimal');
  return `${sign}${whole}${point?.value ?? '.'}${digits.slice(-places)}`;
}
