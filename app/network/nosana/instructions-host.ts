import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { tokenAddress } from '../../adapters/solana/token.ts';
import type { Instruction } from '../../adapters/solana/types.ts';
import { anchorInstruction, ref, systemProgram, tokenProgram } from './instruction.ts';
import { stakeAddress, type NosanaPrograms } from './programs.ts';

/*
 * Every call of the Jobs program that a host signs. Order and rights of the accounts:
 * nosana-programs, programs/nosana-jobs/src/instructions/*.rs.
 */

/** The token that opens a market: its token account and Metaplex' account about its mint. */
export interface AccessKey {
  readonly tokenAccount: string;
  readonly metadata: string;
}

/** Which accounts `finish` wants: the Rust source has 10, another published interface has 11. */
export type FinishShape = 'ten' | 'eleven';

/** Joins the market's queue, or takes its first job where jobs are waiting. `run` is a fresh key. */
export function work(
  programs: NosanaPrograms,
  call: { run: string; market: string; host: string; accessKey: AccessKey | null },
): Instruction {
  return anchorInstruction(programs.jobs, 'work', [
    ref.signWrite(call.run),
    ref.write(call.market),
    ref.signWrite(call.host),
    ref.read(stakeAddress(programs, call.host)),
    ...accessKeyRefs(programs, call.host, call.accessKey),
    ref.sign(call.host),
    systemProgram,
  ]);
}

/** Leaves the queue of a market. */
export function stop(
  programs: NosanaPrograms,
  call: { market: string; host: string },
): Instruction {
  const accounts = [ref.write(call.market), ref.read(call.host), ref.sign(call.host)];
  return anchorInstruction(programs.jobs, 'stop', accounts);
}

/** What `finish` needs to know of a run; all from the run, job and market accounts. */
export interface FinishCall {
  readonly job: string;
  readonly run: string;
  readonly market: string;
  readonly vault: string;
  readonly host: string;
  readonly runPayer: string;
  readonly jobPayer: string;
  readonly project: string;
  /** The 32 bytes of the result's CIDv0; not all zero. */
  readonly resultDigest: Uint8Array;
}

/** Delivers the result, pays this host's own NOS account, refunds the rest, closes the run. */
export function finish(
  programs: NosanaPrograms,
  call: FinishCall,
  shape: FinishShape,
): Instruction {
  const payers =
    shape === 'ten'
      ? [ref.write(call.runPayer), ref.write(call.jobPayer)]
      : [ref.write(call.jobPayer), ref.write(call.runPayer), ref.write(call.project)];
  const accounts = [
    ref.write(call.job),
    ref.write(call.run),
    ref.read(call.market),
    ref.write(call.vault),
    ref.write(tokenAddress(call.jobPayer, programs.nosMint)),
    ref.write(tokenAddress(call.host, programs.nosMint)),
    ...payers,
    ref.sign(call.host),
    tokenProgram,
  ];
  return anchorInstruction(programs.jobs, 'finish', accounts, call.resultDigest);
}

/** Attaches a result to a job that its poster has ended. */
export function complete(
  programs: NosanaPrograms,
  call: { job: string; host: string; resultDigest: Uint8Array },
): Instruction {
  const accounts = [ref.write(call.job), ref.sign(call.host)];
  return anchorInstruction(programs.jobs, 'complete', accounts, call.resultDigest);
}

/** Gives a run up: unpaid, the job is stopped. */
export function quit(
  programs: NosanaPrograms,
  call: { job: string; run: string; runPayer: string; host: string },
): Instruction {
  return anchorInstruction(programs.jobs, 'quit', [
    ref.write(call.job),
    ref.write(call.run),
    ref.write(call.runPayer),
    ref.sign(call.host),
  ]);
}

/** Takes a stopped job directly, past the queue. `run` is a fresh key. */
export function claim(
  programs: NosanaPrograms,
  call: { job: string; run: string; market: string; host: string; accessKey: AccessKey | null },
): Instruction {
  return anchorInstruction(programs.jobs, 'claim', [
    ref.write(call.job),
    ref.signWrite(call.run),
    ref.read(call.market),
    ref.read(stakeAddress(programs, call.host)),
    ...accessKeyRefs(programs, call.host, call.accessKey),
    ref.signWrite(call.host),
    ref.sign(call.host),
    systemProgram,
  ]);
}

/** Without an access key the program still wants a NOS account here, and ignores the metadata. */
function accessKeyRefs(programs: NosanaPrograms, host: string, key: AccessKey | null) {
  return key === null
    ? [ref.read(tokenAddress(host, programs.nosMint)), ref.read(SYSTEM_PROGRAM)]
    : [ref.read(key.tokenAccount), ref.read(key.metadata)];
}
