import * as jobs from '@nosana/jobs-program';
import { addresses, metadataOf, nosAccountOf, rewardsAccounts, stakeOf } from './addresses.ts';
import { ChainReader } from './reader.ts';
import { createMarket, createStake } from './market.ts';
import type { MarketTerms, TestMarket } from './market.ts';
import { replaceAccounts, signerOf, toAddress } from './oracle.ts';
import type { Changes, OracleInstruction } from './oracle.ts';
import { Sender } from './sender.ts';
import type { Outcome } from './sender.ts';
import { startTestChain } from './test-chain.ts';
import type { TestChain } from './test-chain.ts';

export interface Listing {
  readonly job: string;
  /** Where the Run is if a node was waiting; an unused address otherwise. */
  readonly run: string;
  readonly outcome: Outcome;
}

/** A 32-byte stand-in for the hash of a definition or of a result. */
export const someHash = new Uint8Array(32).fill(7);
export const nullHash = new Uint8Array(32);

/** Starts a chain with one market, a node without NOS and a poster with 1,000 NOS. */
export async function startPlay(terms: MarketTerms = {}): Promise<Play> {
  const chain = await startTestChain();
  return new Play(chain, terms);
}

/**
 * One market and the people around it. Every method builds its instruction with Nosana's published
 * client (@nosana/jobs-program), the oracle of these tests, and tells how the program answered.
 */
export class Play {
  readonly chain: TestChain;
  readonly sender: Sender;
  readonly see: ChainReader;
  readonly owner: string;
  readonly node: string;
  readonly poster: string;
  market: TestMarket;

  constructor(chain: TestChain, terms: MarketTerms) {
    this.chain = chain;
    this.sender = new Sender(chain);
    this.see = new ChainReader(this.sender.connection);
    this.owner = this.person();
    this.node = this.person();
    this.poster = this.person(1_000_000_000n);
    this.market = createMarket(chain, { authority: this.owner, ...terms });
  }

  /** A wallet with one SOL, a NOS account and a stake of nothing. */
  person(nosBaseUnits = 0n): string {
    const address = this.sender.newKey();
    this.chain.fundSol(address, 1_000_000_000n);
    this.chain.fundNos(address, nosBaseUnits);
    createStake(this.chain, address);
    return address;
  }

  open(
    terms: { market: string; vault: string } & Partial<jobs.OpenInstructionDataArgs>,
    changes: Changes<jobs.OpenInstructionAccountName> = {},
  ): Promise<Outcome> {
    const { market, vault, ...args } = terms;
    const instruction = jobs.getOpenInstruction({
      mint: toAddress(addresses.nosMint),
      market: signerOf(market),
      vault: toAddress(vault),
      authority: signerOf(this.owner),
      accessKey: toAddress(addresses.systemProgram),
      jobExpiration: 60n,
      jobPrice: 48n,
      jobTimeout: 7200n,
      jobType: 4,
      nodeXnosMinimum: 0n,
      ...args,
    });
    return this.#try(instruction, jobs.OPEN_INSTRUCTION_ACCOUNTS, changes);
  }

  /** Enters the queue, or takes the first job of it; `run` says where its Run then is. */
  async work(
    changes: Changes<jobs.WorkInstructionAccountName> = {},
  ): Promise<{ run: string; outcome: Outcome }> {
    const run = changes.run ?? this.sender.newKey();
    const instruction = this.workInstruction(run, changes.authority);
    const outcome = await this.#try(instruction, jobs.WORK_INSTRUCTION_ACCOUNTS, changes);
    return { run, outcome };
  }

  workInstruction(run: string, node = this.node): OracleInstruction {
    return jobs.getWorkInstruction({
      run: signerOf(run),
      market: toAddress(this.market.address),
      payer: signerOf(node),
      stake: toAddress(stakeOf(node)),
      nft: toAddress(nosAccountOf(node)),
      metadata: toAddress(addresses.systemProgram),
      authority: signerOf(node),
    });
  }

