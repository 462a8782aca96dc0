import { z } from 'zod';
import { Problem } from './gpu.ts';

/** What the network measured of this computer, and what it made of that. */
export const AdmissionReport = z.object({
  market: z.string().nullable(),
  passed: z.boolean(),
  metrics: z.array(
    z.object({
      name: z.string(),
      measured: z.string().nullable(),
      /** What is asked, in the network's words. */
      rule: z.string(),
      passed: z.boolean(),
      /** Why not, in the network's words. */
      failure: z.string().nullable(),
    }),
  ),
});
export type AdmissionReport = z.infer<typeof AdmissionReport>;

/** Where an identity is on its way into a market of the network. Times are UTC ms. */
export const AdmissionState = z.discriminatedUnion('step', [
  /** Nobody was asked yet. */
  z.object({ step: z.literal('unknown') }),
  /** To register, the network wants an e-mail address, and none is set. */
  z.object({ step: z.literal('needs-contact') }),
  z.object({ step: z.literal('registering') }),
  z.object({ step: z.literal('asking') }),
  /** It runs what the network wants to measure; `round` counts from 1. */
  z.object({ step: z.literal('benchmarking'), id: z.string(), round: z.number().int() }),
  z.object({ step: z.literal('access-key') }),
  z.object({ step: z.literal('syncing') }),
  z.object({
    step: z.literal('admitted'),
    market: z.string(),
    name: z.string().nullable(),
    report: AdmissionReport.nullable(),
    /** The host manager does not answer; the market is the one of last time. */
    stale: z.boolean(),
  }),
  z.object({
    step: z.literal('not-qualified'),
    nextTestAt: z.number().nullable(),
    report: AdmissionReport.nullable(),
  }),
  z.object({ step: z.literal('banned') }),
  z.object({
    step: z.literal('maintenance'),
    until: z.number().nullable(),
    reason: z.string().nullable(),
  }),
  z.object({ step: z.literal('outdated'), minimum: z.string(), own: z.string() }),
  z.object({
    step: z.literal('failed'),
    problem: Problem,
    nextAttemptAt: z.number().nullable(),
  }),
]);
export type AdmissionState = z.infer<typeof AdmissionState>;
