import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SolanaRpc } from '../../../../app/adapters/solana/solana-rpc.ts';
import type { AccountListener } from '../../../../app/adapters/solana/subscriptions.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import { encodeJob, encodeMarket, encodeRun } from '../../../../app/network/nosana/accounts.ts';
import { BalanceBook } from '../../../../app/network/nosana/balances.ts';
import type { Link } from '../../../../app/network/nosana/link.ts';
import { watchMarket } from '../../../../app/network/nosana/market-watch.ts';
import { PACE } from '../../../../app/network/nosana/net.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const make = createGenerator(8);
const me = make.address();
const market = make.address();
const job = make.address();
const run = make.address();
const poster = make.address();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A chain whose answers a test changes while it is watched. */
class World {
  queue: string[] = [];
  runs: ChainAccount[] = [];
  down = false;
  reconnects = 0;
  lamports = 7n;
  balanceChanges = 0;
  /** How often accounts, and runs, were asked for. */
  readonly asked = { accounts: 0, runs: 0 };
  readonly #socket = { isAlive: true, listeners: new Set<() => void>() };
  readonly offers: string[] = [];
  readonly positions: (number | null)[] = [];
  readonly problems: (string | null)[] = [];
  pushRun: AccountListener = () => undefined;
  pushMarket: AccountListener = () => undefined;
  readonly stop: () => void;

  constructor() {
    const accounts: Pick<SolanaRpc, 'getAccounts' | 'getProgramAccounts' | 'noteSlot'> = {
      getAccounts: (addresses) => {
        this.asked.accounts++;
        return this.#answer(() => addresses.map((address) => this.#account(address)));
      },
      getProgramAccounts: () => {
        this.asked.runs++;
        return this.#answer(() => this.runs);
      },
      noteSlot: () => undefined,
    };
    const unused = () => {
      throw new Error('not used here');
    };
    const socket = this.#socket;
    const link: Link = {
      genesis: 'G',
      content: { fetch: unused, store: unused },
      pace: PACE,
      balances: new BalanceBook({
        rpc: accounts,
        host: me,
        nosMint: NOSANA_PROGRAMS.nosMint,
        maxAgeMs: 1e9,
        onChange: () => this.balanceChanges++,
      }),
      rpc: {
        ...accounts,
        getAccount: unused,
        getTokenAccounts: unused,
        getLamports: unused,
        getLatestBlockhash: unused,
        getBlockHeight: unused,
        simulate: unused,
        sendRaw: unused,
        getSignatureStatus: unused,
        getGenesisHash: unused,
        getVersion: unused,
        elsewhere: { ...accounts, getTokenAccounts: unused },
        getRentExemption: unused,
        getPriorityPrices: unused,
        lookEverywhere: unused,
      },
      subscriptions: {
        account: (_address, listener) => {
          this.pushMarket = listener;
          return () => undefined;
        },
        program: (_program, _filters, listener) => {
          this.pushRun = listener;
          return () => undefined;
        },
        get isAlive() {
          return socket.isAlive;
        },
        onState: (listener) => {
          socket.listeners.add(listener);
          return () => socket.listeners.delete(listener);
        },
        reconnect: () => {
          this.reconnects++;
        },
        close: () => undefined,
      },
    };
    this.stop = watchMarket(link, {
      programs: NOSANA_PROGRAMS,
      market,
      host: me,
      seen: new Set(),
      handlers: {
        onOffer: (offer) => this.offers.push(offer.run),
        onQueue: (view) => this.positions.push(view.position),
        onProblem: (problem) => this.problems.push(problem?.code ?? null),
      },
    });
  }

  /** The socket comes, or goes. */
  setSocket(isAlive: boolean): void {
    this.#socket.isAlive = isAlive;
    for (const listener of this.#socket.listeners) listener();
  }

  marketAccount(): ChainAccount {
    const data = encodeMarket({
      authority: poster,
      jobExpirationSeconds: 1n,
      jobPrice: 48n,
      jobTimeoutSeconds: 3600n,
      jobType: 0,
      vault: poster,
      vaultBump: 1,
      nodeAccessKey: SYSTEM_PROGRAM,
      nodeXnosMinimum: 0n,
      queueType: this.queue.length === 0 ? 255 : 1,
      queue: this.queue,
    });
    return account(market, data);
  }

  #account(address: string): ChainAccount | null {
    if (address === market) return this.marketAccount();
    if (address === me) return { ...account(me, new Uint8Array()), lamports: this.lamports };
    return address === job ? account(job, jobBytes()) : null;
  }

  #answer<T>(value: () => T): Promise<T> {
    return this.down
      ? Promise.reject(new OffpeakError('network.rpc-unreachable'))
      : Promise.resolve(value());
  }
}