  stop(changes: Changes<jobs.StopInstructionAccountName> = {}): Promise<Outcome> {
    const instruction = jobs.getStopInstruction({
      market: toAddress(this.market.address),
      node: toAddress(this.node),
      authority: signerOf(this.node),
    });
    return this.#try(instruction, jobs.STOP_INSTRUCTION_ACCOUNTS, changes);
  }

  async list(
    timeoutSeconds = 3600n,
    changes: Changes<jobs.ListInstructionAccountName> = {},
  ): Promise<Listing> {
    const job = changes.job ?? this.sender.newKey();
    const run = changes.run ?? this.sender.newKey();
    const rewards = rewardsAccounts();
    const instruction = jobs.getListInstruction({
      job: signerOf(job),
      market: toAddress(this.market.address),
      run: signerOf(run),
      user: toAddress(nosAccountOf(this.poster)),
      vault: toAddress(this.market.vault),
      payer: signerOf(this.poster),
      rewardsReflection: toAddress(rewards.reflection),
      rewardsVault: toAddress(rewards.vault),
      authority: signerOf(this.poster),
      rewardsProgram: toAddress(addresses.rewardsProgram),
      ipfsJob: someHash,
      timeout: timeoutSeconds,
    });
    const outcome = await this.#try(instruction, jobs.LIST_INSTRUCTION_ACCOUNTS, changes);
    return { job, run, outcome };
  }

  extend(
    job: string,
    timeoutSeconds: bigint,
    changes: Changes<jobs.ExtendInstructionAccountName> = {},
  ): Promise<Outcome> {
    const rewards = rewardsAccounts();
    const instruction = jobs.getExtendInstruction({
      job: toAddress(job),
      market: toAddress(this.market.address),
      user: toAddress(nosAccountOf(this.poster)),
      vault: toAddress(this.market.vault),
      rewardsReflection: toAddress(rewards.reflection),
      rewardsVault: toAddress(rewards.vault),
      authority: signerOf(this.poster),
      payer: signerOf(this.poster),
      rewardsProgram: toAddress(addresses.rewardsProgram),
      timeout: timeoutSeconds,
    });
    return this.#try(instruction, jobs.EXTEND_INSTRUCTION_ACCOUNTS, changes);
  }

  end(
    job: string,
    run: string,
    changes: Changes<jobs.EndInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = jobs.getEndInstruction({
      job: toAddress(job),
      market: toAddress(this.market.address),
      run: toAddress(run),
      deposit: toAddress(nosAccountOf(this.poster)),
      user: toAddress(nosAccountOf(this.node)),
      vault: toAddress(this.market.vault),
      payer: toAddress(this.poster),
      authority: signerOf(this.poster),
    });
    return this.#try(instruction, jobs.END_INSTRUCTION_ACCOUNTS, changes);
  }

  delist(job: string, changes: Changes<jobs.DelistInstructionAccountName> = {}): Promise<Outcome> {
    const instruction = jobs.getDelistInstruction({
      job: toAddress(job),
      market: toAddress(this.market.address),
      deposit: toAddress(nosAccountOf(this.poster)),
      payer: toAddress(this.poster),
      vault: toAddress(this.market.vault),
      authority: signerOf(this.poster),
    });
    return this.#try(instruction, jobs.DELIST_INSTRUCTION_ACCOUNTS, changes);
  }

  recover(
    job: string,
    changes: Changes<jobs.RecoverInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = jobs.getRecoverInstruction({
      job: toAddress(job),
      market: toAddress(this.market.address),
      vault: toAddress(this.market.vault),
      user: toAddress(nosAccountOf(this.poster)),
      payer: toAddress(this.poster),
      authority: signerOf(this.poster),
    });
    return this.#try(instruction, jobs.RECOVER_INSTRUCTION_ACCOUNTS, changes);
  }

