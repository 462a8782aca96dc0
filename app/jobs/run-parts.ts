import { z } from 'zod';

/**
 * Why the work of a run ended. ended-by-client: on the chain; stopped-by-client: at this host's own
 * door; gone: the chain no longer has the run, so nobody will pay for more.
 */
export const Cause = z.enum([
  'finished',
  'expired',
  'handed-back',
  'ended-by-client',
  'stopped-by-client',
  'gone',
]);
export type Cause = z.infer<typeof Cause>;

/** What the chain says of a run that is over. */
export const SettledState = z.enum(['settled', 'ended-by-client', 'gone']);
export type SettledState = z.infer<typeof SettledState>;

/** One operation as it was planned; `image` is null for a volume. */
const PlannedOperation = z.object({
  id: z.string(),
  index: z.number().int(),
  image: z.string().nullable(),
  dependsOn: z.array(z.string()),
  stopIfDependentStops: z.boolean(),
});
export type PlannedOperation = z.infer<typeof PlannedOperation>;

/** Operations that run side by side; groups run one after the other. */
export const PlannedGroup = z.object({
  name: z.string(),
  operations: z.array(PlannedOperation),
});
export type PlannedGroup = z.infer<typeof PlannedGroup>;

/** Why an operation failed without an exit code; the words are the network's (FlowState). */
export const Failure = z.object({
  event: z.enum([
    'image-pull-error',
    'resource-error',
    'container-runtime-error',
    'operation-error',
  ]),
  message: z.string(),
});
export type Failure = z.infer<typeof Failure>;

/** How an operation ended. Times are UTC ms; `startedAt` is null where nothing ever ran. */
export const OperationEnd = z.object({
  startedAt: z.number().nullable(),
  endedAt: z.number(),
  exitCode: z.number().int().nullable(),
  outOfMemory: z.boolean(),
  failure: Failure.nullable(),
  /** Who stopped it; null when it ended by itself. */
  stoppedBy: z.union([Cause, z.literal('dependency')]).nullable(),
});
export type OperationEnd = z.infer<typeof OperationEnd>;

/** What is known of one operation of a run. */
export type OperationRecord = PlannedOperation & { readonly group: string } & OperationState;

export type OperationState =
  | { readonly state: 'waiting' }
  /** About to start: its container may exist or not. `asked`: what the client wants of it. */
  | { readonly state: 'starting'; readonly asked: 'stop' | null }
  | {
      readonly state: 'running';
      readonly containerId: string;
      readonly startedAt: number;
      /** Dependents may start. */
      readonly ready: boolean;
      readonly restarts: number;
      /** Restarts that count against the definition's policy. */
      readonly tries: number;
      /** What the client wants of it and has not got yet. */
      readonly asked: 'stop' | 'restart' | null;
      /** The run of the container that the last restart comes after, by the time it began. */
      readonly endedRun: number | null;
    }
  | {
      readonly state: 'ended';
      readonly containerId: string | null;
      /** It was ready before it ended. */
      readonly ready: boolean;
      readonly restarts: number;
      readonly end: OperationEnd;
    }
  | { readonly state: 'skipped'; readonly reason: string };

/** What is known of one image of a run. */
export type PullRecord = { readonly image: string } & (
  | { readonly state: 'pulling' }
  | { readonly state: 'pulled'; readonly imageId: string; readonly digest: string | null }
  | { readonly state: 'failed'; readonly message: string }
);

/** What is known of one resource of a run; `label` names it without any secret. */
export type ResourceRecord = { readonly label: string } & (
  | { readonly state: 'fetching' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string }
);
