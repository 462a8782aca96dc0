import { z } from 'zod';

/** The nine words for what the host is doing, the same in UI, tray, command line and log. */
export const Phase = z.enum([
  'off',
  'paused',
  'waiting',
  'preparing',
  'available',
  'working',
  'yielding',
  'yielded',
  'needs-you',
]);
export type Phase = z.infer<typeof Phase>;

/** What a stretch of the day was: a phase, and heat apart from the owner's own pauses. */
export const DayPart = z.enum([...Phase.options, 'cooling']);
export type DayPart = z.infer<typeof DayPart>;

/** Why the host is in its phase: one sentence, and one next step where there is one. */
export const Reason = z.object({
  code: z.string(),
  text: z.string(),
  next: z.string().nullable(),
});
export type Reason = z.infer<typeof Reason>;
