import { hourOf } from '../../app/contract/electricity.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { SweepPoint, SweepReport } from '../../app/contract/sweep.ts';
import type { CliContext } from './context.ts';

/** In one currency, whichever; null while it was not given. */
export interface Prices {
  readonly perKwh: number | null;
  /** What an hour of lending brings. */
  readonly income: number | null;
}

/** `--tariff` and `--income`. Throws `host.bad-usage`. */
export function pricesOf(values: CliContext['values']): Prices {
  return { perKwh: price(values.tariff, 'tariff'), income: price(values.income, 'income') };
}

function price(text: string | undefined, flag: string): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new OffpeakError('host.bad-usage', {
    message: `--${flag} takes an amount such as 0.32, not "${text}".`,
  });
}

/** The sweep as a table, and what it comes to. */
export function sweepText(report: SweepReport, prices: Prices): string {
  const { card, points, work, kneeWatts, disturbedBy } = report;
  const money = prices.perKwh === null ? '' : '   costs/h   leaves/h';
  const rows = points.map((point) => rowOf(point, { unit: work.unit, kneeWatts, prices }));
  return [
    `${card.name}\n`,
    `  limit             speed   share   draws   heat${money}\n`,
    ...rows,
    ...disturbedBy.map((what) => `!! ${what} The figures are not to be relied on.\n`),
    `${kneeText(report)}\n`,
  ].join('');
}

function rowOf(
  { capWatts, perSecond, share, watts, celsius }: SweepPoint,
  of: { unit: string; kneeWatts: number | null; prices: Prices },
): string {
  const { perKwh, income } = of.prices;
  const hour = watts === null || perKwh === null ? null : hourOf(watts, perKwh, income);
  const cells = [
    `${of.kneeWatts === capWatts ? '>' : ' '} ${column(`${capWatts} W`, 6)}`,
    column(`${perSecond.toPrecision(4)} ${of.unit}`, 16),
    column(`${Math.round(share * 100)} %`, 6),
    column(watts === null ? '–' : `${Math.round(watts)} W`, 6),
    column(celsius === null ? '–' : `${celsius} °C`, 6),
    ...(hour === null ? [] : [column(hour.cost.toFixed(3), 8)]),
    ...(hour?.net == null ? [] : [column(hour.net.toFixed(3), 9)]),
  ];
  return `${cells.join('  ')}\n`;
}

function kneeText({ points, kneeWatts }: SweepReport): string {
  const [usual] = points;
  const knee = points.find(({ capWatts }) => capWatts === kneeWatts);
  if (usual === undefined || knee === undefined)
    return 'No limit stands out: speed and power fall together.';
  const saved = usual.watts === null || knee.watts === null ? 0 : 1 - knee.watts / usual.watts;
  return `At ${knee.capWatts} W it does ${Math.round(knee.share * 100)} % of its speed and draws ${Math.round(saved * 100)} % less.\nKeep it while the card is lent: offpeak power --cap ${knee.capWatts} --keep`;
}

function column(text: string, width: number): string {
  return text.padStart(width);
}
