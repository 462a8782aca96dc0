import { t } from './text.ts';

const NOS_DECIMALS = 6;
const SOL_DECIMALS = 9;
const HOUR_SECONDS = 3600;

/** NOS base units as a decimal text: 4 places in lists, all 6 in receipts. */
export function nos(baseUnits: string | bigint, places: 4 | 6 = 4): string {
  const value = BigInt(baseUnits);
  const scale = 10n ** BigInt(NOS_DECIMALS - places);
  // Rounded half up on the integer: a float would lose units of large balances.
  const rounded = (value + (value < 0n ? -scale : scale) / 2n) / scale;
  return fixed(rounded, places);
}

/** NOS with its unit; null is a dash. */
export function nosAmount(baseUnits: string | null, places: 4 | 6 = 4): string {
  return baseUnits === null ? t('unknown') : t('unit.nos', { amount: nos(baseUnits, places) });
}

/** A price per second as NOS per hour. */
export function nosPerHour(pricePerSecond: string): string {
  return t('unit.nos-per-hour', { amount: nos(BigInt(pricePerSecond) * BigInt(HOUR_SECONDS)) });
}

/** `41 s`, `41 min`, `2 h`, `2 h 03 min`; milliseconds in, never less than nothing. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t('duration.seconds', { seconds: whole.format(seconds) });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('duration.minutes', { minutes: whole.format(minutes) });
  const hours = whole.format(Math.floor(minutes / 60));
  if (minutes % 60 === 0) return t('duration.hours', { hours });
  return t('duration.hours-minutes', { hours, minutes: twoDigits.format(minutes % 60) });
}

/** A percentage without decimals; like all of these, a dash where the card does not tell. */
export function percent(value: number | null): string {
  return quantity('unit.percent', value);
}

/** Degrees Celsius; the ring around it says what it is. */
export function degrees(value: number | null): string {
  return quantity('unit.degrees', value);
}

/** Whole watts. */
export function watts(value: number | null): string {
  return quantity('unit.watts', value);
}

/** Whole megahertz. */
export function megahertz(value: number): string {
  return t('unit.megahertz', { value: whole.format(value) });
}

/** GiB with one decimal at most. */
export function gibibytesText(value: number): string {
  return t('unit.gibibytes', { value: gibibytes.format(value) });
}

/** `937 GB/s`, `82.6 TFLOPS`: what a card does in a second, to three digits. */
export function rate(value: number, unit: 'GB/s' | 'TFLOPS' | 'TOPS'): string {
  return t(`unit.rate.${unit}`, { value: threeDigits.format(value) });
}

/** An amount of the owner's currency, to a tenth of the smallest coin. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: 3,
    maximumFractionDigits: 3,
  });
  return format.format(amount);
}

/** Watt-hours with one decimal. */
export function wattHours(value: number): string {
  return t('unit.watt-hours', { value: oneDecimal.format(value) });
}

/** `22.1 of 24 GiB`: memory in use. */
export function memoryUse(usedBytes: number | null, bytes: number | null): string {
  if (bytes === null) return t('unknown');
  const part = usedBytes === null ? t('unknown') : gibibytes.format(usedBytes / GIB);
  return t('unit.part-of', { part, whole: dataSize(bytes) });
}

/** `840 MiB`, `3.2 GiB`. */
export function dataSize(bytes: number): string {
  if (bytes < GIB) return t('unit.mebibytes', { value: whole.format(bytes / MIB) });
  return t('unit.gibibytes', { value: gibibytes.format(bytes / GIB) });
}

/** Lamports as SOL with its unit, to the last digit that is not zero. */
export function solAmount(lamports: string): string {
  return t('unit.sol', { amount: sol(lamports) });
}

/** The same without its unit, as it is typed. */
export function sol(lamports: string): string {
  const digits = String(BigInt(lamports) % 10n ** BigInt(SOL_DECIMALS)).padStart(SOL_DECIMALS, '0');
  const places = digits.replace(/0+$/, '').length;
  return fixed(BigInt(lamports) / 10n ** BigInt(SOL_DECIMALS - places), places);
}

/** Decimal megabytes, as providers count what a connection moves. */
export function megabytes(bytes: number): string {
  return t('unit.megabytes', { value: whole.format(bytes / 1e6) });
}

/** `512 Mb/s`; below 10 with one decimal. */
export function megabits(bitsPerSecond: number): string {
  const value = bitsPerSecond / 1e6;
  return t('unit.megabits', { value: (value < 10 ? gibibytes : whole).format(value) });
}

/** Whole milliseconds. */
export function milliseconds(ms: number): string {
  return t('unit.milliseconds', { value: whole.format(ms) });
}

/** `7kQ4…9fA1`: an address short enough for a line. */
export function shortAddress(address: string): string {
  return address.length > 12 ? `${address.slice(0, 4)}…${address.slice(-4)}` : address;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const gibibytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const oneDecimal = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const threeDigits = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const twoDigits = new Intl.NumberFormat(undefined, { minimumIntegerDigits: 2 });
/** The sign between whole numbers and parts in the owner's language. */
export const decimalPoint =
  oneDecimal.formatToParts(1.1).find(({ type }) => type === 'decimal')?.value ?? '.';

function quantity(
  key: 'unit.percent' | 'unit.degrees' | 'unit.watts',
  value: number | null,
): string {
  return value === null ? t('unknown') : t(key, { value: whole.format(value) });
}

function fixed(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? '−' : '';
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, '0');
  if (places === 0) return `${sign}${whole.format(BigInt(digits))}`;
  const fraction = new Intl.NumberFormat(undefined, {
    minimumIntegerDigits: places,
    useGrouping: false,
  }).format(BigInt(digits.slice(-places)));
  return `${sign}${whole.format(BigInt(digits.slice(0, -places)))}${decimalPoint}${fraction}`;
}
