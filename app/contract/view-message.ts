import { z } from 'zod';

/** What a view may send. */
export const ViewMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call'),
    id: z.number().int().nonnegative(),
    name: z.string().max(64),
    input: z.unknown(),
  }),
  z.object({ type: z.literal('resync') }),
  /** A hidden view gets no patches; it gets one `hello` when it shows again. */
  z.object({ type: z.literal('visible'), visible: z.boolean() }),
]);
export type ViewMessage = z.infer<typeof ViewMessage>;
