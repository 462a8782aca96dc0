import type { SolanaRpc } from '../../../../app/adapters/solana/solana-rpc.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import {
  encodeMarket,
  encodeStake,
  QUEUE_TYPE,
  type MarketAccount,
  type StakeAccount,
} from '../../../../app/network/nosana/accounts.ts';
import { NOSANA_PROGRAMS, stakeAddress } from '../../../../app/network/nosana/programs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

type TestReads = Pick<
  SolanaRpc,
  'getAccounts' | 'getTokenAccounts' | 'getRentExemption' | 'elsewhere'
>;

const make = createGenerator(77);

/** The chain's rule: 6,960 lamports a byte, with 128 bytes for the account itself. */
export function rentOf(bytes: number): bigint {
  return BigInt(128 + bytes) * 6_960n;
}

/** A chain that holds these accounts and no others; a second server may know more of them. */
export function chainOf(accounts: readonly ChainAccount[], elsewhere = accounts): TestReads {
  const reads = (known: readonly ChainAccount[]) => ({
    getAccounts: (addresses: readonly string[]) =>
      Promise.resolve(
        addresses.map((address) => known.find((account) => account.address === address) ?? null),
      ),
    getTokenAccounts: () => Promise.resolve([]),
    getProgramAccounts: () => Promise.resolve([]),
  });
  return {
    ...reads(accounts),
    elsewhere: reads(elsewhere),
    getRentExemption: (bytes: number) => Promise.resolve(rentOf(bytes)),
  };
}

export function accountAt(address: string, data: Uint8Array, lamports = 1n): ChainAccount {
  return { address, owner: NOSANA_PROGRAMS.jobs, lamports, data };
}

/** A market where nobody waits, open to everybody, but for these changes. */
export function aMarket(changes: Partial<MarketAccount> = {}): MarketAccount {
  return {
    authority: make.address(),
    jobExpirationSeconds: 86_400n,
    jobPrice: 48n,
    jobTimeoutSeconds: 7_200n,
    jobType: 0,
    vault: make.address(),
    vaultBump: 255,
    nodeAccessKey: SYSTEM_PROGRAM,
    nodeXnosMinimum: 0n,
    queueType: QUEUE_TYPE.empty,
    queue: [],
    ...changes,
  };
}

export function marketAt(address: string, changes: Partial<MarketAccount> = {}): ChainAccount {
  return accountAt(address, encodeMarket(aMarket(changes)));
}

/** The stake of a host as the program makes it of 0 NOS for 14 days, but for these changes. */
export function stakeOf(host: string, changes: Partial<StakeAccount> = {}): ChainAccount {
  const data = encodeStake({
    amount: 0n,
    authority: host,
    durationSeconds: 1_209_600n,
    timeUnstakeSeconds: 0n,
    vault: make.address(),
    vaultBump: 254,
    xnos: 0n,
    ...changes,
  });
  return {
    ...accountAt(stakeAddress(NOSANA_PROGRAMS, host), data, rentOf(120)),
    owner: NOSANA_PROGRAMS.staking,
  };
}
