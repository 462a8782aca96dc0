import { StakingClient } from '@nosana/kit';
import { addresses, nosAccountOf, rewardOf, stakeOf, stakeVaultOf } from './addresses.ts';
import { replaceAccounts, signerOf, toAddress } from './oracle.ts';
import type { Changes, OracleInstruction } from './oracle.ts';
import { ChainReader } from './reader.ts';
import { Sender } from './sender.ts';
import type { Outcome } from './sender.ts';
import type { TestChain } from './test-chain.ts';

/** 14 days, the shortest stake. */
export const fortnight = 1_209_600n;

type StakeAccount = ReturnType<ReturnType<typeof StakingClient.getStakeAccountDecoder>['decode']>;

/**
 * Somebody with NOS who stakes. Every method builds its instruction with Nosana's published client,
 * the oracle of these tests, and tells how the program answered.
 */
export class StakePlay {
  readonly chain: TestChain;
  readonly sender: Sender;
  readonly see: ChainReader;
  readonly owner: string;
  readonly vault: string;
  readonly stakeAddress: string;

  constructor(chain: TestChain, nosBaseUnits = 1_000_000_000n) {
    this.chain = chain;
    this.sender = new Sender(chain);
    this.see = new ChainReader(this.sender.connection);
    this.owner = this.person(nosBaseUnits);
    this.vault = stakeVaultOf(this.owner);
    this.stakeAddress = stakeOf(this.owner);
  }

  /** A wallet with one SOL and a NOS account, and without a stake. */
  person(nosBaseUnits = 0n): string {
    const address = this.sender.newKey();
    this.chain.fundSol(address, 1_000_000_000n);
    this.chain.fundNos(address, nosBaseUnits);
    return address;
  }

  stake(
    amount: bigint,
    duration = fortnight,
    changes: Changes<StakingClient.StakeInstructionAccountName> = {},
  ): Promise<Outcome> {
    const accounts = { ...this.#accounts(), mint: toAddress(addresses.nosMint) };
    const instruction = StakingClient.getStakeInstruction({ ...accounts, amount, duration });
    return this.#try(instruction, StakingClient.STAKE_INSTRUCTION_ACCOUNTS, changes);
  }

  topup(
    amount: bigint,
    changes: Changes<StakingClient.TopupInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = StakingClient.getTopupInstruction({ ...this.#accounts(), amount });
    return this.#try(instruction, StakingClient.TOPUP_INSTRUCTION_ACCOUNTS, changes);
  }

  extend(
    duration: bigint,
    changes: Changes<StakingClient.ExtendInstructionAccountName> = {},
  ): Promise<Outcome> {
    const instruction = StakingClient.getExtendInstruction({ ...this.#accounts(), duration });
    return this.#try(instruction, StakingClient.EXTEND_INSTRUCTION_ACCOUNTS, changes);
  }

  unstake(changes: Changes<StakingClient.UnstakeInstructionAccountName> = {}): Promise<Outcome> {
    const reward = toAddress(rewardOf(this.owner));
    const instruction = StakingClient.getUnstakeInstruction({ ...this.#accounts(), reward });
    return this.#try(instruction, StakingClient.UNSTAKE_INSTRUCTION_ACCOUNTS, changes);
  }

  restake(changes: Changes<StakingClient.RestakeInstructionAccountName> = {}): Promise<Outcome> {
    const instruction = StakingClient.getRestakeInstruction(this.#accounts());
    return this.#try(instruction, StakingClient.RESTAKE_INSTRUCTION_ACCOUNTS, changes);
  }

  withdraw(changes: Changes<StakingClient.WithdrawInstructionAccountName> = {}): Promise<Outcome> {
    const instruction = StakingClient.getWithdrawInstruction(this.#accounts());
    return this.#try(instruction, StakingClient.WITHDRAW_INSTRUCTION_ACCOUNTS, changes);
  }

  /** The stake as Nosana's published client reads it. */
  async account(): Promise<StakeAccount> {
    const { data } = await this.see.account(this.stakeAddress);
    return StakingClient.getStakeAccountDecoder().decode(data);
  }

  /** Moves the chain's clock to so many seconds after the unstaking began. */
  async letPass(seconds: bigint): Promise<void> {
    const { timeUnstake } = await this.account();
    this.chain.travelTo(Number(timeUnstake + seconds) * 1000);
  }

  #accounts() {
    return {
      user: toAddress(nosAccountOf(this.owner)),
      vault: toAddress(this.vault),
      stake: toAddress(this.stakeAddress),
      authority: signerOf(this.owner),
    };
  }

  #try<Name extends string>(
    instruction: OracleInstruction,
    places: Readonly<Record<Name, number>>,
    changes: Changes<Name>,
  ): Promise<Outcome> {
    return this.sender.attempt(replaceAccounts(instruction, places, changes));
  }
}
