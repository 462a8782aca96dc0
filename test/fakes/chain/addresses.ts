import { PublicKey } from '@solana/web3.js';

/** Addresses of the main network, at which the test chain has its stand-ins (nosana-programs id.rs). */
export const addresses = {
  systemProgram: '11111111111111111111111111111111',
  tokenProgram: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  associatedTokenProgram: 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  metadataProgram: 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s',
  jobsProgram: 'nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM',
  stakingProgram: 'nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE',
  rewardsProgram: 'nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp',
  nosMint: 'nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7',
} as const;

/** The token account in which `owner` keeps its NOS. */
export function nosAccountOf(owner: string): string {
  return derive(addresses.associatedTokenProgram, [
    bytesOf(owner),
    bytesOf(addresses.tokenProgram),
    bytesOf(addresses.nosMint),
  ]).address;
}

/** The token account that holds the deposits of a market, and its bump. */
export function vaultOf(market: string): { address: string; bump: number } {
  return derive(addresses.jobsProgram, [bytesOf(market), bytesOf(addresses.nosMint)]);
}

/** The stake account of `owner`. */
export function stakeOf(owner: string): string {
  const seeds = [Buffer.from('stake'), bytesOf(addresses.nosMint), bytesOf(owner)];
  return derive(addresses.stakingProgram, seeds).address;
}

/** The token account that holds what `owner` has staked. */
export function stakeVaultOf(owner: string): string {
  const seeds = [Buffer.from('vault'), bytesOf(addresses.nosMint), bytesOf(owner)];
  return derive(addresses.stakingProgram, seeds).address;
}

/** The account of a staker at the rewards program, of which the test chain has none. */
export function rewardOf(owner: string): string {
  return derive(addresses.rewardsProgram, [Buffer.from('reward'), bytesOf(owner)]).address;
}

/** The Metaplex metadata account of a token. */
export function metadataOf(mint: string): string {
  const seeds = [Buffer.from('metadata'), bytesOf(addresses.metadataProgram), bytesOf(mint)];
  return derive(addresses.metadataProgram, seeds).address;
}

/** The two accounts of the rewards program that `list` and `extend` name; the test chain has neither. */
export function rewardsAccounts(): { reflection: string; vault: string } {
  const { rewardsProgram, nosMint } = addresses;
  return {
    reflection: derive(rewardsProgram, [Buffer.from('reflection')]).address,
    vault: derive(rewardsProgram, [bytesOf(nosMint)]).address,
  };
}

function derive(program: string, seeds: Buffer[]): { address: string; bump: number } {
  const [key, bump] = PublicKey.findProgramAddressSync(seeds, new PublicKey(program));
  return { address: key.toBase58(), bump };
}

function bytesOf(address: string): Buffer {
  return new PublicKey(address).toBuffer();
}
