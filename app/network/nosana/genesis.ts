import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { OffpeakError } from '../../contract/errors.ts';

/** Genesis hash of Solana mainnet-beta, as `solana genesis-hash` prints it. */
export const MAINNET_GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';

/** Which chain a network may be on. Addresses are the same on both, so nothing else tells them apart. */
export type GenesisRule = 'mainnet' | 'practice';

/**
 * The genesis hash of this chain, where it is one the rule allows; throws `network.not-mainnet` or
 * `network.not-practice` otherwise, and `network.rpc-…` where the server fails.
 */
export async function checkGenesis(
  rule: GenesisRule,
  rpc: Pick<SolanaRpc, 'getGenesisHash' | 'getVersion'>,
): Promise<string> {
  const genesis = await rpc.getGenesisHash();
  switch (rule) {
    case 'mainnet':
      if (genesis !== MAINNET_GENESIS) throw new OffpeakError('network.not-mainnet');
      return genesis;
    case 'practice':
      if (genesis === MAINNET_GENESIS) {
        const message = 'This RPC address is Solana mainnet: practice never goes there.';
        throw new OffpeakError('network.not-practice', { message });
      }
      // A chain with real money elsewhere (devnet, a fork) does not call itself a Surfnet.
      if (!('surfnet-version' in (await rpc.getVersion()))) {
        throw new OffpeakError('network.not-practice');
      }
      return genesis;
  }
}
