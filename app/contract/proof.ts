import { z } from 'zod';

/** One attempt of a job-like container to break out, and what became of it. */
export const ProofResult = z.object({
  /** Stable word, e.g. `home-network`. */
  id: z.string(),
  /** The owner's question, e.g. "Can a job reach your home network?" */
  question: z.string(),
  /** What was tried, in plain words. */
  tried: z.string(),
  /** `untried` proves nothing, and counts as a failure. */
  outcome: z.enum(['stopped', 'reached', 'untried']),
  /** What stopped it, or why it could not be tried; null where it was not stopped. */
  stoppedBy: z.string().nullable(),
});
export type ProofResult = z.infer<typeof ProofResult>;

/** What `offpeak prove --json` prints: true only when every attempt was made and stopped. */
export const ProofReport = z.object({
  /** UTC ms of the beginning. */
  at: z.number(),
  isolated: z.boolean(),
  engine: z.string(),
  results: z.array(ProofResult),
});
export type ProofReport = z.infer<typeof ProofReport>;
