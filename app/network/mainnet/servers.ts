import type { TunnelAddress } from '../provider.ts';

/** The network's own servers, as its host software names them (nosana-node, .env.prd). */
export const HOST_MANAGER = 'https://host-manager.k8s.prd.nos.ci';

/** Of the release of July 2026; the network may move it at any time. */
export const TUNNEL: TunnelAddress = {
  image: 'docker.io/nosana/frpc:v1.0.44',
  serverAddress: 'node.k8s.prd.nos.ci',
  serverPort: 7000,
  domain: 'node.k8s.prd.nos.ci',
  httpPort: null,
  isOnThisComputer: false,
};

/** Asked in this order; what they deliver is checked, so that anybody's gateway will do. */
export const GATEWAYS: readonly string[] = [
  'https://nosana.mypinata.cloud',
  'https://ipfs.io',
  'https://dweb.link',
];

/** Solana's public server: strictly rationed, but enough to start with (solana.com/docs/references/clusters). */
export const PUBLIC_RPC = 'https://api.mainnet-beta.solana.com';

/** Servers answer subscriptions at the same place, by WebSocket. */
export function webSocketOf(rpcUrl: string): string {
  return rpcUrl.replace(/^http/, 'ws');
}
