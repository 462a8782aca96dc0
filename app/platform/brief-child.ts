import { type AskLimits, type ChildEnd, type ChildProgram, ServingChild } from './serving-child.ts';

/** A child that answers once, unasked. */
export interface BriefChild extends ChildProgram, AskLimits {}

/**
 * Runs a module in a process of its own until `onMessage` makes an answer of a message (null: not
 * yet), the deadline passes or the child ends, and then kills it with everything it started. Rejects
 * with the signal's reason when aborted.
 */
export async function runBriefChild<Answer>(
  options: BriefChild,
  onMessage: (message: unknown) => Answer | null,
): Promise<ChildEnd<Answer>> {
  const child = new ServingChild(options);
  try {
    return await child.ask(null, onMessage, options);
  } finally {
    child.stop();
  }
}
