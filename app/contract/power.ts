import { z } from 'zod';
import { Problem } from './gpu.ts';

/** The settings of a card that Offpeak changes: power limit, highest core clock, speed of the fans. */
export const PowerKind = z.enum(['cap', 'clocks', 'fan']);
export type PowerKind = z.infer<typeof PowerKind>;

const CapWatts = z.number().min(1).max(5_000);
const MaxClockMhz = z.number().int().min(100).max(10_000);
const FanPercent = z.number().int().min(0).max(100);
const DAY_MINUTES = 24 * 60;
const MinuteOfDay = z
  .number()
  .int()
  .min(0)
  .max(DAY_MINUTES - 1);

/** A ceiling in given hours, which is kept by lowering the power limit step by step. */
export const QuietProfile = z.object({
  /** Minutes after midnight, local time; from 22:00 to 7:00 goes over midnight. */
  fromMinute: MinuteOfDay,
  toMinute: MinuteOfDay,
  most: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fan'), percent: z.number().int().min(20).max(100) }),
    z.object({ kind: z.literal('temperature'), celsius: z.number().int().min(45).max(90) }),
  ]),
});
export type QuietProfile = z.infer<typeof QuietProfile>;

/** What the owner wants of a card while it is lent; null leaves it to the card. */
export const PowerWishes = z.object({
  cap: CapWatts.nullable(),
  /** MHz. */
  clocks: MaxClockMhz.nullable(),
  /** Percent. */
  fan: FanPercent.nullable(),
  quiet: QuietProfile.nullable(),
});
export type PowerWishes = z.infer<typeof PowerWishes>;

/** One setting: watts, megahertz or percent by its kind. */
export const PowerSetting = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cap'), value: CapWatts }),
  z.object({ kind: z.literal('clocks'), value: MaxClockMhz }),
  z.object({ kind: z.literal('fan'), value: FanPercent }),
]);
export type PowerSetting = z.infer<typeof PowerSetting>;

/** A setting that is changed now, and that will be put back. */
export const Lease = z.object({
  card: z.string(),
  kind: PowerKind,
  /** Of the power limit, in watts; clocks and fans go back to the card's own. */
  before: z.number().nullable(),
  /** In force, as the driver was asked for it. */
  value: z.number(),
  /** UTC, milliseconds. */
  since: z.number().int(),
});
export type Lease = z.infer<typeof Lease>;

/** How the helper gets its rights: as root by itself, by a rule for sudo, or after a question to the owner. */
export const HelperWay = z.enum(['root', 'sudo', 'pkexec']);
export type HelperWay = z.infer<typeof HelperWay>;

/** One card's settings. */
export const CardPower = z.object({
  card: z.string(),
  wishes: PowerWishes,
  leases: z.array(Lease),
  /** What is being tried, and when (UTC, milliseconds) it is taken back unless it is kept. */
  trial: z.object({ setting: PowerSetting, endsAt: z.number() }).nullable(),
  /** The power limit that keeps it quiet now, in watts; null while it is quiet enough, or outside of the hours. */
  quietWatts: z.number().nullable(),
  problem: Problem.nullable(),
});
export type CardPower = z.infer<typeof CardPower>;

/** Power leases as views see them. */
export const PowerState = z.object({
  helper: z.object({
    /** Null where it can get no rights here: then `instructions` of each card are all there is. */
    way: HelperWay.nullable(),
    /** Exactly what is run, for the owner to read before. */
    command: z.string().nullable(),
    /** `asking`: the system asks the owner for consent. */
    state: z.enum(['closed', 'asking', 'open']),
    problem: Problem.nullable(),
  }),
  cards: z.array(CardPower),
  /** Settings that a crash may have left on a card, and that nobody has put back yet. */
  left: z.array(Lease),
});
export type PowerState = z.infer<typeof PowerState>;
