import { tokenAddress } from '../../adapters/solana/token.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { CostPreview } from '../../contract/costs.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { decodeMarket } from './accounts.ts';
import { ACCOUNT_BYTES, costPreview } from './costs.ts';
import { jobsWait } from './entry-ticket.ts';
import type { FeeRule } from './fees.ts';
import { readSurely } from './market-read.ts';
import { stakeAddress, type NosanaPrograms } from './programs.ts';

/** Asks the chain what queueing in a market costs; throws `network.market-missing`, `network.rpc-…`. */
export async function readCosts(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'getRentExemption' | 'elsewhere'>,
  host: { programs: NosanaPrograms; address: string; fees: FeeRule },
  market: string,
): Promise<CostPreview> {
  const { programs, address, fees } = host;
  const [found, wallet, token, stake] = await readSurely(rpc, [
    market,
    address,
    tokenAddress(address, programs.nosMint),
    stakeAddress(programs, address),
  ]);
  if (found === null || found === undefined) throw new OffpeakError('network.market-missing');
  const rent = (bytes: number) => rpc.getRentExemption(bytes);
  return costPreview({
    market,
    balance: wallet?.lamports ?? 0n,
    hasNosAccount: token !== null,
    hasStake: stake !== null,
    jobsWait: jobsWait(decodeMarket(found.data)),
    rents: {
      token: await rent(ACCOUNT_BYTES.token),
      stake: await rent(ACCOUNT_BYTES.stake),
      run: await rent(ACCOUNT_BYTES.run),
    },
    isFree: fees.isFree,
    maxFee: fees.policy.maxFeeLamports(),
    reserve: fees.policy.reserveLamports(),
  });
}
