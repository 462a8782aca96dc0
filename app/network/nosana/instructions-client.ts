import { tokenAddress } from '../../adapters/solana/token.ts';
import type { Instruction } from '../../adapters/solana/types.ts';
import { ByteWriter } from './bytes.ts';
import { anchorInstruction, ref, systemProgram, tokenProgram } from './instruction.ts';
import { marketVault, rewardsReflection, rewardsVault, type NosanaPrograms } from './programs.ts';

/*
 * The calls of a poster and of a market's owner. A host never signs them; the practice network's
 * poster does. Source: nosana-programs, programs/nosana-jobs/src/instructions/*.rs. The poster is
 * payer, project and authority in one.
 */

const RENT_SYSVAR = 'SysvarRent111111111111111111111111111111111';

/** Opens a market at a fresh key. */
export function openMarket(
  programs: NosanaPrograms,
  call: {
    market: string;
    authority: string;
    /** The system program where no access key is needed. */
    accessKey: string;
    jobExpirationSeconds: bigint;
    jobPrice: bigint;
    jobTimeoutSeconds: bigint;
    jobType: number;
    nodeXnosMinimum: bigint;
  },
): Instruction {
  const accounts = [
    ref.read(programs.nosMint),
    ref.signWrite(call.market),
    ref.write(marketVault(programs, call.market).address),
    ref.signWrite(call.authority),
    ref.read(call.accessKey),
    ref.read(RENT_SYSVAR),
    systemProgram,
    tokenProgram,
  ];
  const args = new ByteWriter()
    .i64(call.jobExpirationSeconds)
    .u64(call.jobPrice)
    .i64(call.jobTimeoutSeconds)
    .u8(call.jobType)
    .u128(call.nodeXnosMinimum);
  return anchorInstruction(programs.jobs, 'open', accounts, args.toBytes());
}

/** Posts a job: deposits price × timeout; a waiting host gets it at once. `job`, `run`: fresh keys. */
export function list(
  programs: NosanaPrograms,
  call: {
    job: string;
    run: string;
    market: string;
    poster: string;
    definitionDigest: Uint8Array;
    timeoutSeconds: bigint;
  },
): Instruction {
  const accounts = [
    ref.signWrite(call.job),
    ref.write(call.market),
    ref.signWrite(call.run),
    ref.write(tokenAddress(call.poster, programs.nosMint)),
    ref.write(marketVault(programs, call.market).address),
    ref.signWrite(call.poster),
    ref.write(rewardsReflection(programs)),
    ref.write(rewardsVault(programs)),
    ref.sign(call.poster),
    ref.read(programs.rewards),
    tokenProgram,
    systemProgram,
  ];
  const args = new ByteWriter().bytes(call.definitionDigest).i64(call.timeoutSeconds);
  return anchorInstruction(programs.jobs, 'list', accounts, args.toBytes());
}

/** Raises the timeout of a job to `timeoutSeconds` in total, paying for the difference. */
export function extend(
  programs: NosanaPrograms,
  call: { job: string; market: string; poster: string; timeoutSeconds: bigint },
): Instruction {
  const accounts = [
    ref.write(call.job),
    ref.read(call.market),
    ref.write(tokenAddress(call.poster, programs.nosMint)),
    ref.write(marketVault(programs, call.market).address),
    ref.write(rewardsReflection(programs)),
    ref.write(rewardsVault(programs)),
    ref.sign(call.poster),
    ref.sign(call.poster),
    ref.read(programs.rewards),
    tokenProgram,
  ];
  const args = new ByteWriter().i64(call.timeoutSeconds);
  return anchorInstruction(programs.jobs, 'extend', accounts, args.toBytes());
}

/** Ends a running job: the host is paid up to now, the poster gets the rest back. */
export function end(
  programs: NosanaPrograms,
  call: {
    job: string;
    run: string;
    market: string;
    poster: string;
    host: string;
    runPayer: string;
  },
): Instruction {
  return anchorInstruction(programs.jobs, 'end', [
    ref.write(call.job),
    ref.read(call.market),
    ref.write(call.run),
    ref.write(tokenAddress(call.poster, programs.nosMint)),
    ref.write(tokenAddress(call.host, programs.nosMint)),
    ref.write(marketVault(programs, call.market).address),
    ref.write(call.runPayer),
    ref.signWrite(call.poster),
    tokenProgram,
  ]);
}

/** Takes a waiting job out of the queue and gets its deposit back. */
export function delist(
  programs: NosanaPrograms,
  call: { job: string; market: string; poster: string },
): Instruction {
  return anchorInstruction(programs.jobs, 'delist', [
    ref.write(call.job),
    ref.write(call.market),
    ref.write(tokenAddress(call.poster, programs.nosMint)),
    ref.write(call.poster),
    ref.write(marketVault(programs, call.market).address),
    tokenProgram,
    ref.signWrite(call.poster),
  ]);
}

/** Gets the deposit of a stopped job back and closes the job. */
export function recover(
  programs: NosanaPrograms,
  call: { job: string; market: string; poster: string },
): Instruction {
  return anchorInstruction(programs.jobs, 'recover', [
    ref.write(call.job),
    ref.read(call.market),
    ref.write(marketVault(programs, call.market).address),
    ref.write(tokenAddress(call.poster, programs.nosMint)),
    ref.write(call.poster),
    ref.sign(call.poster),
    tokenProgram,
  ]);
}

/** Closes a done job after the market's expiration; its rent goes back to the payer. */
export function clean(
  programs: NosanaPrograms,
  call: { job: string; market: string; payer: string },
): Instruction {
  const accounts = [ref.write(call.job), ref.read(call.market), ref.write(call.payer)];
  return anchorInstruction(programs.jobs, 'clean', accounts);
}
