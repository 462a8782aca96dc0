import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { TOKEN_PROGRAM } from '../../adapters/solana/token.ts';
import { encodeStake } from '../nosana/accounts.ts';
import { openMarket } from '../nosana/instructions-client.ts';
import { NOSANA_PROGRAMS, stakeAddress } from '../nosana/programs.ts';
import type { PracticeChain } from './chain.ts';
import type { PracticeKeys } from './keys.ts';
import type { SendTransaction } from './send.ts';

/** The terms of the practice market: about what a good consumer card earned in 2026. */
const TERMS = {
  /** NOS base units per second: 0.54 NOS an hour. */
  jobPrice: 150n,
  jobTimeoutSeconds: 7_200n,
  /** A done job is cleaned away after a day: until then its accounts prove what was paid. */
  jobExpirationSeconds: 86_400n,
};

const SOL = 1_000_000_000;
const NOS = 1_000_000;
/** What a host begins with: rent of its accounts, and fees for months. */
const HOST_LAMPORTS = 0.05 * SOL;
/** A host that has less gets what it began with. */
const POOR_LAMPORTS = 20_000_000n;

/**
 * Puts into a fresh chain what the real one has: NOS at its mint address, a market, a stake for
 * the host, and a poster with money. The market is opened by the program's own instruction.
 * `accessKey`: the collection whose tokens open it; without one it lets everybody in.
 */
export async function found(
  chain: PracticeChain,
  keys: PracticeKeys,
  send: SendTransaction,
  accessKey: string = SYSTEM_PROGRAM,
): Promise<void> {
  chain.put(NOSANA_PROGRAMS.nosMint, { owner: TOKEN_PROGRAM, data: nosMint() });
  chain.fundSol(keys.host.address, HOST_LAMPORTS);
  chain.fundToken(keys.host.address, NOSANA_PROGRAMS.nosMint, 0);
  chain.fundSol(keys.poster.address, 100 * SOL);
  chain.fundToken(keys.poster.address, NOSANA_PROGRAMS.nosMint, 100_000 * NOS);
  chain.put(stakeAddress(NOSANA_PROGRAMS, keys.host.address), {
    owner: NOSANA_PROGRAMS.staking,
    data: hostStake(keys.host.address),
  });
  const market = openMarket(NOSANA_PROGRAMS, {
    ...TERMS,
    market: keys.market.address,
    authority: keys.poster.address,
    accessKey,
    jobType: 0,
    nodeXnosMinimum: 0n,
  });
  await send([market], [keys.poster, keys.market]);
}

/** Gives a host that has next to nothing its practice SOL. Throws `network.rpc-…`. */
export async function fundHost(
  chain: Pick<PracticeChain, 'fundSol'>,
  rpc: Pick<SolanaRpc, 'getLamports'>,
  host: string,
): Promise<void> {
  if ((await rpc.getLamports(host)) < POOR_LAMPORTS) chain.fundSol(host, HOST_LAMPORTS);
}

/** A mint without authorities (spl-token state.rs: Mint, 82 bytes), with NOS's 6 decimals. */
function nosMint(): Uint8Array {
  const data = Buffer.alloc(82);
  data.writeBigUInt64LE(BigInt(100_000_000 * NOS), 36); // supply
  data.writeUInt8(6, 44); // decimals
  data.writeUInt8(1, 45); // initialised
  return data;
}

/** An empty stake of 14 days, the shortest there is: enough for a market that asks for none. */
function hostStake(authority: string): Uint8Array {
  return encodeStake({
    amount: 0n,
    authority,
    durationSeconds: 1_209_600n,
    timeUnstakeSeconds: 0n,
    vault: SYSTEM_PROGRAM,
    vaultBump: 0,
    xnos: 0n,
  });
}