  clean(job: string, changes: Changes<jobs.CleanInstructionAccountName> = {}): Promise<Outcome> {
    const instruction = jobs.getCleanInstruction({
      job: toAddress(job),
      market: toAddress(this.market.address),
      payer: toAddress(this.poster),
    });
    return this.#try(instruction, jobs.CLEAN_INSTRUCTION_ACCOUNTS, changes);
  }

  /** Takes up a job that was quit; the Run is then at `run`. */
  async claim(
    job: string,
    changes: Changes<jobs.ClaimInstructionAccountName> = {},
  ): Promise<{ run: string; outcome: Outcome }> {
    const node = changes.authority ?? this.node;
    const run = changes.run ?? this.sender.newKey();
    const instruction = jobs.getClaimInstruction({
      job: toAddress(job),
      run: signerOf(run),
      market: toAddress(this.market.address),
      stake: toAddress(stakeOf(node)),
      nft: toAddress(nosAccountOf(node)),
      metadata: toAddress(metadataOf(addresses.nosMint)),
      payer: signerOf(node),
      authority: signerOf(node),
    });
    const outcome = await this.#try(instruction, jobs.CLAIM_INSTRUCTION_ACCOUNTS, changes);
    return { run, outcome };
  }

  finish(
    job: string,
    run: string,
    options: { result?: Uint8Array; changes?: Changes<jobs.FinishInstructionAccountName> } = {},
  ): Promise<Outcome> {
    const instruction = this.finishInstruction(job, run, options.result);
    return this.#try(instruction, jobs.FINISH_INSTRUCTION_ACCOUNTS, options.changes ?? {});
  }

  /** `finish` by the node of a Run that the poster paid for. */
  finishInstruction(job: string, run: string, result: Uint8Array = someHash): OracleInstruction {
    return jobs.getFinishInstruction({
      job: toAddress(job),
      run: toAddress(run),
      market: toAddress(this.market.address),
      vault: toAddress(this.market.vault),
      deposit: toAddress(nosAccountOf(this.poster)),
      user: toAddress(nosAccountOf(this.node)),
      payerRun: toAddress(this.poster),
      payerJob: toAddress(this.poster),
      authority: signerOf(this.node),
      ipfsResult: result,
    });
  }

  complete(
    job: string,
    result: Uint8Array = someHash,
    changes: Changes<jobs.CompleteInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = jobs.getCompleteInstruction({
      job: toAddress(job),
      authority: signerOf(this.node),
      ipfsResult: result,
    });
    return this.#try(instruction, jobs.COMPLETE_INSTRUCTION_ACCOUNTS, changes);
  }

  quit(
    job: string,
    run: string,
    changes: Changes<jobs.QuitInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = jobs.getQuitInstruction({
      job: toAddress(job),
      run: toAddress(run),
      payer: toAddress(this.poster),
      authority: signerOf(this.node),
    });
    return this.#try(instruction, jobs.QUIT_INSTRUCTION_ACCOUNTS, changes);
  }

  /** A job that this play's node works on, begun while the node waited. */
  async running(timeoutSeconds = 3600n): Promise<Listing> {
    must((await this.work()).outcome);
    const listing = await this.list(timeoutSeconds);
    must(listing.outcome);
    return listing;
  }

  /** Moves the chain's clock to so many seconds after the start of a Run. */
  async letPass(run: string, seconds: bigint): Promise<void> {
    const { time } = await this.see.run(run);
    this.chain.travelTo(Number(time + seconds) * 1000);
  }

  #try<Name extends string>(
    instruction: OracleInstruction,
    places: Readonly<Record<Name, number>>,
    changes: Changes<Name>,
  ): Promise<Outcome> {
    return this.sender.attempt(replaceAccounts(instruction, places, changes));
  }
}

/** For the steps that lead up to what a test is about: throws unless it was done. */
export function must(outcome: Outcome): void {
  if (outcome !== 'done') throw new Error(`refused: ${outcome}`);
}
