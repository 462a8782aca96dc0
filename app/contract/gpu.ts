import { z } from 'zod';

const quantity = z.number().nullable();

/** One card as its driver describes it; null where the card does not say. */
export const Card = z.object({
  index: z.number().int(),
  name: z.string(),
  uuid: z.string().nullable(),
  memoryBytes: quantity,
  memoryUsedBytes: quantity,
  temperatureC: quantity,
  powerWatts: quantity,
  powerLimitWatts: quantity,
  fanPercent: quantity,
  utilizationPercent: quantity,
  pcieGen: quantity,
  pcieWidth: quantity,
});
export type Card = z.infer<typeof Card>;

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
  problem: Problem.nullable(),
});
export type CardReport = z.infer<typeof CardReport>;
