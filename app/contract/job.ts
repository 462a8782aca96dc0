import { z } from 'zod';
import { BaseUnits } from './base-units.ts';

/** Where a run is on its way from offer to receipt (architecture: "The way of a job"). */
export const Stage = z.enum([
  'offered',
  'judging',
  'pulling',
  'running',
  'storing',
  'settling',
  'closed',
]);
export type Stage = z.infer<typeof Stage>;

/**
 * How a run ended. paid: settled and paid for its seconds; handed-back: the owner took the card
 * back, paid for the part done; ended-by-client: the poster stopped it, paid by the program;
 * refused: declined by policy, unpaid; lost: the chain no longer knew the run, nothing paid.
 */
export const Outcome = z.enum(['paid', 'handed-back', 'ended-by-client', 'refused', 'lost']);
export type Outcome = z.infer<typeof Outcome>;

/** How the job itself went, whoever paid (the status word of the result document). */
export const JobStatus = z.enum(['success', 'failed', 'stopped']);
export type JobStatus = z.infer<typeof JobStatus>;

/** What is known of a job before it may run, and what policy says of it. */
export const Passport = z.object({
  images: z.array(z.string()),
  gpu: z.boolean(),
  ports: z.array(z.number().int()),
  /** Large files that the job asks for, named without any secret. */
  resources: z.array(z.string()).default([]),
  /** Operations of which something is known only when they start, by their ids. */
  late: z.array(z.string()).default([]),
  operations: z.number().int(),
  maxDurationSeconds: z.number().int(),
  pricePerSecond: BaseUnits,
  poster: z.string(),
  market: z.string(),
  /** The isolation in plain sentences, as it will be enforced. */
  isolation: z.array(z.string()),
  /** Empty when accepted; otherwise one sentence per reason to refuse. */
  refusals: z.array(z.string()),
});
export type Passport = z.infer<typeof Passport>;

/** A port of a running operation, and where this computer reaches it. */
export const EndpointView = z.object({
  port: z.number().int(),
  /** Built by Offpeak, never by a job; null while it is not reached. */
  url: z.string().nullable(),
  /** unknown: it has no health checks, or they have not passed yet. */
  status: z.enum(['unknown', 'online', 'offline']),
});
export type EndpointView = z.infer<typeof EndpointView>;

/** One operation of a run as a view sees it. */
export const OperationView = z.object({
  id: z.string(),
  group: z.string(),
  image: z.string().nullable(),
  state: z.enum(['waiting', 'pulling', 'running', 'ended', 'skipped']),
  exitCode: z.number().int().nullable(),
  /** Why it failed, for a person; null while well. */
  problem: z.string().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** How often its container was started again. */
  restarts: z.number().int(),
  /** Its ports while it runs. */
  endpoints: z.array(EndpointView),
});
export type OperationView = z.infer<typeof OperationView>;

/** Progress of an image download; bytes are null where the registry did not say. */
export const PullProgress = z.object({
  image: z.string(),
  receivedBytes: z.number(),
  totalBytes: z.number().nullable(),
  layersDone: z.number().int(),
  layers: z.number().int(),
});
export type PullProgress = z.infer<typeof PullProgress>;

/** The run in hand. */
export const CurrentJob = z.object({
  id: z.string(),
  run: z.string(),
  title: z.string(),
  image: z.string().nullable(),
  stage: Stage,
  stageSince: z.number(),
  assignedAt: z.number(),
  expiresAt: z.number(),
  pricePerSecond: BaseUnits,
  passport: Passport.nullable(),
  pull: PullProgress.nullable(),
  operations: z.array(OperationView),
  /** Size of the log so far; when it rises a view asks `jobs.log` for the rest. */
  logBytes: z.number().int(),
  handingBack: z.boolean(),
});
export type CurrentJob = z.infer<typeof CurrentJob>;

/** One row of the job list. Times are UTC milliseconds, money NOS base units. */
export const JobSummary = z.object({
  id: z.string(),
  run: z.string(),
  network: z.string(),
  practice: z.boolean(),
  title: z.string(),
  image: z.string().nullable(),
  state: Stage,
  outcome: Outcome.nullable(),
  status: JobStatus.nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  grossBaseUnits: BaseUnits.nullable(),
  transaction: z.string().nullable(),
});
export type JobSummary = z.infer<typeof JobSummary>;

/** What a settled run brought. `powerWattHours` is null where the card does not tell its power. */
export const Receipt = z.object({
  network: z.string(),
  practice: z.boolean(),
  transaction: z.string().nullable(),
  settledAt: z.number(),
  paidSeconds: z.number().int(),
  pricePerSecond: BaseUnits,
  grossBaseUnits: BaseUnits,
  refundBaseUnits: BaseUnits,
  resultCid: z.string().nullable(),
  powerWattHours: z.number().nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

/** One line of the run's history: a journal step in words. */
export const TimelineEntry = z.object({ at: z.number(), step: z.string(), detail: z.string() });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** Everything kept about one job. */
export const JobDetail = JobSummary.extend({
  passport: Passport.nullable(),
  operations: z.array(OperationView),
  receipt: Receipt.nullable(),
  definition: z.string().nullable(),
  expiresAt: z.number(),
  timeline: z.array(TimelineEntry),
});
export type JobDetail = z.infer<typeof JobDetail>;

/** One line a job printed. `at` is the engine's clock in UTC milliseconds. */
export const LogLine = z.object({
  at: z.number(),
  operation: z.string(),
  stream: z.enum(['stdout', 'stderr', 'host']),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;
