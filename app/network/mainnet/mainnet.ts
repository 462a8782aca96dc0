import { OffpeakError } from '../../contract/errors.ts';
import type { Identity, NetworkAddress, NetworkProvider } from '../provider.ts';
import { GATEWAYS, HOST_MANAGER, PUBLIC_RPC, TUNNEL, webSocketOf } from './servers.ts';

/** The keys of the real network: one for each card. */
export interface MainnetKeys {
  /** Throws `wallet.no-vault` and `wallet.locked`. */
  forCards(cards: readonly string[]): Promise<Identity[]>;
  /** Null where it has no key for this address; throws as above. */
  byAddress(address: string): Identity | null;
}

/** The servers that the owner chose; what is empty is the network's own. */
export interface MainnetServers {
  readonly rpcUrls: readonly string[];
  readonly gateways: readonly string[];
  readonly pinUrl: string | null;
  readonly pinToken: string | null;
}

/** The real network. Nothing is signed or asked of anybody before `start`. */
export function openMainnet(parts: {
  readonly keys: MainnetKeys;
  readonly servers: () => MainnetServers;
}): NetworkProvider {
  return {
    id: 'mainnet',
    label: 'Nosana mainnet',
    practice: false,
    genesisRule: 'mainnet',
    market: null,
    identities: (cards) => parts.keys.forCards(cards),
    identity: (address) => parts.keys.byAddress(address),
    images: () => [],
    start({ onUp, onDown }) {
      const servers = parts.servers();
      // Without it a job could run and never be finished, nor paid.
      if (servers.pinUrl === null) onDown(new OffpeakError('network.pin-missing').toReport());
      else onUp(addressOf(servers));
      return { stop: () => Promise.resolve() };
    },
  };
}

function addressOf({ rpcUrls, gateways, pinUrl, pinToken }: MainnetServers): NetworkAddress {
  const own = rpcUrls.map((rpcUrl) => ({ rpcUrl, wsUrl: webSocketOf(rpcUrl) }));
  return {
    rpc: own.length > 0 ? own : [{ rpcUrl: PUBLIC_RPC, wsUrl: webSocketOf(PUBLIC_RPC) }],
    gateways: gateways.length > 0 ? gateways : GATEWAYS,
    pinUrl,
    ...(pinToken === null ? {} : { pinToken }),
    hostManagerUrl: HOST_MANAGER,
    tunnel: TUNNEL,
    operatorRpc: own.length === 0,
  };
}
