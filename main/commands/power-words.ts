import { OffpeakError } from '../../app/contract/errors.ts';
import { PowerKind, type PowerSetting, type QuietProfile } from '../../app/contract/power.ts';
import { type CliContext, numberFlag } from './context.ts';

const RANGES = {
  cap: { min: 1, max: 5_000, otherwise: 0 },
  clocks: { min: 100, max: 10_000, otherwise: 0 },
  fan: { min: 0, max: 100, otherwise: 0 },
} as const;

/** The setting that the flags name; null without one. Throws `host.bad-usage`. */
export function settingOf({ values }: Pick<CliContext, 'values'>): PowerSetting | null {
  const named = PowerKind.options.filter((kind) => values[kind] !== undefined);
  const [kind, another] = named;
  if (another !== undefined) {
    throw new OffpeakError('host.bad-usage', {
      message: `--${kind ?? ''} and --${another} cannot be tried at once.`,
      remedy: 'Try one, keep it, then try the other.',
    });
  }
  if (kind === undefined) return null;
  return { kind, value: numberFlag(values[kind], kind, RANGES[kind]) };
}

const HOURS = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/;

/** Quiet hours: "22:00-7:00" with one of two ceilings, or "never". Throws `host.bad-usage`. */
export function quietOf(
  text: string | undefined,
  { values }: Pick<CliContext, 'values'>,
): QuietProfile | null {
  const { 'most-fan': fan, 'most-celsius': celsius } = values;
  if (text === 'never') return null;
  const [, fromHour, fromMinute, toHour, toMinute] = HOURS.exec(text ?? '') ?? [];
  if (fromHour === undefined || (fan === undefined) === (celsius === undefined)) {
    throw new OffpeakError('host.bad-usage', {
      message: '"power quiet" takes hours and one ceiling.',
      remedy:
        'For example: offpeak power quiet 22:00-7:00 --most-fan 40; or --most-celsius 65; or: offpeak power quiet never',
    });
  }
  const most: QuietProfile['most'] =
    fan === undefined
      ? {
          kind: 'temperature',
          celsius: numberFlag(celsius, 'most-celsius', { min: 45, max: 90, otherwise: 0 }),
        }
      : { kind: 'fan', percent: numberFlag(fan, 'most-fan', { min: 20, max: 100, otherwise: 0 }) };
  return {
    fromMinute: minutes(fromHour, fromMinute),
    toMinute: minutes(toHour, toMinute),
    most,
  };
}

function minutes(hours: string | undefined, rest: string | undefined): number {
  return Number(hours) * 60 + Number(rest);
}
