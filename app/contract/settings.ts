import { z } from 'zod';
import { HEAT_LIMIT } from './heat.ts';
import { NetworkChoices } from './network-choices.ts';

/** Whether jobs reach the Internet through the filter, or nothing at all. */
export const InternetPolicy = z.enum(['filtered', 'none']);
export type InternetPolicy = z.infer<typeof InternetPolicy>;

/** How hot a card may become before lending pauses, in whole degrees Celsius. */
export const HeatLimitC = z.number().int().min(HEAT_LIMIT.lowestC).max(HEAT_LIMIT.highestC);
export type HeatLimitC = z.infer<typeof HeatLimitC>;

/** The owner's choices. */
export const Settings = z.object({
  /** Address of the container engine; null: the first that fits. */
  engine: z.string().nullable(),
  internet: InternetPolicy,
  heatLimitC: HeatLimitC,
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
