import { setTimeout as sleep } from 'node:timers/promises';
import { OffpeakError } from '../../contract/errors.ts';
import { RateLimited, ServerBehind } from './failure.ts';
import {
  Endpoint,
  type ChainCheck,
  type EndpointHealth,
  type RpcEndpoint,
} from './rpc-endpoint.ts';
import { later } from './rpc.ts';
import { createSlotGuard } from './slot-guard.ts';
import type { LastLook, Reads, SolanaRpc } from './solana-rpc.ts';
import type { CallRate } from './token-bucket.ts';

/**
 * Public servers of mainnet allow 100 calls in 10 seconds from one address, 40 of one kind.
 * (solana.com, "Solana RPC endpoints")
 */
const RATE: CallRate = { perSecond: 4, burst: 40 };
/** A call waits this long for a server that asked for a pause, or for its turn. */
const MAX_WAIT_MS = 5_000;
/** While all are behind: how often, and how far apart, they are asked again. */
const BEHIND_ROUNDS = 4;
const BEHIND_PAUSE_MS = 500;

/** How a pool is made. */
export interface PoolOptions {
  readonly check: ChainCheck;
  /** For each server by itself. */
  readonly rate?: CallRate;
  /** For each call to one server; a call that fails over can take several times as long. */
  readonly deadlineMs?: number;
}

/** Several servers of one chain that answer as one. */
export interface RpcPool extends SolanaRpc {
  /** Finds a server of the right chain and returns its genesis hash; throws `network.…`. */
  connect(): Promise<string>;
  /** In order of preference. */
  health(): readonly EndpointHealth[];
  /**
   * Where to open the socket: at the first server in a good state, with each further attempt at the
   * next one. Throws `network.…` where none is on the right chain.
   */
  socketUrl(attempt: number): Promise<string>;
}

/**
 * Puts servers behind one name, the preferred one first. Each one's chain is checked before it is
 * asked anything else, and one on another chain is never used.
 */
export function createRpcPool(servers: readonly RpcEndpoint[], options: PoolOptions): RpcPool {
  const pool = new Pool(servers, options);
  return {
    ...pool.calls(),
    connect: () => pool.connect(),
    health: () => pool.health(),
    socketUrl: (attempt) => pool.socketUrl(attempt),
  };
}

type Call<T> = (rpc: SolanaRpc) => Promise<T>;

class Pool {
  readonly #endpoints: readonly Endpoint[];
  readonly #slots = createSlotGuard();
  /** Of the first server that was right; all others must be on the same. */
  #genesis: string | null = null;

  constructor(servers: readonly RpcEndpoint[], { check, rate = RATE, ...rest }: PoolOptions) {
    const sameChain: ChainCheck = async (rpc) => {
      const genesis = await check(rpc);
      this.#genesis ??= genesis;
      if (genesis !== this.#genesis) throw new OffpeakError('network.other-chain');
      return genesis;
    };
    const setting = { ...rest, slots: this.#slots, rate, check: sameChain };
    this.#endpoints = servers.map((server) => new Endpoint(server, setting));
  }

  async connect(): Promise<string> {
    await this.#firstThat((endpoint) => endpoint.check());
    if (this.#genesis === null) throw new OffpeakError('network.rpc-unreachable');
    return this.#genesis;
  }

  health(): readonly EndpointHealth[] {
    return this.#endpoints.map((endpoint) => endpoint.health());
  }

  async socketUrl(attempt: number): Promise<string> {
    const inOrder = this.#candidates();
    const start = inOrder.length === 0 ? 0 : attempt % inOrder.length;
    const turned = [...inOrder.slice(start), ...inOrder.slice(0, start)];
    return this.#firstThat(async (endpoint) => {
      await endpoint.check();
      return endpoint.wsUrl;
    }, turned);
  }

  calls(): SolanaRpc {
    const ask = <T>(call: Call<T>): Promise<T> => this.#ask(call);
    return {
      getAccount: (address) => ask((rpc) => rpc.getAccount(address)),
      getAccounts: (addresses) => ask((rpc) => rpc.getAccounts(addresses)),
      getProgramAccounts: (id, filters) => ask((rpc) => rpc.getProgramAccounts(id, filters)),
      getTokenAccounts: (owner) => ask((rpc) => rpc.getTokenAccounts(owner)),
      elsewhere: this.#elsewhere(),
      getLamports: (address) => ask((rpc) => rpc.getLamports(address)),
      getRentExemption: (bytes) => ask((rpc) => rpc.getRentExemption(bytes)),
      getPriorityPrices: (writable) => ask((rpc) => rpc.getPriorityPrices(writable)),
      getLatestBlockhash: () => ask((rpc) => rpc.getLatestBlockhash()),
      getBlockHeight: () => ask((rpc) => rpc.getBlockHeight()),
      simulate: (wire) => ask((rpc) => rpc.simulate(wire)),
      sendRaw: (wire) => ask((rpc) => rpc.sendRaw(wire)),
      getSignatureStatus: (signature, searchHistory) =>
        ask((rpc) => rpc.getSignatureStatus(signature, searchHistory)),
      lookEverywhere: (signature) => this.#lookEverywhere(signature),
      getGenesisHash: () => ask((rpc) => rpc.getGenesisHash()),
      getVersion: () => ask((rpc) => rpc.getVersion()),
      noteSlot: (slot) => this.#slots.note(slot),
    };
  }

  #elsewhere(): Reads {
    const ask = <T>(call: Call<T>): Promise<T> => {
      const [first, ...others] = this.#candidates();
      return this.#ask(call, first === undefined ? [] : [...others, first]);
    };
    const reads: Reads = {
      getAccounts: (addresses) => ask((rpc) => rpc.getAccounts(addresses)),
      getProgramAccounts: (id, filters) => ask((rpc) => rpc.getProgramAccounts(id, filters)),
      getTokenAccounts: (owner) => ask((rpc) => rpc.getTokenAccounts(owner)),
    };
    const alone = later(reads);
    const choose = (): Reads => (this.#candidates().length > 1 ? reads : alone);
    return {
      getAccounts: (addresses) => choose().getAccounts(addresses),
      getProgramAccounts: (id, filters) => choose().getProgramAccounts(id, filters),
      getTokenAccounts: (owner) => choose().getTokenAccounts(owner),
    };
  }

  async #lookEverywhere(signature: string): Promise<LastLook> {
    const asked = this.#endpoints.filter((endpoint) => !endpoint.isOnOtherChain);
    const failures: Error[] = [];
    const looks = asked.map(async (endpoint) => {
      try {
        return [await endpoint.ask((rpc) => rpc.lookEverywhere(signature))];
      } catch (error) {
        failures.push(asError(error));
        return [];
      }
    });
    const answers = (await Promise.all(looks)).flat();
    if (answers.length === 0) throw mostTelling(failures) ?? this.#noneLeft();
    const known = answers.find(({ status }) => status.state !== 'unknown');
    const heights = answers.flatMap(({ height }) => (height === null ? [] : [height]));
    return {
      status: known?.status ?? { state: 'unknown' },
      height: heights.length === 0 ? null : Math.max(...heights),
    };
  }

