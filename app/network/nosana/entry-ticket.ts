import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { createTokenAccount, tokenAddress } from '../../adapters/solana/token.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { Instruction } from '../../adapters/solana/types.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { findAccessKey } from './access-key.ts';
import { decodeStake, QUEUE_TYPE, type MarketAccount } from './accounts.ts';
import { ACCOUNT_BYTES } from './costs.ts';
import type { AccessKey } from './instructions-host.ts';
import { stake, STAKE_SECONDS } from './instructions-stake.ts';
import { readSurely } from './market-read.ts';
import { stakeAddress, type NosanaPrograms } from './programs.ts';

/** What `work` takes along into a market. */
export interface EntryTicket {
  readonly accessKey: AccessKey | null;
  /** Makes the accounts that are not there yet, in this order and before `work`. */
  readonly missing: readonly Instruction[];
  /** Rent of those, and of the run where a job is waiting already. */
  readonly rentLamports: bigint;
  /** What the host has. */
  readonly lamports: bigint;
}

type TicketRpc = Pick<
  SolanaRpc,
  'getAccounts' | 'getTokenAccounts' | 'getRentExemption' | 'elsewhere'
>;

/**
 * Looks what this host has of what the market asks for. A stake that is missing is made as the
 * official host makes it, with 0 NOS for the shortest time; more is the owner's to stake. Throws
 * `network.no-stake`, `network.stake-too-low`, `network.no-access-key`, `network.rpc-…`.
 */
export async function entryTicket(
  rpc: TicketRpc,
  host: { programs: NosanaPrograms; address: string },
  market: MarketAccount,
): Promise<EntryTicket> {
  const { programs, address } = host;
  const stakeAt = stakeAddress(programs, address);
  const addresses = [address, tokenAddress(address, programs.nosMint), stakeAt];
  const [wallet = null, token = null, staked = null] = await readSurely(rpc, addresses);
  if (staked === null && market.nodeXnosMinimum > 0n) throw new OffpeakError('network.no-stake');
  if (staked !== null && decodeStake(staked.data).xnos < market.nodeXnosMinimum) {
    throw new OffpeakError('network.stake-too-low');
  }
  const accessKey = await accessKeyFor(rpc, address, market);
  const missing: Instruction[] = [];
  const sizes: number[] = [];
  if (token === null) {
    missing.push(createTokenAccount(address, address, programs.nosMint));
    sizes.push(ACCOUNT_BYTES.token);
  }
  if (staked === null) {
    const terms = { amount: 0n, durationSeconds: STAKE_SECONDS.shortest };
    missing.push(stake(programs, { authority: address, ...terms }));
    sizes.push(ACCOUNT_BYTES.stake, ACCOUNT_BYTES.token);
  }
  if (jobsWait(market)) sizes.push(ACCOUNT_BYTES.run);
  const rents = await Promise.all(sizes.map((bytes) => rpc.getRentExemption(bytes)));
  const rentLamports = rents.reduce((sum, rent) => sum + rent, 0n);
  return { accessKey, missing, rentLamports, lamports: wallet?.lamports ?? 0n };
}

/** Jobs wait for hosts: whoever joins gets one at once, and pays the rent of its run. */
export function jobsWait(market: MarketAccount): boolean {
  return market.queueType === QUEUE_TYPE.job && market.queue.length > 0;
}

async function accessKeyFor(
  rpc: TicketRpc,
  host: string,
  { nodeAccessKey }: MarketAccount,
): Promise<AccessKey | null> {
  if (nodeAccessKey === SYSTEM_PROGRAM) return null;
  const found =
    (await findAccessKey(rpc, host, nodeAccessKey)) ??
    (await findAccessKey(rpc.elsewhere, host, nodeAccessKey));
  if (found === null) throw new OffpeakError('network.no-access-key');
  return found;
}
