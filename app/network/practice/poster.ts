import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { throwawaySigner } from '../../adapters/solana/signer.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import { ACCOUNT_TYPE, decodeJob, JOB_STATE, type JobAccount } from '../nosana/accounts.ts';
import { encodeBase58 } from '../../contract/base58.ts';
import { digestOfCid } from '../nosana/cid.ts';
import { clean, list, recover } from '../nosana/instructions-client.ts';
import { NOSANA_PROGRAMS } from '../nosana/programs.ts';
import { practiceDefinition } from './prompts.ts';
import type { SendTransaction } from './send.ts';

/** What the poster works with. */
export interface PosterTools {
  readonly rpc: SolanaRpc;
  readonly send: SendTransaction;
  readonly poster: Signer;
  readonly market: string;
  /** Reference of the practice image. */
  readonly image: string;
  /** Stores a definition; returns its CID. */
  readonly store: (document: Uint8Array) => string;
  /** Remembers how many jobs were posted, so that each is another one. */
  readonly counterFile: string;
}

/** The longest a practice job may run. Seconds. */
const JOB_TIMEOUT_SECONDS = 600n;
/** More waiting jobs than this and the poster holds back: nobody is there to do them. */
const MOST_OPEN = 2;
const FIRST_MS = 1_500;
/** Between one job and the next: long enough to see the host wait, short enough not to bore. */
const PAUSE_MS = { least: 45_000, most: 110_000 };
const RETRY_MS = 5_000;

/** Posts practice jobs at an uneven rhythm and tidies up after them. Returns the stop. */
export function startPoster(tools: PosterTools, onFault: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const next = (ms: number) => {
    if (!stopped) timer = setTimeout(() => void turn(), ms);
  };
  const turn = async () => {
    try {
      const open = await tidy(tools);
      if (open < MOST_OPEN) await post(tools);
      next(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
    } catch (error) {
      onFault(error);
      next(RETRY_MS);
    }
  };
  next(FIRST_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Posts the next job: definition first, then the listing that names it and pays for it. */
async function post(tools: PosterTools): Promise<void> {
  const n = readCounter(tools.counterFile);
  const definition = Buffer.from(JSON.stringify(practiceDefinition(n, tools.image)));
  const job = throwawaySigner();
  const run = throwawaySigner();
  const listing = list(NOSANA_PROGRAMS, {
    job: job.address,
    run: run.address,
    market: tools.market,
    poster: tools.poster.address,
    definitionDigest: digestOfCid(tools.store(definition)),
    timeoutSeconds: JOB_TIMEOUT_SECONDS,
  });
  await tools.send([listing], [tools.poster, job, run]);
  writeFileSync(tools.counterFile, String(n + 1));
}

/** Gets deposits of given-up jobs back, closes old ones, and counts those not done yet. */
async function tidy(tools: PosterTools): Promise<number> {
  const { poster, market } = tools;
  const jobs = await postedJobs(tools);
  const now = BigInt(Math.floor(Date.now() / 1000));
  for (const { address, account } of jobs) {
    const names = { job: address, market };
    if (account.state === JOB_STATE.stopped) {
      const call = recover(NOSANA_PROGRAMS, { ...names, poster: poster.address });
      await tools.send([call], [poster]);
    } else if (account.state === JOB_STATE.done && now > account.timeEndSeconds + DAY_SECONDS) {
      await tools.send([clean(NOSANA_PROGRAMS, { ...names, payer: poster.address })], [poster]);
    }
  }
  return jobs.filter(({ account }) => account.state === JOB_STATE.queued).length;
}

/** A little more than the market's expiration, so that `clean` is never refused as too early. */
const DAY_SECONDS = 86_460n;
/** Where a job account names its payer (nosana-programs state.rs). */
const PAYER_OFFSET = 136;

async function postedJobs(tools: PosterTools): Promise<{ address: string; account: JobAccount }[]> {
  const found = await tools.rpc.getProgramAccounts(NOSANA_PROGRAMS.jobs, [
    { offset: 0, bytes: encodeBase58(ACCOUNT_TYPE.job) },
    { offset: PAYER_OFFSET, bytes: tools.poster.address },
  ]);
  return found.map(({ address, data }) => ({ address, account: decodeJob(data) }));
}

function readCounter(file: string): number {
  if (!existsSync(file)) return 0;
  return z.coerce.number().int().min(0).catch(0).parse(readFileSync(file, 'utf8'));
}
