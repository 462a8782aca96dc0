/** The network's own servers, as its host software names them (nosana-node, .env.prd). */
export const HOST_MANAGER = 'https://host-manager.k8s.prd.nos.ci';

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
