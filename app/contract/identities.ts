import { z } from 'zod';

/** Whether the keys of this host can sign: there are none yet, they are locked, or open. */
export const VaultState = z.enum(['none', 'locked', 'open']);
export type VaultState = z.infer<typeof VaultState>;

/** What may be known of a key while it is locked: never more than its address. */
export const IdentityView = z.object({
  address: z.string(),
  label: z.string(),
  /** UUID of the card that works under this address; null: none yet. */
  card: z.string().nullable(),
  /** UTC milliseconds. */
  createdAt: z.number(),
});
export type IdentityView = z.infer<typeof IdentityView>;