describe('watching a market', () => {
  it('tells the queue and that all is well, once', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(world.positions).toEqual([null]);
    expect(world.problems).toEqual([null]);
    world.stop();
  });

  it('offers a run once, though both push and polling bring it', async () => {
    const world = new World();
    world.pushRun(runAccount(), 1);
    world.runs = [runAccount()];
    await vi.advanceTimersByTimeAsync(200_000);
    expect(world.offers).toEqual([run]);
    world.stop();
  });

  it('a run found by polling alone means that the pushes are dead: they are made anew', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(1_000);
    world.runs = [runAccount()];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.offers).toEqual([run]);
    expect(world.reconnects).toBe(1);
    world.stop();
  });

  it('a run that was there before is no sign of that', async () => {
    const world = new World();
    world.runs = [runAccount()];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.offers).toEqual([run]);
    expect(world.reconnects).toBe(0);
    world.stop();
  });

  it('an empty answer takes nothing back', async () => {
    const world = new World();
    world.pushRun(runAccount(), 1);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(world.offers).toEqual([run]);
    world.stop();
  });

  it('a push whose job cannot be read is offered as soon as it can', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(1_000);
    world.down = true;
    world.pushRun(runAccount(), 1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(world.offers).toEqual([]);
    world.down = false;
    world.runs = [runAccount()];
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.offers).toEqual([run]);
    world.stop();
  });

  it('leaving the line makes it look for the run that explains it', async () => {
    const world = new World();
    world.queue = [me];
    await vi.advanceTimersByTimeAsync(50_000);
    expect(world.positions.at(-1)).toBe(1);
    world.queue = [];
    world.runs = [runAccount()];
    world.pushMarket(world.marketAccount(), 1);
    await vi.advanceTimersByTimeAsync(10);
    expect(world.offers).toEqual([run]);
    world.stop();
  });

  it('tells a problem once, and its end', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(1_000);
    world.down = true;
    await vi.advanceTimersByTimeAsync(200_000);
    world.down = false;
    await vi.advanceTimersByTimeAsync(200_000);
    expect(world.problems).toEqual([null, 'network.rpc-unreachable', null]);
    world.stop();
  });

  it.each([
    ['a closed account', account(run, new Uint8Array())],
    ['bytes nobody can read', account(run, new Uint8Array(120))],
    ['a run of somebody else', account(run, runBytes(poster))],
    ['a run whose job is missing', account(run, runBytes(me, poster))],
  ])('%s is no offer, and does no harm', async (_name, pushed) => {
    const world = new World();
    world.pushRun(pushed, 1);
    world.pushMarket(account(market, new Uint8Array(50)), 1);
    await vi.advanceTimersByTimeAsync(100);
    expect(world.offers).toEqual([]);
    world.stop();
  });

  it('an idle hour in the line costs some 20 looks, and few of them ask for runs', async () => {
    const world = new World();
    world.queue = [make.address(), me];
    await vi.advanceTimersByTimeAsync(3_600_000);
    const before = { ...world.asked };
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(world.asked.accounts - before.accounts).toBe(20);
    expect(world.asked.runs - before.runs).toBe(4);
    world.stop();
  });

  it('without a socket it looks every 15 seconds at least', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(3_600_000);
    const before = world.asked.accounts;
    world.setSocket(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked.accounts - before).toBeGreaterThanOrEqual(4);
    world.stop();
  });

  it('looks at once when the socket is back: what came meanwhile was pushed to nobody', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(1_000_000);
    world.setSocket(false);
    await vi.advanceTimersByTimeAsync(1_000);
    world.queue = [me];
    world.setSocket(true);
    await vi.advanceTimersByTimeAsync(10);
    expect(world.positions).toEqual([null, 1]);
    world.stop();
  });

  it('being taken out of the line by a push alone is told at once', async () => {
    const world = new World();
    world.queue = [me];
    await vi.advanceTimersByTimeAsync(1_000_000);
    world.queue = [];
    world.pushMarket(world.marketAccount(), 1);
    expect(world.positions).toEqual([null, 1, null]);
    world.stop();
  });

  it('brings the balances along, and tells when they are others', async () => {
    const world = new World();
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(world.balanceChanges).toBe(1);
    world.lamports = 9n;
    await vi.advanceTimersByTimeAsync(180_000);
    expect(world.balanceChanges).toBe(2);
    world.stop();
  });

  it('says nothing after it was stopped', async () => {
    const world = new World();
    world.stop();
    world.pushRun(runAccount(), 1);
    world.pushMarket(world.marketAccount(), 1);
    await vi.advanceTimersByTimeAsync(100_000);
    expect([world.offers, world.positions, world.problems]).toEqual([[], [], []]);
  });
});

function account(address: string, data: Uint8Array): ChainAccount {
  return { address, owner: NOSANA_PROGRAMS.jobs, lamports: 1n, data };
}

function runAccount(): ChainAccount {
  return account(run, runBytes(me));
}

function runBytes(node: string, ofJob = job): Uint8Array {
  return encodeRun({ job: ofJob, node, payer: poster, state: 0, timeSeconds: 1_700_000_000n });
}

function jobBytes(): Uint8Array {
  return encodeJob({
    ipfsJob: new Uint8Array(32).fill(1),
    ipfsResult: new Uint8Array(32),
    market,
    node: SYSTEM_PROGRAM,
    payer: poster,
    price: 48n,
    project: poster,
    state: 0,
    timeEndSeconds: 0n,
    timeStartSeconds: 0n,
    timeoutSeconds: 3600n,
  });
}
