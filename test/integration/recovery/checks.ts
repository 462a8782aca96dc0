import { expect } from 'vitest';
import { z } from 'zod';
import type { Posted } from './chain-world.ts';
import type { Subject } from './subject.ts';

/** A run that is closed was settled once, paid to the second, and nothing of it is in the engine. */
export async function checkClosed(subject: Subject, posted: Posted): Promise<void> {
  const { receipt } = subject.detail(posted.run);
  const steps = subject.steps(posted.run);
  const times = (step: (typeof steps)[number]): number =>
    steps.filter((one) => one === step).length;
  expect({ closed: times('closed'), confirmed: times('settlement-confirmed') }).toEqual({
    closed: 1,
    confirmed: 1,
  });
  if (receipt !== null) {
    const { price, timeStartSeconds, timeEndSeconds, timeoutSeconds } =
      await subject.world.job(posted);
    const used = timeEndSeconds - timeStartSeconds;
    const seconds = used < timeoutSeconds ? used : timeoutSeconds;
    expect(BigInt(receipt.grossBaseUnits)).toBe(price * seconds);
    expect(receipt.paidSeconds).toBe(Number(seconds));
  }
  expect(await subject.belongings()).toMatchObject({ ofRuns: [], writers: [] });
}

/** What an operation printed, without lines of Offpeak's own. */
export async function printed(subject: Subject, posted: Posted, id: string): Promise<string[]> {
  const lines = await subject.lines(posted.run, id);
  return lines.filter(({ stream }) => stream !== 'host').map(({ text }) => text);
}

const Gross = z.object({ gross: z.string().nullable() });

/**
 * The chain paid what all receipts of a host say, to the base unit; and a host that is stopped
 * leaves nothing in the engine but its cache.
 */
export async function checkBooks(subject: Subject): Promise<void> {
  const jobs = subject.read((db) => db.all(Gross, 'SELECT gross FROM runs'));
  const gross = jobs.reduce((sum, { gross: one }) => sum + BigInt(one ?? 0), 0n);
  expect(await subject.world.earned()).toBe(gross);
  const { cache } = await subject.belongings();
  await subject.untilQueued();
  await subject.stop();
  expect(await subject.belongings()).toEqual({ ofRuns: [], spare: [], writers: [], cache });
}

const Result = z.object({
  status: z.string(),
  opStates: z.array(
    z.object({
      operationId: z.string(),
      status: z.string(),
      exitCode: z.number().nullable(),
      errors: z.array(z.object({ event: z.string(), message: z.string() })).optional(),
      logs: z.array(z.object({ type: z.string(), log: z.string() })),
    }),
  ),
});

/** The result document of a run, as the network has it. */
export async function resultOf(subject: Subject, posted: Posted): Promise<z.infer<typeof Result>> {
  const { receipt } = subject.detail(posted.run);
  return Result.parse(await subject.world.document(receipt?.resultCid ?? ''));
}
