import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CardSize, Ended, Running, World } from './world.ts';

/** The result document, as far as these tests read it. */
const ResultDocument = z.object({
  status: z.string(),
  opStates: z.array(
    z.object({
      operationId: z.string(),
      group: z.string(),
      status: z.string(),
      startTime: z.number().nullable(),
      endTime: z.number().nullable(),
      exitCode: z.number().nullable(),
      logs: z.array(z.object({ log: z.string(), timestamp: z.string() })),
      results: z.record(z.string(), z.unknown()).optional(),
      errors: z.array(z.object({ event: z.string(), message: z.string() })).optional(),
    }),
  ),
});
export type ResultDocument = z.infer<typeof ResultDocument>;
export type OperationResult = ResultDocument['opStates'][number];

const PATIENCE_MS = 60_000;

/** Starts `offpeak run FILE`. */
export function runFile(world: World, path: string, card: CardSize | null): Running {
  return world.offpeak(['run', path], card);
}

/** Its result document, and its exit code. */
export async function resultOf(
  running: Running,
): Promise<{ code: number | null; document: ResultDocument }> {
  const { code, stdout, stderr } = await running.ended;
  try {
    return { code, document: ResultDocument.parse(JSON.parse(stdout)) };
  } catch (error) {
    throw new Error(`There is no result document (exit code ${code}): ${stderr}`, { cause: error });
  }
}

/** Waits for a line that it says; throws with all it said when it ends before. */
export async function untilSaid(running: Running, words: string): Promise<void> {
  const over: Ended[] = [];
  void running.ended.then((ended) => over.push(ended));
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (
    !running
      .said()
      .split('\n')
      .some((line) => line.includes(words))
  ) {
    if (over.length > 0 || performance.now() > giveUpAt) {
      throw new Error(`It never said "${words}": ${running.said()} ${JSON.stringify(over)}`);
    }
    await sleep(50);
  }
}

/** Where it says that a port is reached; waits for that, and for its state. */
export async function endpointOf(
  running: Running,
  { operation, port, state }: { operation: string; port: number; state: string },
): Promise<string> {
  await untilSaid(running, `${operation}: port ${port} is at `);
  const line = new RegExp(`: port ${port} is at (http:\\S+) \\(${state}\\)`);
  await untilSaid(running, `(${state})`);
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const own = running
      .said()
      .split('\n')
      .filter((text) => text.startsWith(`${operation}: `));
    const url = own.map((text) => line.exec(text)?.[1]).find((one) => one !== undefined);
    if (url !== undefined) return url;
    if (performance.now() > giveUpAt)
      throw new Error(`Port ${port} is not ${state}: ${own.join('\n')}`);
    await sleep(50);
  }
}

/** What a service answers beside the engine; asked until it does. */
export async function fetchBeside(world: World, url: string): Promise<string> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const { code, stdout, stderr } = await world.run('/bin/busybox', ['wget', '-qO-', url]).ended;
    if (code === 0) return stdout;
    if (performance.now() > giveUpAt) throw new Error(`${url} does not answer: ${stderr}`);
    await sleep(200);
  }
}
