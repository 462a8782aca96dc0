import { z } from 'zod';
import { HEAT_LIMIT } from './heat.ts';
import { NetworkChoices } from './network-choices.ts';

/** Whether jobs reach the Internet through the filter, or nothing at all. */
export const InternetPolicy = z.enum(['filtered', 'none']);
export type InternetPolicy = z.infer<typeof InternetPolicy>;

/** How hot a card may become before lending pauses, in whole degrees Celsius. */
export const HeatLimitC = z.number().int().min(HEAT_LIMIT.lowestC).max(HEAT_LIMIT.highestC);
export type HeatLimitC = z.infer<typeof HeatLimitC>;

/** What electricity costs the owner, and what a NOS is worth to them; null while they have not said. */
export const MoneyChoices = z.object({
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, such as EUR'),
  perKwh: z.number().min(0).max(1_000_000).nullable(),
  perNos: z.number().min(0).max(1_000_000).nullable(),
});
export type MoneyChoices = z.infer<typeof MoneyChoices>;

/** The owner's choices. */
export const Settings = z.object({
  /** Address of the container engine; null: the first that fits. */
  engine: z.string().nullable(),
  internet: InternetPolicy,
  heatLimitC: HeatLimitC,
  money: MoneyChoices,
  network: NetworkChoices,
});
export type Settings = z.infer<typeof Settings>;

/** A container engine of this computer that answers. */
export const EngineFound = z.object({
  address: z.string(),
  name: z.string(),
  usable: z.boolean(),
  why: z.string().nullable(),
});
export type EngineFound = z.infer<typeof EngineFound>;
