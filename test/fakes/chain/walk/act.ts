import type { Instruction } from '../../../../app/adapters/solana/types.ts';
import * as client from '../../../../app/network/nosana/instructions-client.ts';
import * as host from '../../../../app/network/nosana/instructions-host.ts';
import * as stake from '../../../../app/network/nosana/instructions-stake.ts';
import {
  marketVault,
  NOSANA_PROGRAMS as programs,
} from '../../../../app/network/nosana/programs.ts';
import type { Books } from './books.ts';
import type { StakeOperation, Transaction } from './operations.ts';

/** Any 32 bytes but zeros. */
const digest = new Uint8Array(32).fill(7);

/** What the instruction needs to know besides the books. */
export interface Keys {
  /** The accounts that show the access key of a host; null where it has none. */
  accessKeyOf(host: string): host.AccessKey | null;
}

/** The instruction for it, built by the app. */
export function instructionOf(t: Transaction, books: Books, keys: Keys): Instruction {
  switch (t.kind) {
    case 'list':
      return client.list(programs, { ...t, definitionDigest: digest });
    case 'work':
      return host.work(programs, { ...t, accessKey: t.showsKey ? keys.accessKeyOf(t.host) : null });
    case 'claim': {
      const accessKey = t.showsKey ? keys.accessKeyOf(t.host) : null;
      return host.claim(programs, { ...t, ...jobOf(t.job, books), accessKey });
    }
    case 'stop':
      return host.stop(programs, t);
    case 'finish': {
      const { job, payer, market } = runOf(t.run, books);
      const poster = jobOf(job, books).poster;
      const vault = marketVault(programs, market).address;
      const payers = { runPayer: payer, jobPayer: poster, project: poster };
      const call = { ...t, ...payers, job, market, vault, resultDigest: digest };
      return host.finish(programs, call, t.shape);
    }
    case 'complete':
      return host.complete(programs, { ...t, resultDigest: digest });
    case 'quit': {
      const { job, payer } = runOf(t.run, books);
      return host.quit(programs, { ...t, job, runPayer: payer });
    }
    case 'end': {
      const { job, market, host: worker, payer } = runOf(t.run, books);
      return client.end(programs, { ...t, job, market, host: worker, runPayer: payer });
    }
    case 'extend':
      return client.extend(programs, { ...t, market: jobOf(t.job, books).market });
    case 'delist':
      return client.delist(programs, { ...t, market: jobOf(t.job, books).market });
    case 'recover':
      return client.recover(programs, { ...t, market: jobOf(t.job, books).market });
    case 'clean': {
      const { market, poster } = jobOf(t.job, books);
      return client.clean(programs, { job: t.job, market, payer: poster });
    }
    case 'stake':
    case 'stake-topup':
    case 'stake-extend':
    case 'unstake':
    case 'restake':
    case 'withdraw':
      return stakeInstructionOf(t);
  }
}

function stakeInstructionOf(t: StakeOperation): Instruction {
  const call = { ...t, authority: t.host };
  switch (call.kind) {
    case 'stake':
      return stake.stake(programs, call);
    case 'stake-topup':
      return stake.topup(programs, call);
    case 'stake-extend':
      return stake.extend(programs, call);
    case 'unstake':
      return stake.unstake(programs, call);
    case 'restake':
      return stake.restake(programs, call);
    case 'withdraw':
      return stake.withdraw(programs, call);
  }
}

function jobOf(address: string, books: Books): { market: string; poster: string } {
  const job = books.jobs.get(address);
  if (job === undefined) throw new Error(`the walk does not know the job ${address}`);
  return { market: job.market, poster: job.poster };
}

function runOf(
  address: string,
  books: Books,
): { job: string; market: string; host: string; payer: string } {
  const run = books.runs.get(address);
  if (run === undefined) throw new Error(`the walk does not know the run ${address}`);
  const { job, host: worker, payer } = run;
  return { job, host: worker, payer, market: jobOf(job, books).market };
}
