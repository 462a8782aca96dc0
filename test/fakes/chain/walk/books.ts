import { StakeBooks } from './stake-books.ts';
import { type Transaction, signersOf } from './operations.ts';

const FEE_LAMPORTS = 5_000n;
/** Rent exemption of a job account (240 bytes) and of a run account (120 bytes). */
export const RENT = { job: (128n + 240n) * 6_960n, run: (128n + 120n) * 6_960n } as const;

export interface BookedMarket {
  readonly address: string;
  /** NOS base units a second. */
  readonly price: bigint;
  readonly xnosMinimum: bigint;
  readonly expirationSeconds: bigint;
  /** Hosts that may enter; null where everybody may. */
  readonly admits: readonly string[] | null;
  /** Jobs or hosts that wait, never both. */
  queue: { of: 'jobs' | 'hosts' | 'nobody'; waiting: string[] };
}

export interface BookedJob {
  readonly address: string;
  readonly market: string;
  readonly poster: string;
  readonly price: bigint;
  timeoutSeconds: bigint;
  /** `closed`: there is no account any more. */
  state: 'queued' | 'stopped' | 'done' | 'closed';
  host: string | null;
  endedAt: bigint;
  hasResult: boolean;
}

export interface BookedRun {
  readonly address: string;
  readonly job: string;
  readonly host: string;
  readonly payer: string;
  readonly startedAt: bigint;
  isOpen: boolean;
}

/**
 * What everybody owns, kept by the rules that Nosana publishes (docs/jobs.md, docs/staking.md), and
 * by nothing of the programs or of the app: the judge of a random walk.
 */
export class Books {
  /** Chain time in seconds. */
  now: bigint;
  readonly markets = new Map<string, BookedMarket>();
  readonly jobs = new Map<string, BookedJob>();
  readonly runs = new Map<string, BookedRun>();
  readonly stakes: StakeBooks;
  /** NOS base units by owner: people, and markets for what their vaults hold. */
  readonly nos = new Map<string, bigint>();
  /** Of the people. */
  readonly lamports = new Map<string, bigint>();
  feesLamports = 0n;

  constructor(now: bigint) {
    this.now = now;
    this.stakes = new StakeBooks(this);
  }

  /** Enters a transaction: the fee in any case, the rest if the rules allow it. Says whether. */
  enter(transaction: Transaction): boolean {
    const signers = signersOf(transaction);
    const fee = FEE_LAMPORTS * BigInt(signers.length);
    this.feesLamports += fee;
    this.giveLamports(signers[0], -fee);
    return this.#apply(transaction);
  }

  /** The run that somebody works on this job with; at most one in a walk. */
  runOf(job: string): BookedRun | undefined {
    return [...this.runs.values()].find((run) => run.isOpen && run.job === job);
  }

  giveNos(owner: string, baseUnits: bigint): void {
    this.nos.set(owner, (this.nos.get(owner) ?? 0n) + baseUnits);
  }

  giveLamports(owner: string, lamports: bigint): void {
    this.lamports.set(owner, (this.lamports.get(owner) ?? 0n) + lamports);
  }

  has(owner: string, baseUnits: bigint): boolean {
    return (this.nos.get(owner) ?? 0n) >= baseUnits;
  }

