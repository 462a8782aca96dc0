import { z } from 'zod';
import { isAddress } from '../../adapters/solana/addresses.ts';

/*
 * The answers of the host manager's second generation, as far as a host reads them. Shapes: the
 * OpenAPI types inside nosana-node (NodeManager/clients/hostManager/schema.d.ts, 2026). Unknown
 * fields are let through everywhere: the server is ahead of every client.
 */

/** Somebody else's words, for a screen: one line, no control characters, never endless. */
const Words = z.string().transform((text) =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300),
);
const Address = z.string().refine(isAddress);
const Measured = z.union([z.string(), z.number(), z.boolean()]);
/** A moment in ISO form, as UTC ms; null where it is none. */
const Moment = z
  .string()
  .nullish()
  .transform((text) => {
    const at = Date.parse(text ?? '');
    return Number.isNaN(at) ? null : at;
  });

const FeedbackReport = z.object({
  marketAddress: z.string().max(64),
  marketName: Words.nullish(),
  passed: z.boolean(),
  metrics: z
    .array(
      z.object({
        metricKey: Words,
        measuredValue: Measured.nullish(),
        ruleDescription: Words,
        passed: z.boolean(),
        failureMessage: Words.nullish(),
      }),
    )
    .max(500),
});
export type FeedbackReport = z.infer<typeof FeedbackReport>;

/** Whose answer it is, where it says so; a replay of another host's names another. */
export const AboutNode = z.looseObject({ nodeAddress: z.string().optional() });

export const Registered = z.object({ status: z.literal('registered') });

export const MarketAnswer = z.object({
  status: z.string().max(64).nullish(),
  benchmarkId: z.string().min(1).max(128).nullish(),
  /** Read when it is run: here it only has to be an object. */
  jobDefinition: z.looseObject({ id: z.string().min(1).max(128).optional() }).nullish(),
  market: z.object({ address: Address.nullable(), sftTx: z.string().nullish() }).nullish(),
  feedbackReport: FeedbackReport.nullish(),
  nextTestAt: Moment,
});
export type MarketAnswer = z.infer<typeof MarketAnswer>;

export const Submitted = z.object({
  status: z.enum(['success', 'failed']),
  report: FeedbackReport.nullish(),
});

export const HeartbeatAnswer = z.object({
  success: z.boolean(),
  maxHeartbeatsPerDay: z.number().positive().max(86_400).nullish(),
});

/** The address may hold an access token: it is a secret. */
export const RpcAnswer = z.object({ url: z.url({ protocol: /^https?$/ }).max(2_000) });

export const NodeAnswer = z.object({
  nodeAddress: z.string(),
  status: z.enum(['REJECTED', 'ONBOARDED', 'PREMIUM']),
  marketAddress: Address.nullish(),
});

/** The shape of this one is published nowhere: an object of whatever. */
export const NodeInfoAnswer = z.record(z.string(), z.unknown());

/** Published without a shape (`content?: never`): these are the ones that would say it. */
export const MinimumVersionAnswer = z.union([
  z.string().max(64),
  z.object({ version: z.string().max(64) }).transform(({ version }) => version),
  z.object({ minimumVersion: z.string().max(64) }).transform((value) => value.minimumVersion),
  z.object({ value: z.string().max(64) }).transform(({ value }) => value),
]);

export const MaintenanceAnswer = z.object({
  maintenance: z.boolean(),
  expectedEndAt: Moment,
  reason: Words.nullish(),
});

export const MarketInfo = z.object({
  address: Address,
  name: Words.nullish(),
  slug: z.string().max(128).nullish(),
  /** PREMIUM, COMMUNITY or OTHER, so far. */
  type: z.string().max(32).nullish(),
  node_access_key: z.string().max(64).nullish(),
});

export const MarketList = z.union([
  z.array(MarketInfo).max(5_000),
  z.object({ markets: z.array(MarketInfo).max(5_000) }).transform(({ markets }) => markets),
]);

export const RequiredResources = z.object({
  required_images: z.array(z.string().max(500)).max(200),
  required_remote_resources: z.array(z.looseObject({ type: z.string() })).max(200),
});

/** A rule in JsonLogic about a measured value; shown, and compared where it is simple. */
const Threshold = z.looseObject({
  marketAddress: z.string().max(64).nullish(),
  thresholdId: z.number().nullish(),
  jsonLogic: z.unknown(),
});
export const Thresholds = z.array(Threshold).max(5_000);

/** NOS as a number with decimals; its base unit is a millionth. */
const Nos = z.number().min(0).max(1e9);

export const RewardsAnswer = z.object({
  claimableUptimeNosRewards: Nos,
  totalClaimedUptimeNosRewards: Nos,
});

export const PaymentAnswer = z.object({
  success: z.boolean(),
  message: Words,
  claimableAmount: Nos,
  transactionSignature: z.string().max(128).nullish(),
});

/** NOS with decimals in base units: six digits, what is beyond is cut off. */
export function nosToBaseUnits(nos: number): bigint {
  // toFixed writes decimals out up to 1e21; half a base unit is nobody's.
  const [whole = '0', decimals = ''] = nos.toFixed(7).split('.');
  return BigInt(whole) * 1_000_000n + BigInt(decimals.slice(0, 6).padEnd(6, '0'));
}
