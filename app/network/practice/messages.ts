import { z } from 'zod';
import { Problem } from '../../contract/gpu.ts';

/** Where the practice world can be reached, as the child says once it stands. */
export const WorldAddress = z.object({
  rpcUrl: z.string(),
  wsUrl: z.string(),
  /** The content service: gateway and pinning service in one. */
  contentUrl: z.string(),
  /** The stand-in for the network's host manager; absent where a world has none. */
  hostManagerUrl: z.string().optional(),
  /** The stand-in for the network's tunnel; absent where a world has none. */
  tunnel: z
    .object({
      image: z.string(),
      serverAddress: z.string(),
      serverPort: z.number(),
      domain: z.string(),
      httpPort: z.number().nullable(),
      isOnThisComputer: z.boolean(),
    })
    .optional(),
});
export type WorldAddress = z.infer<typeof WorldAddress>;

/** What the child may say. */
export const FromWorld = z.discriminatedUnion('type', [
  z.object({ type: z.literal('up'), address: WorldAddress }),
  /** It cannot stand at all, and starting again would not help. */
  z.object({ type: z.literal('impossible'), problem: Problem }),
]);
export type FromWorld = z.infer<typeof FromWorld>;

/** What the child is started with, as its one argument in JSON. */
export const WorldOptions = z.object({
  /** Folder of the chain's state, the documents and the keys. */
  folder: z.string(),
  /** Folder with the market program and the practice image. */
  assets: z.string(),
});
export type WorldOptions = z.infer<typeof WorldOptions>;
