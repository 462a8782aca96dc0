import { z } from 'zod';

const quantity = z.number().nullable();

/** Why a card runs below its highest clocks: the reasons of nvml.h, in words. */
export const SlowReason = z.enum([
  'idle',
  'application-clocks',
  'power-cap',
  'hardware',
  'sync-boost',
  'heat',
  'hardware-heat',
  'power-brake',
  'display',
]);
export type SlowReason = z.infer<typeof SlowReason>;

/** One card as its driver describes it; null where the card does not say. */
export const Card = z.object({
  index: z.number().int(),
  name: z.string(),
  uuid: z.string().nullable(),
  memoryBytes: quantity,
  memoryUsedBytes: quantity,
  temperatureC: quantity,
  memoryTemperatureC: quantity,
  /** At these it slows down by itself, and should not be for long. */
  slowdownC: quantity,
  highestC: quantity,
  powerWatts: quantity,
  /** In force, and what it may be set to. */
  powerLimitWatts: quantity,
  powerDefaultWatts: quantity,
  powerMinWatts: quantity,
  powerMaxWatts: quantity,
  /** Since the driver was loaded. */
  energyJoules: quantity,
  fanPercent: quantity,
  utilizationPercent: quantity,
  /** Share of the time in which its memory was read or written. */
  memoryUtilizationPercent: quantity,
  coreClockMhz: quantity,
  memoryClockMhz: quantity,
  /** 0 is the fastest (P0). */
  performanceState: quantity,
  slowReasons: z.array(SlowReason).nullable(),
  /** The link as it is now; cards shrink it at rest. */
  pcieGen: quantity,
  pcieWidth: quantity,
  pcieMaxGen: quantity,
  pcieMaxWidth: quantity,
  /** Errors since the driver was loaded; null without error correction. */
  ecc: z.object({ corrected: z.number(), uncorrected: z.number() }).nullable(),
  /** Rows of memory that were replaced by spare ones. */
  remappedRows: z
    .object({
      corrected: z.number(),
      uncorrected: z.number(),
      isPending: z.boolean(),
      hasFailed: z.boolean(),
    })
    .nullable(),
  /** Switched off by the computer to save power; asking it would wake it. */
  isAsleep: z.boolean(),
});
export type Card = z.infer<typeof Card>;

/** A program that uses a card. */
export const CardProcess = z.object({
  /** The card's. */
  index: z.number().int(),
  pid: z.number().int(),
  name: z.string().nullable(),
  /** It computes, or it draws; one that does both is there twice. */
  kind: z.enum(['compute', 'graphics']),
  /** Of the card; Windows does not tell. */
  memoryBytes: quantity,
});
export type CardProcess = z.infer<typeof CardProcess>;

/** Something that is missing or broken: a stable code, a sentence, and what to do. */
export const Problem = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type Problem = z.infer<typeof Problem>;

/** What `offpeak gpus --json` prints, and the cards slice of the state. */
export const CardReport = z.object({
  driver: z.string().nullable(),
  cuda: z.string().nullable(),
  cards: z.array(Card),
  /** Only where they were asked for. */
  processes: z.array(CardProcess).optional(),
  /** What told it; null where nothing did. */
  source: z.enum(['nvml', 'nvidia-smi']).nullable(),
  problem: Problem.nullable(),
});
export type CardReport = z.infer<typeof CardReport>;
