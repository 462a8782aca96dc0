import { z } from 'zod';

const Version = z.object({ major: z.number().int(), minor: z.number().int() });

/**
 * What this host is, for everybody, in the network's shape (`GET /node/info` of its node API).
 * Whatever else is handed in is left out, an address of this computer above all. Sizes as the
 * network writes them: MB and GB.
 */
export const NodeInfo = z.object({
  /** What it does now, in one word. */
  state: z.string(),
  info: z.object({
    gpus: z.object({
      devices: z.array(
        z.object({
          index: z.number().int(),
          name: z.string(),
          uuid: z.string(),
          memory: z.object({ total_mb: z.number() }),
          network_architecture: Version.optional(),
        }),
      ),
    }),
    cpu: z.object({
      model: z.string(),
      /** Where the system tells them apart from the logical ones. */
      physical_cores: z.number().int().optional(),
      logical_cores: z.number().int(),
    }),
    ram_mb: z.number(),
    disk_gb: z.number(),
    /** What was measured of the way to the Internet; left out where nothing was. */
    network: z
      .object({
        ping_ms: z.number().optional(),
        download_mbps: z.number().optional(),
        upload_mbps: z.number().optional(),
      })
      .optional(),
    /** Only where it is known. */
    country: z.string().optional(),
    system_environment: z.string(),
    version: z.string(),
  }),
  resources: z.object({ images: z.array(z.string()), volumes: z.array(z.string()) }),
});
export type NodeInfo = z.infer<typeof NodeInfo>;
