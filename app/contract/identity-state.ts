import { z } from 'zod';
import { AdmissionState } from './admission.ts';
import { BaseUnits } from './base-units.ts';
import { CurrentJob } from './job.ts';
import { Phase, Reason } from './phase.ts';

/** A place in a market's queue; 1 is next. */
export const QueuePlace = z.object({
  position: z.number().int(),
  length: z.number().int(),
  market: z.string(),
});

/** The market's terms; price in NOS base units per second. */
export const MarketTerms = z.object({
  address: z.string(),
  pricePerSecond: BaseUnits,
  timeoutSeconds: z.number().int(),
});

/** One host identity: one key, one card, its place on the network and its job. */
export const IdentityState = z.object({
  address: z.string(),
  /** UUID of the card that it lends; null where this computer has none. */
  card: z.string().nullable(),
  phase: Phase,
  reason: Reason,
  /** Null where the network has no host manager. */
  admission: AdmissionState.nullable(),
  queue: QueuePlace.nullable(),
  market: MarketTerms.nullable(),
  job: CurrentJob.nullable(),
  /** NOS base units; null while it has no account for them, or it is not known. */
  nos: BaseUnits.nullable(),
  lamports: BaseUnits.nullable(),
});
export type IdentityState = z.infer<typeof IdentityState>;
