import { z } from 'zod';
import { Problem } from '../contract/gpu.ts';
import { JobStatus, Outcome, Passport, Receipt } from '../contract/job.ts';
import { Cause, OperationEnd, PlannedGroup, SettledState } from './run-parts.ts';

/** Base units as text: JSON has no bigint. */
const Money = z.string().regex(/^\d+$/);

/** An offer as the journal keeps it. */
const OfferRecord = z.object({
  run: z.string(),
  job: z.string(),
  market: z.string(),
  poster: z.string(),
  definitionCid: z.string(),
  pricePerSecond: Money,
  timeoutSeconds: z.number().int(),
  assignedAt: z.number(),
});

const Transaction = z.object({
  kind: z.enum(['finish', 'complete', 'quit']),
  signature: z.string(),
  wire: z.string(),
  lastValidBlockHeight: z.number(),
  genesis: z.string(),
});

/** What the chain says was paid, as the journal keeps it. */
const PaymentRecord = z.object({
  paidSeconds: z.number().int(),
  payoutBaseUnits: Money,
  refundBaseUnits: Money,
  endedAt: z.number(),
});

function step<Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
): z.ZodObject<{ type: z.ZodLiteral<Type> } & Shape> {
  return z.object({ type: z.literal(type), ...shape });
}

/**
 * All that can happen to a run. Each is written to the journal before its effect, so the wording of
 * a step is "this is about to be done" or "this was seen", never "this should be so".
 */
const Step = z.discriminatedUnion('type', [
  step('offered', {
    offer: OfferRecord,
    network: z.string(),
    host: z.string().default(''),
    practice: z.boolean(),
  }),
  /** `stub` is what IPFS had where it only says how the definition itself is delivered. */
  step('definition-fetched', {
    definition: z.string(),
    stub: z.string().nullable().default(null),
  }),
  step('accepted', {
    passport: Passport,
    groups: z.array(PlannedGroup),
    hostAddress: z.string().nullable(),
    /** Ids of the cards that this run may use. */
    cards: z.array(z.string()).default([]),
    /** By private operation: what the names of its ports are made of. */
    privateSeeds: z.record(z.string(), z.string()).optional(),
    title: z.string(),
    image: z.string().nullable(),
  }),
  step('refused', {
    reasons: z.array(z.string()).min(1),
    passport: Passport.nullable(),
    title: z.string().nullable(),
    image: z.string().nullable(),
  }),
  step('pull-started', { image: z.string() }),
  step('pulled', { image: z.string(), imageId: z.string(), digest: z.string().nullable() }),
  step('pull-failed', { image: z.string(), problem: Problem }),
  step('resource-started', { label: z.string() }),
  step('resource-ready', { label: z.string() }),
  step('resource-failed', { label: z.string(), problem: Problem }),
  step('images-ready', {}),
  step('operation-starting', { operation: z.string() }),
  step('operation-started', { operation: z.string(), containerId: z.string() }),
  step('operation-ready', { operation: z.string() }),
  step('operation-restarting', {
    operation: z.string(),
    /** 1 for the first restart. */
    restart: z.number().int(),
    exitCode: z.number().int(),
    /** When the run that ended had begun, by the engine's clock: it tells runs apart. */
    endedRun: z.number().nullable().default(null),
    /** The client asked for it, whatever the definition's policy says. */
    byClient: z.boolean().default(false),
  }),
  /** The client wants it stopped; it stays so. */
  step('operation-stop-asked', { operation: z.string() }),
  /** The client wants it to run anew; `operation-restarting` follows and grants it. */
  step('operation-restart-asked', { operation: z.string() }),
  step('operation-skipped', { operation: z.string(), reason: z.string() }),
  step('operation-ended', { operation: z.string(), end: OperationEnd }),
  step('extended', { timeoutSeconds: z.number().int() }),
  step('cause-decided', { cause: Cause, detail: z.string() }),
  step('log-incomplete', { reason: z.string() }),
  step('result-built', { sha256: z.string(), bytes: z.number().int(), status: JobStatus }),
  /** The result was sent past IPFS, or could not be. */
  step('result-delivered', { ok: z.boolean(), detail: z.string() }),
  step('result-stored', { cid: z.string() }),
  step('settlement-signed', { transaction: Transaction }),
  step('settlement-expired', { signature: z.string() }),
  step('settlement-rejected', { signature: z.string(), problem: Problem }),
  step('settlement-confirmed', {
    state: SettledState,
    payment: PaymentRecord.nullable(),
    resultCid: z.string().nullable(),
  }),
  step('closed', { outcome: Outcome, receipt: Receipt.nullable() }),
]);

/** A step without its moment, as those who record it write it. */
export type RunStep = z.infer<typeof Step>;

/** A step of a run as the journal keeps it; `v` rises when old rows could be misread. */
export const RunEvent = z.object({ v: z.literal(1), at: z.number(), step: Step });
export type RunEvent = z.infer<typeof RunEvent>;

/** Every kind of step, in the order of a job's way; tests crash at each of them. */
export const journalSteps: readonly RunStep['type'][] = Step.options.map(
  (option) => option.shape.type.value,
);
