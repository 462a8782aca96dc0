import { z } from 'zod';
import { Expose, ResolvedExpose } from './expose.ts';
import {
  MAX_ALIASES,
  MAX_COMMAND_ENTRIES,
  MAX_ID_CHARACTERS,
  MAX_IMAGE_CHARACTERS,
  MAX_OPERATIONS,
  MAX_REQUIRED_VRAM_GB,
  MAX_RESOURCES,
  MAX_RESTART_TRIES,
  MAX_VOLUMES,
} from './limits.ts';
import { REMOVE_IF_EMPTY, SpreadMarker } from './markers.ts';
import { Resource } from './resources.ts';
import { OperationResults } from './results.ts';
import { Env, PathText, Text, list, shortText, wholeNumber } from './values.ts';

/** A shell line, or arguments one by one (the marker for empty lists is a text like any other). */
export const Command = z.union([Text, list(Text, MAX_COMMAND_ENTRIES)]);

export const ImageText = shortText(MAX_IMAGE_CHARACTERS);

/** Shown, logged and used as a label: no spaces (as the network asks), and nothing invisible. */
const OperationId = shortText(MAX_ID_CHARACTERS)
  .min(1)
  .regex(/^[^\s\p{Cc}\p{Cf}%]*$/u, {
    error: 'must have no spaces, no invisible characters and no "%"',
  });

const Alias = Text;

const RunArgs = z.strictObject({
  image: ImageText,
  aliases: z.union([Text, list(Alias, MAX_ALIASES)]).optional(),
  cmd: Command.optional(),
  volumes: list(z.strictObject({ name: Text, dest: PathText }), MAX_VOLUMES).optional(),
  expose: Expose.optional(),
  gpu: z.boolean().optional(),
  /** Gigabytes. The network's older validator (@nosana/sdk) knows it, the newer one does not. */
  required_vram: z.number().min(0).max(MAX_REQUIRED_VRAM_GB).optional(),
  work_dir: PathText.optional(),
  entrypoint: Command.optional(),
  env: Env.optional(),
  restart_policy: z
    .union([
      z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
      z.strictObject({
        policy: z.literal('on-failure'),
        restart_tries: wholeNumber(0, MAX_RESTART_TRIES).optional(),
      }),
    ])
    .optional(),
  private: z.boolean().optional(),
  resources: list(
    z.union([Resource, SpreadMarker, z.literal(REMOVE_IF_EMPTY)]),
    MAX_RESOURCES,
  ).optional(),
  authentication: z
    .strictObject({
      docker: z
        .strictObject({
          username: Text.optional(),
          password: Text.optional(),
          email: Text.optional(),
          server: Text.optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Arguments of a container as they are written. */
export type RunArgs = z.infer<typeof RunArgs>;

/** Arguments of a container once every literal and marker is filled in. */
export const ResolvedRunArgs = RunArgs.extend({
  expose: ResolvedExpose.optional(),
  resources: list(Resource, MAX_RESOURCES).optional(),
});
export type ResolvedRunArgs = z.infer<typeof ResolvedRunArgs>;

/** Arguments of a volume; the same before and after literals are filled in. */
export const VolumeArgs = z.strictObject({ name: Text });
export type VolumeArgs = z.infer<typeof VolumeArgs>;

const Execution = z
  .strictObject({
    group: shortText(MAX_ID_CHARACTERS).min(1).optional(),
    depends_on: list(Text, MAX_OPERATIONS).optional(),
    stop_if_dependent_stops: z.boolean().optional(),
  })
  .refine(
    ({ depends_on, stop_if_dependent_stops }) =>
      depends_on !== undefined || stop_if_dependent_stops === undefined,
    { path: ['stop_if_dependent_stops'], error: 'has a meaning only together with "depends_on"' },
  );

const common = {
  id: OperationId,
  results: OperationResults.optional(),
  execution: Execution.optional(),
};

/** One step of a job: run a container, or create a volume that containers share. */
export const Operation = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('container/run'), args: RunArgs, ...common }),
  z.strictObject({ type: z.literal('container/create-volume'), args: VolumeArgs, ...common }),
]);
export type Operation = z.infer<typeof Operation>;
