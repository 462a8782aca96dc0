import { addressBytes, deriveAddress } from '../../adapters/solana/addresses.ts';

/** The programs and the token of one deployment of the Nosana network. */
export interface NosanaPrograms {
  readonly jobs: string;
  readonly staking: string;
  readonly rewards: string;
  /** Mint of NOS; 6 decimals. */
  readonly nosMint: string;
}

/** Mainnet, and the practice network, which uses the same addresses. (nosana-programs, id.rs) */
export const NOSANA_PROGRAMS: NosanaPrograms = {
  jobs: 'nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM',
  staking: 'nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE',
  rewards: 'nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp',
  nosMint: 'nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7',
};

/** Metaplex' program, which says to which collection an access key belongs. */
const METADATA_PROGRAM = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s';

/** The token account that holds the deposits of a market's jobs, and its bump. */
export function marketVault(
  programs: NosanaPrograms,
  market: string,
): { address: string; bump: number } {
  return deriveAddress(programs.jobs, [addressBytes(market), addressBytes(programs.nosMint)]);
}

/** The stake account of a host. (nosana-programs, pda.rs) */
export function stakeAddress(programs: NosanaPrograms, authority: string): string {
  const seeds = [Buffer.from('stake'), addressBytes(programs.nosMint), addressBytes(authority)];
  return deriveAddress(programs.staking, seeds).address;
}

/** The token account that holds what a host has staked, and its bump. (nosana-staking, stake.rs) */
export function stakeVault(
  programs: NosanaPrograms,
  authority: string,
): { address: string; bump: number } {
  const seeds = [Buffer.from('vault'), addressBytes(programs.nosMint), addressBytes(authority)];
  return deriveAddress(programs.staking, seeds);
}

/** The account of a staker at the rewards program: while it exists, nothing can be unstaked. */
export function rewardAddress(programs: NosanaPrograms, authority: string): string {
  return deriveAddress(programs.rewards, [Buffer.from('reward'), addressBytes(authority)]).address;
}

/** Where the rewards program keeps its books: `list` and `extend` name it. */
export function rewardsReflection(programs: NosanaPrograms): string {
  return deriveAddress(programs.rewards, [Buffer.from('reflection')]).address;
}

/** The token account of the rewards program. */
export function rewardsVault(programs: NosanaPrograms): string {
  return deriveAddress(programs.rewards, [addressBytes(programs.nosMint)]).address;
}

/** Metaplex' account about a mint. */
export function metadataAddress(mint: string): string {
  const seeds = [Buffer.from('metadata'), addressBytes(METADATA_PROGRAM), addressBytes(mint)];
  return deriveAddress(METADATA_PROGRAM, seeds).address;
}
