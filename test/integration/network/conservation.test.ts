import { describe, expect, it } from 'vitest';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import {
  allLamports,
  allNos,
  depositsOf,
  type Statement,
} from '../../fakes/chain/walk/statement.ts';
import { type Step, Walk } from '../../fakes/chain/walk/walk.ts';

/** A walk can be repeated by its seed; the first one is long. */
const WALKS = [
  { seed: 1, steps: 1_000 },
  { seed: 2, steps: 250 },
  { seed: 3, steps: 250 },
];

describe.skipIf(chainProblem !== null)(
  `Whatever hosts and posters do, in any order, on a real chain ${chainProblem ?? ''}`,
  () => {
    it.each(WALKS)(
      'money is conserved to the base unit over $steps operations (seed $seed)',
      async ({ seed, steps }) => {
        const walk = await Walk.start(seed);
        try {
          const tally = await walkOn(walk, seed, steps);
          if (steps >= 1_000) expectVariety(tally);
          await settleAll(walk, seed);
        } finally {
          walk.stop();
        }
      },
      300_000,
    );
  },
);

async function walkOn(walk: Walk, seed: number, steps: number): Promise<Map<string, number>> {
  const before = walk.inBooks();
  const start = { nos: allNos(before), lamports: allLamports(before) + walk.books.feesLamports };
  expect(await walk.onChain(), `seed ${seed}, at the start`).toEqual(before);
  const tally = new Map<string, number>();
  for (let number = 1; number <= steps; number++) {
    const step = await walk.step();
    const hint = `seed ${seed}, step ${number}: ${tell(step)}`;
    // The chain allows what the rules allow; each account is as the books have it, so what was
    // refused changed nothing but the payer's fee.
    expect(step.isDone, hint).toBe(step.isAllowed);
    const now = await walk.onChain();
    expect(now, hint).toEqual(walk.inBooks());
    expect(allNos(now), hint).toBe(start.nos);
    expect(allLamports(now) + walk.books.feesLamports, hint).toBe(start.lamports);
    expectDeposits(now, walk, hint);
    const key = `${step.operation.kind} ${step.isDone ? 'done' : 'refused'}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  return tally;
}

/** Nothing is in a vault but the deposits of the jobs that still wait or run, or were given up. */
function expectDeposits(now: Statement, walk: Walk, hint: string): void {
  for (const market of walk.cast.markets) {
    expect(now.nos[market], hint).toBe(depositsOf(market, now));
  }
}

/** A walk that did the same things over and over would prove little. */
function expectVariety(tally: ReadonlyMap<string, number>): void {
  const kinds = [...new Set([...tally.keys()].map((key) => key.split(' ')[0] ?? ''))];
  expect(kinds.toSorted()).toEqual([
    'claim',
    'clean',
    'complete',
    'delist',
    'end',
    'extend',
    'finish',
    'list',
    'quit',
    'recover',
    'restake',
    'stake',
    'stake-extend',
    'stake-topup',
    'stop',
    'unstake',
    'wait',
    'withdraw',
    'work',
  ]);
  for (const kind of kinds) {
    expect(tally.get(`${kind} done`) ?? 0, `${kind} done`).toBeGreaterThan(0);
    if (kind !== 'wait') {
      expect(tally.get(`${kind} refused`) ?? 0, `${kind} refused`).toBeGreaterThan(0);
    }
  }
}

/** Everybody takes what is theirs: then no vault holds anything. */
async function settleAll(walk: Walk, seed: number): Promise<void> {
  const { runs, jobs } = walk.books;
  for (const { address, job, host, isOpen } of [...runs.values()]) {
    if (!isOpen || jobs.get(job)?.state === 'closed') continue;
    expect(await walk.do({ kind: 'finish', host, run: address, shape: 'ten' })).toMatchObject({
      isDone: true,
    });
  }
  for (const { address, poster, state } of [...jobs.values()]) {
    if (state !== 'queued' && state !== 'stopped') continue;
    const kind = state === 'queued' ? 'delist' : 'recover';
    expect(await walk.do({ kind, poster, job: address })).toMatchObject({ isDone: true });
  }
  const end = await walk.onChain();
  expect(end, `seed ${seed}, at the end`).toEqual(walk.inBooks());
  expect(walk.cast.markets.map((market) => end.nos[market])).toEqual([0n, 0n, 0n, 0n]);
}

function tell(step: Step): string {
  return JSON.stringify(step, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
