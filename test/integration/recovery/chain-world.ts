import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createRpc } from '../../../app/adapters/solana/rpc.ts';
import type { SolanaRpc } from '../../../app/adapters/solana/solana-rpc.ts';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { readTokenAccount, tokenAddress } from '../../../app/adapters/solana/token.ts';
import { decodeJob, type JobAccount } from '../../../app/network/nosana/accounts.ts';
import { encodeAuthorization } from '../../../app/network/nosana/authorization.ts';
import { digestOfCid } from '../../../app/network/nosana/cid.ts';
import { end, extend, list } from '../../../app/network/nosana/instructions-client.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { type PracticeChain, startChain } from '../../../app/network/practice/chain.ts';
import { type ContentServer, startContentServer } from '../../../app/network/stand-ins/content.ts';
import { found } from '../../../app/network/practice/founding.ts';
import { openKeys, type PracticeKeys } from '../../../app/network/practice/keys.ts';
import { type SendTransaction, sender } from '../../../app/network/practice/send.ts';
import { Cable } from './cable.ts';
import { RpcCensor } from './rpc-censor.ts';

const assets = join(import.meta.dirname, '../../../assets/practice');

/** A job that was posted, and its run where a host was waiting. */
export interface Posted {
  readonly job: string;
  readonly run: string;
}

/**
 * The world of practice (a real Solana runtime with the market program, and the content service)
 * in the process of the test: it outlives the host, and posts what a test wants when it wants it.
 * The host reaches it over cables that a test can cut.
 */
export class ChainWorld {
  /** What the chain's server answers in another way than it would. */
  readonly censor: RpcCensor;
  readonly #cables: readonly [Cable, Cable, Cable];
  readonly rpc: SolanaRpc;
  readonly #folder: string;
  readonly chain: PracticeChain;
  readonly #content: ContentServer;
  readonly keys: PracticeKeys;
  readonly send: SendTransaction;

  private constructor(parts: {
    folder: string;
    chain: PracticeChain;
    content: ContentServer;
    keys: PracticeKeys;
    send: SendTransaction;
    rpc: SolanaRpc;
    censor: RpcCensor;
    cables: readonly [Cable, Cable, Cable];
  }) {
    this.#folder = parts.folder;
    this.chain = parts.chain;
    this.#content = parts.content;
    this.keys = parts.keys;
    this.send = parts.send;
    this.rpc = parts.rpc;
    this.censor = parts.censor;
    this.#cables = parts.cables;
  }

  /** `home` is the host's: both use the same keys, and nothing else. */
  static async start(home: string): Promise<ChainWorld> {
    const keys = openKeys(join(home, 'practice', 'keys.json'));
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-recovery-world-'));
    const chain = await startChain({
      programFolder: assets,
      snapshotFile: join(folder, 'chain.json.gz'),
    });
    const rpc = createRpc(chain.rpcUrl);
    const send = sender(rpc);
    await found(chain, keys, send);
    const content = await startContentServer(join(folder, 'content'));
    const censor = await RpcCensor.start(chain.rpcUrl);
    const cables = await Promise.all([
      Cable.lay(censor.url),
      Cable.lay(chain.wsUrl),
      Cable.lay(content.url),
    ]);
    return new ChainWorld({ folder, chain, content, keys, send, rpc, censor, cables });
  }

  /** Where the host finds it. */
  get place(): { rpcUrl: string; wsUrl: string; contentUrl: string } {
    const [rpc, ws, content] = this.#cables;
    return { rpcUrl: rpc.url, wsUrl: ws.url, contentUrl: content.url };
  }

  /** How many subscription sockets are open to the chain, through the cable of the host. */
  get openSockets(): number {
    return this.#cables[1].inUse;
  }

  /** Everything of the network is out of reach, or back. */
  cut(isCut: boolean): void {
    for (const cable of this.#cables) cable.cut(isCut);
  }

  /** Time passes on the chain, at once. */
  async letPass(ms: number): Promise<void> {
    const params = [{ absoluteTimestamp: Date.now() + ms }];
    const response = await fetch(this.chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'surfnet_timeTravel', params }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = z.object({ result: z.object({}) }).safeParse(await response.json());
    if (!answer.success) throw new Error('the clock of the chain could not be moved');
  }

  /** How often the host asked for a document, or wanted to store one, in vain. */
  get documentsRefused(): number {
    return this.#cables[2].refused;
  }

  /** Posts a job. The first host in the queue gets it at once. */
  async post(definition: object, timeoutSeconds = 600): Promise<Posted> {
    const { poster, market } = this.keys;
    const [job, run] = [throwawaySigner(), throwawaySigner()];
    const cid = this.#content.add(Buffer.from(JSON.stringify(definition)));
    const listing = list(NOSANA_PROGRAMS, {
      job: job.address,
      run: run.address,
      market: market.address,
      poster: poster.address,
      definitionDigest: digestOfCid(cid),
      timeoutSeconds: BigInt(timeoutSeconds),
    });
    await this.send([listing], [poster, job, run]);
    return { job: job.address, run: run.address };
  }

  /** The client pays for more time. */
  async extend({ job }: Posted, timeoutSeconds: number): Promise<void> {
    const { poster, market } = this.keys;
    const call = { job, market: market.address, poster: poster.address };
    const whole = { ...call, timeoutSeconds: BigInt(timeoutSeconds) };
    await this.send([extend(NOSANA_PROGRAMS, whole)], [poster]);
  }

  /** The client ends the job. */
  async end({ job, run }: Posted): Promise<void> {
    const { poster, market, host } = this.keys;
    const call = { job, run, market: market.address, poster: poster.address };
    const whole = { ...call, host: host.address, runPayer: poster.address };
    await this.send([end(NOSANA_PROGRAMS, whole)], [poster]);
  }

  /** The header by which the poster shows itself at the owner's door. */
  authorize(message: string): Promise<string> {
    return encodeAuthorization(message, this.keys.poster, Date.now());
  }

  /** The job as the chain has it. */
  async job({ job }: Posted): Promise<JobAccount> {
    const account = await this.rpc.getAccount(job);
    if (account === null) throw new Error(`there is no job ${job}`);
    return decodeJob(account.data);
  }

  /** The document that a job's result names, parsed; `cid` as a receipt has it. */
  async document(cid: string): Promise<unknown> {
    const response = await fetch(`${this.#content.url}/ipfs/${cid}`);
    return response.json();
  }

  /** All that ever arrived at the host, in base units of NOS. */
  earned(): Promise<bigint> {
    return this.nosOf(this.keys.host.address);
  }

  /** Base units of NOS that somebody owns. */
  async nosOf(owner: string): Promise<bigint> {
    const account = await this.rpc.getAccount(tokenAddress(owner, NOSANA_PROGRAMS.nosMint));
    return (account && readTokenAccount(account)?.amount) ?? 0n;
  }

  async stop(): Promise<void> {
    for (const cable of this.#cables) await cable.remove();
    await this.censor.stop();
    this.#content.close();
    await this.chain.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
