import { createTokenAccount, tokenAddress } from '../../adapters/solana/token.ts';
import { unsignedTransaction } from '../../adapters/solana/transaction.ts';
import type { Instruction, Signer } from '../../adapters/solana/types.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { decodeJob, decodeMarket, decodeRun } from './accounts.ts';
import { digestOfCid } from './cid.ts';
import type { FeeRule } from './fees.ts';
import type { FinishShapes } from './finish-shape.ts';
import { complete, finish, quit, type FinishCall } from './instructions-host.ts';
import type { Link } from './link.ts';
import { readSurely } from './market-read.ts';
import type { NosanaPrograms } from './programs.ts';
import { signDraft } from './transactions.ts';
import type { Offer, SettlementKind, SignedTransaction } from '../../jobs/ports.ts';

/** Who settles, and with what. */
export interface Settler {
  readonly programs: NosanaPrograms;
  readonly signer: Signer;
  readonly shapes: FinishShapes;
  readonly fees: FeeRule;
}

/**
 * Builds and signs the settlement of a run and sends nothing; it may use what is kept in reserve,
 * since it earns money. Throws `network.fee-cap`, `network.job-changed` where the
 * run is closed, `network.settlement-unknown` where kind and result do not fit, `network.rpc-…`.
 */
export async function signSettlement(
  link: Link,
  settler: Settler,
  offer: Offer,
  settlement: { kind: SettlementKind; resultCid: string | null },
): Promise<SignedTransaction> {
  const instructions = await settlementInstructions(link, settler, offer, settlement);
  const { signer, fees } = settler;
  return signDraft(link, { kind: settlement.kind, instructions, signers: [signer], fees });
}

async function settlementInstructions(
  link: Link,
  settler: Settler,
  offer: Offer,
  { kind, resultCid }: { kind: SettlementKind; resultCid: string | null },
): Promise<Instruction[]> {
  const { programs } = settler;
  const host = settler.signer.address;
  if ((kind === 'quit') !== (resultCid === null)) {
    throw new OffpeakError('network.settlement-unknown');
  }
  if (resultCid === null) {
    const [run] = await readSurely(link.rpc, [offer.run]);
    const runPayer = decodeRun(existing(run).data).payer;
    return [quit(programs, { job: offer.job, run: offer.run, runPayer, host })];
  }
  const resultDigest = digestOfCid(resultCid);
  if (kind === 'complete') return [complete(programs, { job: offer.job, host, resultDigest })];
  return finishInstructions(link, settler, await readFinish(link, host, offer, resultDigest));
}

async function readFinish(
  link: Link,
  host: string,
  offer: Offer,
  resultDigest: Uint8Array,
): Promise<FinishCall> {
  const accounts = await readSurely(link.rpc, [offer.run, offer.job, offer.market]);
  const run = decodeRun(existing(accounts[0]).data);
  const job = decodeJob(existing(accounts[1]).data);
  return {
    job: offer.job,
    run: offer.run,
    market: offer.market,
    vault: decodeMarket(existing(accounts[2]).data).vault,
    host,
    runPayer: run.payer,
    jobPayer: job.payer,
    project: job.project,
    resultDigest,
  };
}

/**
 * `finish` needs the NOS accounts of both sides to exist. If the poster closed his, nobody could be
 * paid until somebody makes it anew, so we do; it costs its rent (about 0.002 SOL).
 */
async function finishInstructions(
  link: Link,
  settler: Settler,
  call: FinishCall,
): Promise<Instruction[]> {
  const { programs, shapes, signer } = settler;
  const owners = [...new Set([call.host, call.jobPayer])];
  const tokens = await readSurely(
    link.rpc,
    owners.map((owner) => tokenAddress(owner, programs.nosMint)),
  );
  const missing = owners
    .filter((_owner, i) => tokens[i] === null)
    .map((owner) => createTokenAccount(call.host, owner, programs.nosMint));
  const shape = await shapes.choose(programs.jobs, async (candidate) => {
    const { blockhash } = await link.rpc.getLatestBlockhash();
    // Unsigned: what a server is only asked to try, it could also send.
    const wire = unsignedTransaction({
      instructions: [...missing, finish(programs, call, candidate)],
      signers: [signer],
      blockhash,
    });
    return link.rpc.simulate(wire);
  });
  return [...missing, finish(programs, call, shape)];
}

function existing<T>(account: T | null | undefined): T {
  if (account === null || account === undefined) throw new OffpeakError('network.job-changed');
  return account;
}
