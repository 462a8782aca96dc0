import { z } from 'zod';
import { Problem } from './gpu.ts';

/** What can be asked of a computer before it may lend its cards. */
export const RequirementName = z.enum([
  'platform',
  'driver',
  'card',
  'card-memory',
  'memory',
  'disk-total',
  'disk-free',
  'download',
  'upload',
  'latency',
  'engine',
  'card-in-containers',
  'isolation',
]);
export type RequirementName = z.infer<typeof RequirementName>;

/** Who asks: the network's servers now, its documentation, or Offpeak itself. */
const ThresholdSource = z.enum(['network', 'documentation', 'offpeak']);

/** One thing that is asked, beside what was measured here. */
export const Requirement = z.object({
  name: RequirementName,
  /** In words, e.g. "12 GB or more". */
  asked: z.string(),
  /** In words, e.g. "31.3 GB"; null: not measured. */
  measured: z.string().nullable(),
  /** The same as plain numbers, for a view that formats them itself; null where they are none. */
  unit: z.enum(['bytes', 'bits-per-second', 'ms']).nullable(),
  askedValue: z.number().nullable(),
  /** What the network advises beyond what it asks. */
  recommendedValue: z.number().nullable(),
  measuredValue: z.number().nullable(),
  source: ThresholdSource,
  /** `unknown` says that nobody knows yet, and counts as something left to do. */
  verdict: z.enum(['met', 'fixable', 'unfixable', 'unknown']),
  /** False for advice, which never changes the verdict as a whole. */
  required: z.boolean(),
  /** A sentence about the verdict, where there is more to say. */
  note: z.string().nullable(),
  /** What to do; null when it is met. */
  remedy: z.string().nullable(),
});
export type Requirement = z.infer<typeof Requirement>;

/** `measuring` stands only before the first look. */
export const ReadinessVerdict = z.enum(['ready', 'fixable', 'practice-only', 'measuring']);
export type ReadinessVerdict = z.infer<typeof ReadinessVerdict>;

/** One card, which has a key of its own on the network. */
export const CardReadiness = z.object({
  index: z.number().int(),
  uuid: z.string().nullable(),
  name: z.string(),
  /** With what all cards share counted in. */
  verdict: ReadinessVerdict,
  headline: z.string(),
  requirements: z.array(Requirement),
});
export type CardReadiness = z.infer<typeof CardReadiness>;

/** A finished measurement of the connection. */
export const SpeedResult = z.object({
  /** UTC ms of its end. */
  at: z.number(),
  /** Name of the server that was measured against. */
  host: z.string(),
  downloadBitsPerSecond: z.number(),
  uploadBitsPerSecond: z.number(),
  latencyMs: z.number(),
  /** All bytes that it moved, both ways. */
  usedBytes: z.number(),
});
export type SpeedResult = z.infer<typeof SpeedResult>;

/** The measurement of the connection: what it would cost, how it goes, what came of it. */
export const SpeedState = z.object({
  /** The server; null: the owner named none, and nothing can be measured. */
  host: z.string().nullable(),
  /** The most that one measurement moves and takes; say so before it begins. */
  maxBytes: z.number(),
  maxSeconds: z.number(),
  /** What is measured now; null: nothing. */
  step: z.enum(['latency', 'download', 'upload']).nullable(),
  /** The last one that came to its end; show its age. */
  last: SpeedResult.nullable(),
  /** Why the last attempt failed. */
  problem: Problem.nullable(),
});
export type SpeedState = z.infer<typeof SpeedState>;

/** Whether this computer may lend to the network, and why; also what `offpeak readiness` prints. */
export const Readiness = z.object({
  verdict: ReadinessVerdict,
  /** One sentence that explains the verdict. */
  headline: z.string(),
  /** What all cards share. */
  requirements: z.array(Requirement),
  cards: z.array(CardReadiness),
  /** UTC ms; null before the first look. */
  measuredAt: z.number().nullable(),
  /** Where the thresholds come from; `at` is when the network was asked, null for documentation. */
  thresholdsFrom: z.object({
    source: z.enum(['network', 'documentation']),
    at: z.number().nullable(),
  }),
  speed: SpeedState,
});
export type Readiness = z.infer<typeof Readiness>;
