import type { JobSummary, Receipt } from '../contract/job.ts';

/** A closed run that was paid. */
export interface PaidRun {
  readonly job: JobSummary;
  readonly receipt: Receipt;
}

type Column = readonly [name: string, value: (run: PaidRun) => string | number | null];

/** Times are UTC, money is NOS; `practice` marks rows whose money is worth nothing. */
const columns: readonly Column[] = [
  ['practice', ({ receipt }) => (receipt.practice ? 'yes' : 'no')],
  ['network', ({ receipt }) => receipt.network],
  ['started', ({ job }) => new Date(job.startedAt).toISOString()],
  ['settled', ({ receipt }) => new Date(receipt.settledAt).toISOString()],
  ['title', ({ job }) => job.title],
  ['image', ({ job }) => job.image],
  ['outcome', ({ job }) => job.outcome],
  ['status', ({ job }) => job.status],
  ['paid_seconds', ({ receipt }) => receipt.paidSeconds],
  ['price_nos_per_second', ({ receipt }) => nos(receipt.pricePerSecond)],
  ['gross_nos', ({ receipt }) => nos(receipt.grossBaseUnits)],
  ['refund_nos', ({ receipt }) => nos(receipt.refundBaseUnits)],
  ['power_watt_hours', ({ receipt }) => receipt.powerWattHours],
  ['job', ({ job }) => job.id],
  ['run', ({ job }) => job.run],
  ['transaction', ({ receipt }) => receipt.transaction],
  ['result', ({ receipt }) => receipt.resultCid],
];

/** Receipts as RFC 4180 text with a header row; what is unknown is an empty cell. Pure. */
export function csvOf(runs: readonly PaidRun[]): string {
  const header = columns.map(([name]) => name);
  const rows = runs.map((run) => columns.map(([, value]) => cell(value(run))));
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run a text that starts like a formula; titles are strangers' words.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Base units as NOS with all six decimals. */
function nos(baseUnits: string): string {
  const digits = baseUnits.padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
