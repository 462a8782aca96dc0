import { setTimeout as sleep } from 'node:timers/promises';
import { engineProblem } from '../e2e/support/engine-problem.ts';
import { job as definition, operation } from '../fakes/jobs/definitions.ts';
import { IMAGE, importBusybox } from '../integration/containers/engine-kit.ts';
import { env } from '../integration/recovery/scripts.ts';
import { Subject } from '../integration/recovery/subject.ts';
import { type Bench, median } from './figures.ts';

/** What a start and a join still ask for is not counted as idle. */
const CALM_MS = 15_000;
/** Four times the pause between two looks of a host to which the chain pushes what happens. */
const IDLE_MS = 12 * 60_000;
const HOUR_MS = 3_600_000;
const PATIENCE_MS = 120_000;

/**
 * How often a real host asks the chain's server: while it waits in the queue, and from the posting
 * of a job to its receipt and its next place in the queue. Public servers allow few calls.
 */
export async function rpc(bench: Bench): Promise<void> {
  const problem = await engineProblem();
  if (problem !== null) {
    bench.say(`rpc: left out, ${problem}`);
    return;
  }
  await importBusybox();
  const subject = await Subject.prepare();
  try {
    await subject.allow(IMAGE);
    subject.start();
    await subject.untilQueued();
    await idle(bench, subject);
    await jobs(bench, subject);
  } finally {
    await subject.remove();
  }
}

async function idle(bench: Bench, subject: Subject): Promise<void> {
  const idleMs = bench.quick ? 500 : IDLE_MS;
  await sleep(bench.quick ? 100 : CALM_MS);
  const since = ledger(subject);
  await sleep(idleMs);
  const perHour = (total(since()) * HOUR_MS) / idleMs;
  bench.note('rpc: calls in an idle hour', perHour, 'calls', { budget: 'under 60' });
  const { openSockets } = subject.world;
  bench.note('rpc: subscription sockets', openSockets, 'sockets', { budget: '1' });
  bench.say(`rpc: asked while idle: ${wordsOf(since())}`);
}

async function jobs(bench: Bench, subject: Subject): Promise<void> {
  const counts: number[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 5); round += 1) {
    const since = ledger(subject);
    const posted = await subject.world.post(
      definition([operation('job', { image: IMAGE, env, cmd: 'sleep 2' })]),
    );
    await subject.untilClosed(posted.run, PATIENCE_MS);
    await subject.untilQueued();
    counts.push(total(since()));
    bench.say(`rpc: asked for a job: ${wordsOf(since())}`);
  }
  bench.note('rpc: calls for a job, until queued again', median(counts), 'calls');
}

/** Tells what the host has asked since, by method. */
function ledger(subject: Subject): () => Map<string, number> {
  const { asked } = subject.world.censor;
  const before = new Map(asked);
  return () => {
    const since = [...asked].map(([method, times]): [string, number] => [
      method,
      times - (before.get(method) ?? 0),
    ]);
    return new Map(since.filter(([, times]) => times > 0));
  };
}

function total(calls: ReadonlyMap<string, number>): number {
  return [...calls.values()].reduce((sum, times) => sum + times, 0);
}

function wordsOf(calls: ReadonlyMap<string, number>): string {
  const words = [...calls].map(([method, times]) => `${times} ${method}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}
