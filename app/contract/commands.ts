import { SweepReport } from './sweep.ts';
import { PowerKind, PowerSetting, QuietProfile } from './power.ts';
import { z } from 'zod';
import { BenchmarkReport, BenchmarkSummary, Level } from './benchmark.ts';
import { JobDetail, JobSummary, LogLine, Outcome } from './job.ts';
import { CostPreview } from './costs.ts';
import { IdentityView } from './identities.ts';
import { NetworkChanges, NetworkChoices, NetworkKind } from './network-choices.ts';
import { EngineFound, HeatLimitC, InternetPolicy, MoneyChoices } from './settings.ts';
import { DayPart } from './phase.ts';
import { CardMetric, MetricPoint } from './telemetry.ts';
import { RewardClaim, Rewards } from './rewards.ts';

/** A command: what goes in and what comes out, both plain JSON. */
interface Command {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

const nothing = z.object({});
const whose = z.object({ address: z.string().max(100).nullable() });
/** The vault itself says which are too short. */
const Passphrase = z.string().min(1).max(1_000);
const accepted = z.object({ accepted: z.literal(true) });

/**
 * All that a view may ask of the host. Handlers, client, validation and fakes derive from this
 * table. Long work answers at once with `accepted` and reports in the state.
 */
export const commands = {
  /** Lend the card: join the queue as soon as nothing stands in the way. */
  'host.lend': { input: nothing, output: accepted },
  /** Take the card back now: leave the queue, hand back a running job with its results so far. */
  'host.takeBack': { input: nothing, output: accepted },
  'doctor.check': { input: nothing, output: accepted },
  /** Tries to break out of a container as a job would; the results come with the state. */
  'isolation.prove': { input: nothing, output: accepted },
  /** The container engines of this computer that answer now. */
  'engines.find': { input: nothing, output: z.object({ engines: z.array(EngineFound) }) },
  /** Uses this engine from the end of the job in hand on; null: the first that fits. */
  'settings.engine': {
    input: z.object({ address: z.string().max(500).nullable() }),
    output: accepted,
  },
  /** What jobs reach, from the next job on. */
  'settings.internet': { input: z.object({ internet: InternetPolicy }), output: accepted },
  /** How hot a card may become before lending pauses, from now on. */
  'settings.heat': { input: z.object({ limitC: HeatLimitC }), output: accepted },
  /** What electricity costs, and what a NOS is worth. */
  'settings.money': { input: MoneyChoices, output: accepted },
  /** Servers, limits and contact for the real network; what is left out stays. */
  'settings.network': { input: NetworkChanges, output: NetworkChoices },
  /** The owner says to have read what is and is not known about mainnet. */
  'network.acknowledge': { input: nothing, output: NetworkChoices },
  /** Works on this network from the end of the job in hand on. */
  'network.choose': { input: z.object({ kind: NetworkKind }), output: NetworkChoices },
  /** What an identity has to have in its wallet; null: the leading one. Nothing is signed. */
  'network.costs': { input: whose, output: CostPreview },
  /** What the network owes an identity for being there. */
  'rewards.read': { input: whose, output: Rewards },
  /** Has it paid out, once. */
  'rewards.claim': { input: whose, output: RewardClaim },
  /** Makes the vault, empty, under this passphrase. */
  'vault.create': { input: z.object({ passphrase: Passphrase }), output: accepted },
  'vault.unlock': { input: z.object({ passphrase: Passphrase }), output: accepted },
  'vault.lock': { input: nothing, output: accepted },
  /** Takes in the key of a file on the host's computer; what is in it reaches no view. */
  'vault.import': {
    input: z.object({
      path: z.string().min(1).max(4_000),
      label: z.string().trim().min(1).max(80),
    }),
    output: z.object({
      identity: IdentityView,
      known: z.boolean(),
      readableByOthers: z.boolean(),
    }),
  },
  /** Gives a key to a card, or to none. */
  'vault.assign': {
    input: z.object({ address: z.string().max(100), card: z.string().max(100).nullable() }),
    output: accepted,
  },
  'readiness.check': { input: nothing, output: accepted },
  /** Loads and sends as many bytes as the state says; the result comes with the state. */
  'readiness.measureNetwork': { input: nothing, output: accepted },
  /** Newest first. `before` is the `next` of the previous page. */
  'jobs.list': {
    input: z.object({
      limit: z.number().int().min(1).max(500),
      before: z.string().optional(),
      outcome: z.union([Outcome, z.literal('open')]).optional(),
      search: z.string().max(200).optional(),
    }),
    output: z.object({
      jobs: z.array(JobSummary),
      next: z.string().nullable(),
      total: z.number().int(),
    }),
  },
  'jobs.get': { input: z.object({ run: z.string().max(100) }), output: JobDetail },
  /** A piece of a job's log from a byte offset; ask again with `next` while `complete` is false. */
  'jobs.log': {
    input: z.object({
      run: z.string().max(100),
      from: z.number().int().min(0),
      maxBytes: z.number().int().min(1).max(1_000_000),
    }),
    output: z.object({ lines: z.array(LogLine), next: z.number().int(), complete: z.boolean() }),
  },
  /** All receipts as comma-separated values; practice rows say so. */
  'jobs.csv': { input: nothing, output: z.object({ fileName: z.string(), text: z.string() }) },
  /** One value of a card over time, in at most so many points; a stretch without a reading has none. */
  'cards.history': {
    input: z
      .object({
        card: z.string().max(100),
        metric: CardMetric,
        from: z.number().int().min(0),
        to: z.number().int().min(0),
        points: z.number().int().min(1).max(2_000),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after "from"' }),
    output: z.object({ stepMs: z.number(), points: z.array(MetricPoint) }),
  },
  /** Measures a card, which is not lent meanwhile; the state tells how far it is. */
  'benchmark.start': {
    input: z.object({
      card: z.string().max(100),
      level: Level,
      /** Goes on with a run that was stopped. */
      resume: z.boolean(),
    }),
    output: accepted,
  },
  /** Loads a card at several power limits; the rights to change them have to be there (`power.allow`). */
  'benchmark.sweep': { input: z.object({ card: z.string().max(100) }), output: accepted },
  /** Stops it; what was measured is kept for a day. */
  'benchmark.stop': { input: nothing, output: accepted },
  /** The newest report of a card, those before it, and which levels can be gone on with. */
  'benchmark.history': {
    input: z.object({ card: z.string().max(100) }),
    output: z.object({
      latest: BenchmarkReport.nullable(),
      earlier: z.array(BenchmarkSummary),
      open: z.array(Level),
      sweep: SweepReport.nullable(),
    }),
  },
  /** Asks for the rights to change settings of cards; the state shows the exact command. */
  'power.allow': { input: nothing, output: accepted },
  /** Tries a setting for 15 seconds; then it goes back unless it is kept. */
  'power.try': {
    input: z.object({ card: z.string().max(100), setting: PowerSetting }),
    output: accepted,
  },
  /** Keeps what is being tried, for whenever the card is lent. */
  'power.keep': { input: z.object({ card: z.string().max(100) }), output: accepted },
  /** Takes back what is being tried. */
  'power.revert': { input: z.object({ card: z.string().max(100) }), output: accepted },
  /** Leaves settings to the card again. */
  'power.drop': {
    input: z.object({ card: z.string().max(100), kinds: z.array(PowerKind).min(1).max(3) }),
    output: accepted,
  },
  /** Keeps a card quiet in given hours; null: never. */
  'power.quiet': {
    input: z.object({ card: z.string().max(100), quiet: QuietProfile.nullable() }),
    output: accepted,
  },
  /** What the host did between two moments, in order. */
  'activity.day': {
    input: z.object({ from: z.number(), to: z.number() }),
    output: z.object({
      segments: z.array(z.object({ from: z.number(), to: z.number(), phase: DayPart })),
    }),
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<(typeof commands)[N]['output']>;

/** What the host must implement: one function per command, or it does not compile. */
export type Handlers = {
  readonly [N in CommandName]: (
    input: z.output<(typeof commands)[N]['input']>,
  ) => Promise<CommandOutput<N>>;
};
