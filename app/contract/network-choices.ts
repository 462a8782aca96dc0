import { z } from 'zod';
import { BaseUnits } from './base-units.ts';

/** The network a host works in: worthless NOS on a chain of its own, or the real one. */
export const NetworkKind = z.enum(['practice', 'mainnet']);
export type NetworkKind = z.infer<typeof NetworkKind>;

/** Whom the network's operator may write to; it asks for an e-mail address to register a host. */
export const Contact = z.object({
  email: z.email().max(254),
  discord: z.string().trim().max(64).nullable().default(null),
  twitter: z.string().trim().max(64).nullable().default(null),
});
export type Contact = z.infer<typeof Contact>;

/**
 * What the owner chose about the network, as a view may see it: addresses of servers often hold
 * keys, so that only their origins are here, and a token is only known to be there.
 */
export const NetworkChoices = z.object({
  kind: NetworkKind,
  /** When the owner said to have read what mainnet means, UTC ms; null: never. */
  acknowledgedAt: z.number().nullable(),
  /** In the order in which they are asked; empty: those of the network itself. */
  rpcOrigins: z.array(z.string()),
  gatewayOrigins: z.array(z.string()),
  pinOrigin: z.string().nullable(),
  hasPinToken: z.boolean(),
  /** The most that one transaction may cost in fees. Lamports. */
  maxFee: BaseUnits,
  /** What stays in the wallet, whatever Offpeak signs but settlements. Lamports. */
  reserve: BaseUnits,
  contact: Contact.nullable(),
});
export type NetworkChoices = z.infer<typeof NetworkChoices>;

/** Up to a thousand million SOL: more is a slip of the hand. */
const Lamports = z.string().regex(/^\d{1,18}$/);
const HttpUrl = z.url({ protocol: /^https?$/ }).max(2_000);

/** What may be set; what is left out stays. An empty list goes back to the network's own. */
export const NetworkChanges = z.object({
  rpcUrls: z.array(HttpUrl).max(8).optional(),
  gateways: z.array(HttpUrl).max(8).optional(),
  /** Null: none. */
  pinUrl: HttpUrl.nullable().optional(),
  /** Null forgets it. */
  pinToken: z.string().min(1).max(4_000).nullable().optional(),
  maxFee: Lamports.optional(),
  reserve: Lamports.optional(),
  contact: Contact.nullable().optional(),
});
export type NetworkChanges = z.infer<typeof NetworkChanges>;
