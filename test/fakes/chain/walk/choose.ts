import type { Generator } from '../../network/generator.ts';
import type { BookedJob, BookedRun, Books } from './books.ts';
import type { Operation, StakeOperation } from './operations.ts';

/** Who and what there is to choose from. */
export interface Cast {
  readonly hosts: readonly string[];
  readonly posters: readonly string[];
  readonly markets: readonly string[];
  /** A fresh address that can sign. */
  newKey(): string;
}

const DAY = 86_400n;

/** How often each kind is tried, in about a hundred, and how its details are chosen. */
const KINDS: readonly (readonly [weight: number, choose: (choice: Choice) => Operation | null])[] =
  [
    [15, list],
    [18, work],
    [5, (c) => ({ kind: 'stop', host: c.host(), market: c.market() })],
    [12, finish],
    [6, quit],
    [6, end],
    [6, complete],
    [5, claim],
    [6, extend],
    [4, (c) => takeBack(c, 'delist', 'queued')],
    [3, (c) => takeBack(c, 'recover', 'stopped')],
    [5, clean],
    [8, stake],
    [9, wait],
  ];

/** What is tried next: mostly something that makes sense, by the one who may; at times not. */
export function choose(make: Generator, books: Books, cast: Cast): Operation {
  const choice = new Choice(make, books, cast);
  for (;;) {
    let left = make.below(KINDS.reduce((sum, [weight]) => sum + weight, 0));
    const kind = KINDS.find(([weight]) => (left -= weight) < 0);
    const found = kind?.[1](choice) ?? null;
    if (found !== null) return found;
  }
}

/** The choices that the kinds have in common. */
class Choice {
  readonly make: Generator;
  readonly books: Books;
  readonly cast: Cast;

  constructor(make: Generator, books: Books, cast: Cast) {
    this.make = make;
    this.books = books;
    this.cast = cast;
  }

  host(right?: string): string {
    return this.#mostly(right, this.cast.hosts);
  }

  poster(right?: string): string {
    return this.#mostly(right, this.cast.posters);
  }

  market(): string {
    return this.oneOf(this.cast.markets);
  }

  /** True nine times of ten. */
  nearlyAlways(): boolean {
    return this.make.below(10) > 0;
  }

  /** Mostly one that fits; null where there is none at all. */
  job(fits: (job: BookedJob) => boolean): BookedJob | null {
    return this.#mostlyFitting([...this.books.jobs.values()], fits);
  }

  run(): BookedRun | null {
    return this.#mostlyFitting([...this.books.runs.values()], (run) => run.isOpen);
  }

  seconds(limit: number): bigint {
    return BigInt(this.make.below(limit));
  }

  oneOf<T>(from: readonly T[]): T {
    const found = from[this.make.below(from.length)];
    if (found === undefined) throw new Error('there is nothing to choose from');
    return found;
  }

  #mostly(right: string | undefined, others: readonly string[]): string {
    return right === undefined || this.make.below(6) === 0 ? this.oneOf(others) : right;
  }

  #mostlyFitting<T>(all: readonly T[], fits: (one: T) => boolean): T | null {
    const from = this.nearlyAlways() ? all.filter(fits) : all;
    return from.length === 0 ? null : this.oneOf(from);
  }
}

function list(c: Choice): Operation {
  const [job, run] = [c.cast.newKey(), c.cast.newKey()];
  const timeoutSeconds = c.seconds(6_000);
  return { kind: 'list', poster: c.poster(), market: c.market(), job, run, timeoutSeconds };
}

function work(c: Choice): Operation {
  const [run, showsKey] = [c.cast.newKey(), c.nearlyAlways()];
  return { kind: 'work', host: c.host(), market: c.market(), run, showsKey };
}

function finish(c: Choice): Operation | null {
  const run = c.run();
  if (run === null) return null;
  const shape = c.make.below(2) === 0 ? 'ten' : 'eleven';
  return { kind: 'finish', host: c.host(run.host), run: run.address, shape };
}

function quit(c: Choice): Operation | null {
  const run = c.run();
  return run && { kind: 'quit', host: c.host(run.host), run: run.address };
}

function end(c: Choice): Operation | null {
  const run = c.run();
  if (run === null) return null;
  const poster = c.poster(c.books.jobs.get(run.job)?.poster);
  return { kind: 'end', poster, run: run.address };
}

function complete(c: Choice): Operation | null {
  const job = c.job((one) => one.state === 'done' && !one.hasResult);
  return job && { kind: 'complete', host: c.host(job.host ?? undefined), job: job.address };
}

/**
 * Only of jobs that nobody works on: the program lets two hosts claim one job, and then pays both,
 * the second one out of the deposits of other jobs (finish.rs does not look at the job's state).
 * That is a fault of the published program; the books would show it.
 */
function claim(c: Choice): Operation | null {
  const job = c.job((one) => one.state === 'stopped');
  if (job === null || c.books.runOf(job.address) !== undefined) return null;
  const [run, showsKey] = [c.cast.newKey(), c.nearlyAlways()];
  return { kind: 'claim', host: c.host(), job: job.address, run, showsKey };
}

function extend(c: Choice): Operation | null {
  const job = c.job((one) => one.state === 'queued');
  if (job === null) return null;
  const timeoutSeconds = job.timeoutSeconds + c.seconds(1_000) - 100n;
  return { kind: 'extend', poster: c.poster(job.poster), job: job.address, timeoutSeconds };
}

function takeBack(
  c: Choice,
  kind: 'delist' | 'recover',
  state: BookedJob['state'],
): Operation | null {
  const job = c.job((one) => one.state === state && c.books.runOf(one.address) === undefined);
  return job && { kind, poster: c.poster(job.poster), job: job.address };
}

function clean(c: Choice): Operation | null {
  const job = c.job((one) => one.state === 'done');
  const anybody = c.make.below(2) === 0 ? c.host() : c.poster();
  return job && { kind: 'clean', anybody, job: job.address };
}

function stake(c: Choice): StakeOperation {
  const host = c.host();
  const amount = BigInt(c.make.below(40_000_000));
  const create = { kind: 'stake', host, amount, durationSeconds: c.seconds(400) * DAY } as const;
  const whileItCounts: readonly StakeOperation[] = [
    { kind: 'stake-topup', host, amount },
    { kind: 'stake-extend', host, addedSeconds: c.seconds(60) * DAY },
    { kind: 'unstake', host },
  ];
  const whileReleased: readonly StakeOperation[] = [
    { kind: 'restake', host },
    { kind: 'withdraw', host },
    { kind: 'withdraw', host },
  ];
  const booked = c.books.stakes.all.get(host);
  if (booked === undefined) return create;
  const fitting = booked.unstakedAt === 0n ? whileItCounts : whileReleased;
  const any = [create, ...whileItCounts, ...whileReleased];
  return c.oneOf(c.make.below(3) === 0 ? any : fitting);
}

function wait(c: Choice): Operation {
  return { kind: 'wait', seconds: c.seconds(c.oneOf([900, 900, 900, 20_000, 300_000])) };
}