  async #ask<T>(call: Call<T>, order?: readonly Endpoint[]): Promise<T> {
    for (let round = 1; ; round++) {
      const failures: Error[] = [];
      try {
        return await this.#firstThat((endpoint) => endpoint.ask(call), order, failures);
      } catch (error) {
        const mayCatchUp = failures.some((failure) => failure instanceof ServerBehind);
        if (!mayCatchUp || round === BEHIND_ROUNDS) throw error;
        await sleep(BEHIND_PAUSE_MS);
      }
    }
  }

  /** Tries one after the other; throws the failure that says most of why none could. */
  async #firstThat<T>(
    act: (endpoint: Endpoint) => Promise<T>,
    order: readonly Endpoint[] = this.#candidates(),
    failures: Error[] = [],
  ): Promise<T> {
    for (const [index, endpoint] of order.entries()) {
      try {
        await this.#turnOf(endpoint, index === order.length - 1);
        return await act(endpoint);
      } catch (error) {
        failures.push(asError(error));
      }
    }
    throw mostTelling(failures) ?? this.#noneLeft();
  }

  /** Waits for a server that asked for a pause only where there is no other, and not for long. */
  async #turnOf(endpoint: Endpoint, isLast: boolean): Promise<void> {
    const { ms, isHard } = endpoint.rest();
    const waitMs = isHard ? ms : 0;
    if (waitMs > (isLast ? MAX_WAIT_MS : 0) || endpoint.queueMs() > MAX_WAIT_MS) {
      throw new RateLimited();
    }
    if (waitMs > 0) await sleep(waitMs);
  }

  /** Servers that rest come last, and those whose turn would have to be waited for after others. */
  #candidates(): readonly Endpoint[] {
    const usable = this.#endpoints.filter((endpoint) => !endpoint.isOnOtherChain);
    const rank = (endpoint: Endpoint): number => {
      const restMs = endpoint.rest().ms;
      return restMs > 0 ? MAX_WAIT_MS + restMs : Math.min(endpoint.queueMs(), MAX_WAIT_MS);
    };
    return usable.toSorted((a, b) => rank(a) - rank(b));
  }

  #noneLeft(): OffpeakError {
    const [first] = this.health();
    return first?.problem
      ? new OffpeakError(first.problem.code, first.problem)
      : new OffpeakError('network.rpc-unreachable');
  }
}

/** Being behind ends by itself, so any other failure says more; the preferred server's comes first. */
function mostTelling(failures: readonly Error[]): Error | undefined {
  return failures.find((failure) => !(failure instanceof ServerBehind)) ?? failures[0];
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
