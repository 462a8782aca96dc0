import { z } from 'zod';
import { BaseUnits } from './base-units.ts';

/** What the network pays for being there, apart from jobs. NOS base units. */
export const Rewards = z.object({ claimable: BaseUnits, claimed: BaseUnits });
export type Rewards = z.infer<typeof Rewards>;

/** What came of a claim, in the network's words. */
export const RewardClaim = z.object({
  success: z.boolean(),
  message: z.string(),
  claimable: BaseUnits,
  /** Signature of the payment, where one was sent. */
  transaction: z.string().nullable(),
});
export type RewardClaim = z.infer<typeof RewardClaim>;