  #apply(t: Transaction): boolean {
    switch (t.kind) {
      case 'list':
        return this.#list(t);
      case 'work':
        return this.#work(t);
      case 'stop':
        return this.#leave(one(this.markets, t.market), 'hosts', t.host);
      case 'finish':
        return this.#settle(t.run, (job, run) => run.host === t.host && setResult(job));
      case 'end':
        return this.#settle(t.run, (job) => job.poster === t.poster);
      case 'quit':
        return this.#quit(t.host, one(this.runs, t.run));
      case 'claim':
        return this.#claim(t);
      case 'complete': {
        const job = one(this.jobs, t.job);
        const isMine = job.state === 'done' && job.host === t.host;
        return isMine && !job.hasResult && setResult(job);
      }
      case 'extend':
        return this.#extend(t.poster, one(this.jobs, t.job), t.timeoutSeconds);
      case 'delist': {
        const job = one(this.jobs, t.job);
        if (job.poster !== t.poster || job.state !== 'queued') return false;
        return this.#leave(one(this.markets, job.market), 'jobs', t.job) && this.#refundWhole(job);
      }
      case 'recover': {
        const job = one(this.jobs, t.job);
        return job.poster === t.poster && job.state === 'stopped' && this.#refundWhole(job);
      }
      case 'clean': {
        const job = one(this.jobs, t.job);
        const { expirationSeconds } = one(this.markets, job.market);
        if (job.state !== 'done' || this.now - job.endedAt <= expirationSeconds) return false;
        return this.#close(job);
      }
      case 'stake':
      case 'stake-topup':
      case 'stake-extend':
      case 'unstake':
      case 'restake':
      case 'withdraw':
        return this.stakes.apply(t);
    }
  }

  #list(t: Transaction & { kind: 'list' }): boolean {
    const market = one(this.markets, t.market);
    const deposit = market.price * t.timeoutSeconds;
    if (!this.has(t.poster, deposit)) return false;
    this.giveNos(t.poster, -deposit);
    this.giveNos(market.address, deposit);
    this.giveLamports(t.poster, -RENT.job);
    this.jobs.set(t.job, {
      address: t.job,
      market: market.address,
      poster: t.poster,
      price: market.price,
      timeoutSeconds: t.timeoutSeconds,
      state: 'queued',
      host: null,
      endedAt: 0n,
      hasResult: false,
    });
    const host = take(market, 'hosts');
    if (host === null) wait(market, 'jobs', t.job);
    else this.#start(t.run, t.job, host, t.poster);
    return true;
  }

  #work(t: Transaction & { kind: 'work' }): boolean {
    const market = one(this.markets, t.market);
    const { of, waiting } = market.queue;
    if (of === 'hosts' && waiting.includes(t.host)) return false;
    if (!this.#mayEnter(t.host, market, t.showsKey)) return false;
    const job = take(market, 'jobs');
    if (job === null) wait(market, 'hosts', t.host);
    else this.#start(t.run, job, t.host, t.host);
    return true;
  }

  #claim(t: Transaction & { kind: 'claim' }): boolean {
    const job = one(this.jobs, t.job);
    if (job.state !== 'stopped') return false;
    if (!this.#mayEnter(t.host, one(this.markets, job.market), t.showsKey)) return false;
    this.#start(t.run, t.job, t.host, t.host);
    return true;
  }

  #mayEnter(host: string, market: BookedMarket, showsKey: boolean): boolean {
    const xnos = this.stakes.xnosOf(host);
    if (xnos === null || xnos < market.xnosMinimum) return false;
    return market.admits === null || (market.admits.includes(host) && showsKey);
  }

  #start(address: string, job: string, host: string, payer: string): void {
    this.giveLamports(payer, -RENT.run);
    this.runs.set(address, { address, job, host, payer, startedAt: this.now, isOpen: true });
  }

  /** The host gets its seconds, the poster the rest; whoever paid the rent of the run gets it back. */
  #settle(address: string, allows: (job: BookedJob, run: BookedRun) => boolean): boolean {
    const run = one(this.runs, address);
    const job = one(this.jobs, run.job);
    if (!run.isOpen || job.state === 'closed' || !allows(job, run)) return false;
    const worked = this.now - run.startedAt;
    const paid = job.price * (worked < job.timeoutSeconds ? worked : job.timeoutSeconds);
    this.giveNos(job.market, -job.price * job.timeoutSeconds);
    this.giveNos(run.host, paid);
    this.giveNos(job.poster, job.price * job.timeoutSeconds - paid);
    job.state = 'done';
    job.host = run.host;
    job.endedAt = this.now;
    return this.#closeRun(run);
  }

  #quit(host: string, run: BookedRun): boolean {
    const job = one(this.jobs, run.job);
    if (!run.isOpen || run.host !== host || job.state === 'closed') return false;
    job.state = 'stopped';
    return this.#closeRun(run);
  }

  #extend(poster: string, job: BookedJob, timeoutSeconds: bigint): boolean {
    const added = job.price * (timeoutSeconds - job.timeoutSeconds);
    if (job.poster !== poster || job.state !== 'queued') return false;
    if (timeoutSeconds <= job.timeoutSeconds || !this.has(poster, added)) return false;
    job.timeoutSeconds = timeoutSeconds;
    this.giveNos(poster, -added);
    this.giveNos(job.market, added);
    return true;
  }

  #leave(market: BookedMarket, kind: 'jobs' | 'hosts', who: string): boolean {
    const { of, waiting } = market.queue;
    if (of !== kind || !waiting.includes(who)) return false;
    waiting.splice(waiting.indexOf(who), 1);
    if (waiting.length === 0) market.queue = { of: 'nobody', waiting };
    return true;
  }

  #refundWhole(job: BookedJob): boolean {
    this.giveNos(job.market, -job.price * job.timeoutSeconds);
    this.giveNos(job.poster, job.price * job.timeoutSeconds);
    return this.#close(job);
  }

  #close(job: BookedJob): boolean {
    job.state = 'closed';
    this.giveLamports(job.poster, RENT.job);
    return true;
  }

  #closeRun(run: BookedRun): boolean {
    run.isOpen = false;
    this.giveLamports(run.payer, RENT.run);
    return true;
  }
}

function setResult(job: BookedJob): boolean {
  job.hasResult = true;
  return true;
}

function take(market: BookedMarket, kind: 'jobs' | 'hosts'): string | null {
  const { of, waiting } = market.queue;
  if (of !== kind) return null;
  const first = waiting.shift() ?? null;
  if (waiting.length === 0) market.queue = { of: 'nobody', waiting };
  return first;
}

function wait(market: BookedMarket, kind: 'jobs' | 'hosts', who: string): void {
  market.queue = { of: kind, waiting: [...market.queue.waiting, who] };
}

/** For what a walk made up itself. */
function one<T>(map: ReadonlyMap<string, T>, address: string): T {
  const found = map.get(address);
  if (found === undefined) throw new Error(`the walk does not know ${address}`);
  return found;
}
