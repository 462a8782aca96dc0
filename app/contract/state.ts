import { z } from 'zod';
import { BaseUnits } from './base-units.ts';
import { BenchmarkState } from './benchmark.ts';
import { CardReport, Problem } from './gpu.ts';
import { IdentityState, MarketTerms, QueuePlace } from './identity-state.ts';
import { IdentityView, VaultState } from './identities.ts';
import { CurrentJob } from './job.ts';
import { Phase, Reason } from './phase.ts';
import { PowerState } from './power.ts';
import { ProofReport, ProofResult } from './proof.ts';
import { Readiness } from './readiness.ts';
import { Settings } from './settings.ts';
import { Alert } from './telemetry.ts';

/** Which network this host works in; `practice` puts a mark on everything that shows money. */
const NetworkState = z.object({
  id: z.string(),
  label: z.string(),
  practice: z.boolean(),
  connected: z.boolean(),
  problem: Problem.nullable(),
});

/** One check of the doctor; `remedy` is null when all is well. */
export const Check = z.object({
  name: z.string(),
  ok: z.boolean(),
  message: z.string(),
  remedy: z.string().nullable(),
});
export type Check = z.infer<typeof Check>;

/** All that a view may see, as slices that are replaced whole. */
export const HostState = z.object({
  host: z.object({
    version: z.string(),
    phase: Phase,
    phaseSince: z.number(),
    reason: Reason,
    startedAt: z.number(),
  }),
  network: NetworkState,
  cards: CardReport.extend({ readAt: z.number().nullable() }),
  /** What the owner should know of the cards, the oldest first. */
  alerts: z.array(Alert),
  /** One for each card that is lent. Phase, job, queue and market below are the leading one's. */
  identities: z.array(IdentityState),
  job: CurrentJob.nullable(),
  queue: QueuePlace.nullable(),
  market: MarketTerms.nullable(),
  earnings: z.object({
    todayGross: BaseUnits,
    weekGross: BaseUnits,
    monthGross: BaseUnits,
    totalGross: BaseUnits,
    jobsToday: z.number().int(),
    jobsTotal: z.number().int(),
    /** Rises whenever a job is added or changes; a view then asks `jobs.list` again. */
    revision: z.number().int(),
  }),
  /** The address of the leading identity, and what all of them own together. */
  wallet: z.object({
    address: z.string().nullable(),
    nos: BaseUnits.nullable(),
    lamports: BaseUnits.nullable(),
  }),
  /** The owner's own choice: false after "Take it back", true after "Lend it". */
  availability: z.object({ lending: z.boolean(), since: z.number() }),
  doctor: z.object({ checks: z.array(Check), checkedAt: z.number().nullable() }),
  settings: Settings,
  /** The keys of the real network, by what may be known of them while they are locked. */
  vault: z.object({ state: VaultState, identities: z.array(IdentityView) }),
  /** What the real network asks of this computer, beside what was measured. */
  readiness: Readiness,
  benchmark: BenchmarkState,
  /** Settings of cards that are changed, and how that may be done. */
  power: PowerState,
  /** The last proof of the isolation; results appear one by one while it runs. */
  proof: z.object({
    running: z.boolean(),
    results: z.array(ProofResult),
    report: ProofReport.nullable(),
    problem: Problem.nullable(),
  }),
});
export type HostState = z.infer<typeof HostState>;
