import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@solana/web3.js';
import { createRpc } from '../../../app/adapters/solana/rpc.ts';
import type { SolanaRpc } from '../../../app/adapters/solana/solana-rpc.ts';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { Instruction, Signer } from '../../../app/adapters/solana/types.ts';
import * as client from '../../../app/network/nosana/instructions-client.ts';
import { digestOfCid } from '../../../app/network/nosana/cid.ts';
import {
  NosanaNetwork,
  type NosanaEndpoints,
  type NosanaOptions,
} from '../../../app/network/nosana/nosana-network.ts';
import { anchorInstruction, ref } from '../../../app/network/nosana/instruction.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import type { NetworkSettings } from '../../../app/network/nosana/settings.ts';
import { sendUntilKnown, signDraft, type Chain } from '../../../app/network/nosana/transactions.ts';
import { createMarket, createStake, type TestMarket } from '../chain/market.ts';
import { ChainReader } from '../chain/reader.ts';
import { startTestChain, type TestChain } from '../chain/test-chain.ts';
import { memorySettings } from './memory-settings.ts';
import { startContentService, type ContentService } from './content-service.ts';

/** A real local chain with a market, a host that has SOL and a stake, a poster with 1,000 NOS. */
export interface Scene {
  readonly chain: TestChain;
  readonly market: TestMarket;
  readonly content: ContentService;
  readonly hostSigner: Signer;
  readonly poster: Poster;
  readonly see: ChainReader;
  readonly rpc: SolanaRpc;
  readonly settings: NetworkSettings & { readonly values: Map<string, string> };
  readonly endpoints: NosanaEndpoints;
  /** A host program on this chain, connected; a second one is the same host after a restart. */
  host(options?: Partial<NosanaOptions>, endpoints?: NosanaEndpoints): Promise<NosanaNetwork>;
  /** The market's administrator takes a host out of the queue. */
  kick(host: string): Promise<void>;
  /** Moves the chain's clock to so many seconds after this UTC ms. */
  letPass(sinceMs: number, seconds: number): void;
  /** Lets so many blocks pass. */
  passBlocks(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything on random ports; takes about 100 ms. */
export async function startScene(terms: Parameters<typeof createMarket>[1] = {}): Promise<Scene> {
  const chain = await startTestChain();
  const content = await startContentService();
  const admin = throwawaySigner();
  chain.fundSol(admin.address, 1_000_000_000n);
  const market = createMarket(chain, { authority: admin.address, ...terms });
  const hostSigner = throwawaySigner();
  chain.fundSol(hostSigner.address, 1_000_000_000n);
  createStake(chain, hostSigner.address);
  const posterSigner = throwawaySigner();
  chain.fundSol(posterSigner.address, 10_000_000_000n);
  chain.fundNos(posterSigner.address, 1_000_000_000n);
  const rpc = createRpc(chain.rpcUrl);
  const genesis = await rpc.getGenesisHash();
  const settings = memorySettings();
  const endpoints: NosanaEndpoints = {
    rpc: [{ rpcUrl: chain.rpcUrl, wsUrl: chain.wsUrl }],
    gateways: [content.url],
    pinUrl: content.url,
  };
  const hosts: NosanaNetwork[] = [];
  return {
    chain,
    market,
    content,
    hostSigner,
    poster: new Poster({ rpc, genesis }, posterSigner, market.address),
    see: new ChainReader(new Connection(chain.rpcUrl, 'confirmed')),
    rpc,
    settings,
    endpoints,
    host: async (options = {}, at = endpoints) => {
      const host = new NosanaNetwork({
        id: 'practice',
        practice: true,
        signer: hostSigner,
        genesisRule: 'practice',
        settings,
        ...options,
      });
      hosts.push(host);
      await host.connect(at);
      return host;
    },
    kick: (host) => send({ rpc, genesis }, [kick(market.address, host, admin.address)], admin),
    letPass: (sinceMs, seconds) => chain.travelTo(sinceMs + seconds * 1000),
    // This chain makes a block every 70 ms or so by itself.
    passBlocks: async (count) => {
      const goal = (await rpc.getBlockHeight()) + count;
      while ((await rpc.getBlockHeight()) < goal) await sleep(200);
    },
    stop: async () => {
      for (const host of hosts) host.disconnect();
      await content.stop();
      chain.stop();
    },
  };
}

/** Somebody who posts jobs, with the same code that the practice network's poster uses. */
class Poster {
  readonly address: string;
  readonly #chain: Chain;
  readonly #signer: Signer;
  readonly #market: string;

  constructor(chain: Chain, signer: Signer, market: string) {
    this.#chain = chain;
    this.#signer = signer;
    this.#market = market;
    this.address = signer.address;
  }

  /** Posts a job; `run` is where its run is if a host was waiting. */
  async list(definitionCid: string, timeoutSeconds = 3600): Promise<{ job: string; run: string }> {
    const [job, run] = [throwawaySigner(), throwawaySigner()];
    const instruction = client.list(NOSANA_PROGRAMS, {
      job: job.address,
      run: run.address,
      market: this.#market,
      poster: this.address,
      definitionDigest: digestOfCid(definitionCid),
      timeoutSeconds: BigInt(timeoutSeconds),
    });
    await this.#send(instruction, job, run);
    return { job: job.address, run: run.address };
  }

  async extend(job: string, timeoutSeconds: number): Promise<void> {
    const call = { job, market: this.#market, poster: this.address };
    await this.#send(
      client.extend(NOSANA_PROGRAMS, { ...call, timeoutSeconds: BigInt(timeoutSeconds) }),
    );
  }

  async end(job: string, run: string, host: string): Promise<void> {
    const call = { job, run, market: this.#market, poster: this.address };
    await this.#send(client.end(NOSANA_PROGRAMS, { ...call, host, runPayer: this.address }));
  }

  #send(instruction: Instruction, ...others: Signer[]): Promise<void> {
    return send(this.#chain, [instruction], this.#signer, ...others);
  }
}

async function send(
  chain: Chain,
  instructions: readonly Instruction[],
  ...signers: [Signer, ...Signer[]]
): Promise<void> {
  const transaction = await signDraft(chain, { kind: 'somebody', instructions, signers });
  const status = await sendUntilKnown(chain, transaction, AbortSignal.timeout(20_000));
  if (status.state !== 'confirmed') throw new Error(JSON.stringify(status));
}

/** `stop`, signed by the market's authority in place of the host. (nosana-jobs, stop.rs) */
function kick(market: string, host: string, authority: string): Instruction {
  const accounts = [ref.write(market), ref.read(host), ref.sign(authority)];
  return anchorInstruction(NOSANA_PROGRAMS.jobs, 'stop', accounts);
}
