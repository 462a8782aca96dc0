import { z } from 'zod';
import { MAX_OPERATIONS, MAX_URL_CHARACTERS, MAX_VARIABLES } from './limits.ts';
import { Command, ImageText, Operation } from './operation.ts';
import { Env, PathText, Text, dictionary, list, shortText } from './values.ts';

/** Defaults for all operations, and variables for literals. */
const Global = z.strictObject({
  image: ImageText.optional(),
  gpu: z.boolean().optional(),
  entrypoint: Command.optional(),
  env: Env.optional(),
  work_dir: PathText.optional(),
  variables: dictionary(Text, MAX_VARIABLES).optional(),
});
export type Global = z.infer<typeof Global>;

const MetaScalar = z.union([Text, z.number()]);
const MetaList = z.array(MetaScalar);

/** Notes of the poster's tools. Nothing here changes how a job runs. */
const Meta = z
  .object({
    trigger: Text.optional(),
    system_resources: z.record(Text, MetaScalar).optional(),
  })
  .catchall(z.union([Text, z.number(), MetaList, z.record(Text, z.union([MetaScalar, MetaList]))]));

/** One direction of a job whose definition or result does not go through IPFS. */
const Logistic = z.strictObject({
  type: z.enum(['api', 'api-listen']),
  args: z.strictObject({ endpoint: shortText(MAX_URL_CHARACTERS).optional() }),
});

/**
 * A job definition, format 0.1, with exactly the keys that the validator of @nosana/types 2.1.6
 * accepts. Shape and limits only: policy.ts and plan.ts judge what the values mean.
 */
export const JobDefinition = z.strictObject({
  version: z.literal('0.1'),
  type: z.literal('container'),
  logistics: z.strictObject({ send: Logistic, receive: Logistic }).optional(),
  deployment_id: Text.optional(),
  meta: Meta.optional(),
  global: Global.optional(),
  ops: list(Operation, MAX_OPERATIONS).min(1),
});
export type JobDefinition = z.infer<typeof JobDefinition>;
