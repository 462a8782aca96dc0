import { type BookedJob, type BookedMarket, type BookedRun, type Books, RENT } from './books.ts';
import { type BookedStake, STAKE_RENT } from './stake-books.ts';

/** Who has what at one moment, by address: the same form from the chain and from the books. */
export interface Statement {
  /** Chain time in seconds. */
  readonly now: bigint;
  /** NOS base units of people, and of markets in their vaults. */
  readonly nos: Readonly<Record<string, bigint>>;
  /** Lamports of people. */
  readonly lamports: Readonly<Record<string, bigint>>;
  readonly queues: Readonly<Record<string, BookedMarket['queue']>>;
  readonly jobs: Readonly<Record<string, StatedJob>>;
  readonly runs: Readonly<Record<string, StatedRun>>;
  /** By owner. */
  readonly stakes: Readonly<Record<string, StatedStake>>;
}

interface Rented {
  readonly rentLamports: bigint;
}
export type StatedJob = Omit<BookedJob, 'address'> & Rented;
export type StatedRun = Omit<BookedRun, 'address' | 'isOpen'> & Rented;
export type StatedStake = BookedStake & Rented & { readonly xnos: bigint };

/** What the books say. */
export function statementOf(books: Books): Statement {
  const jobs: Record<string, StatedJob> = {};
  for (const { address, ...job } of books.jobs.values()) {
    if (job.state !== 'closed') jobs[address] = { ...job, rentLamports: RENT.job };
  }
  const runs: Record<string, StatedRun> = {};
  for (const { address, isOpen, ...run } of books.runs.values()) {
    if (isOpen) runs[address] = { ...run, rentLamports: RENT.run };
  }
  const stakes: Record<string, StatedStake> = {};
  for (const [host, stake] of books.stakes.all) {
    stakes[host] = { ...stake, xnos: books.stakes.xnosOf(host) ?? 0n, rentLamports: STAKE_RENT };
  }
  const markets = [...books.markets.values()];
  return {
    now: books.now,
    nos: Object.fromEntries(books.nos),
    lamports: Object.fromEntries(books.lamports),
    queues: Object.fromEntries(markets.map(({ address, queue }) => [address, queue])),
    jobs,
    runs,
    stakes,
  };
}

/** All NOS there is. It never changes. */
export function allNos({ nos, stakes }: Statement): bigint {
  return sum(Object.values(nos)) + sum(Object.values(stakes).map((stake) => stake.held));
}

/** What a market's vault must hold: the deposits of its jobs that are neither done nor closed. */
export function depositsOf(market: string, { jobs }: Statement): bigint {
  const open = Object.values(jobs).filter((job) => job.market === market && job.state !== 'done');
  return sum(open.map((job) => job.price * job.timeoutSeconds));
}

/** All lamports there are but for the fees. */
export function allLamports({ lamports, jobs, runs, stakes }: Statement): bigint {
  const rented = [jobs, runs, stakes].flatMap((each) => Object.values<Rented>(each));
  return sum(Object.values(lamports)) + sum(rented.map((one) => one.rentLamports));
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
