import { z } from 'zod';
import { BaseUnits } from './base-units.ts';

/** One thing that a host in a market costs, before anything is signed. */
export const CostItem = z.object({
  code: z.enum([
    'nos-account',
    'stake-account',
    'stake-vault',
    'run-account',
    'work-fee',
    'finish-fee',
    'reserve',
  ]),
  /** What it is and when it comes back, in one sentence. */
  text: z.string(),
  lamports: BaseUnits,
});
export type CostItem = z.infer<typeof CostItem>;

/** What has to be in the wallet before a host queues in a market. Lamports throughout. */
export const CostPreview = z.object({
  market: z.string(),
  items: z.array(CostItem),
  total: BaseUnits,
  balance: BaseUnits,
  /** What is to be sent to this host first; 0 where there is enough. */
  missing: BaseUnits,
});
export type CostPreview = z.infer<typeof CostPreview>;
