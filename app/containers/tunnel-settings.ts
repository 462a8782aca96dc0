/**
 * Where the network publishes ports, and by which client (nosana-host-protocol.md, 3.7). It comes with
 * the network.
 */
export interface TunnelSettings {
  /** The network operator's frp client; it may change from one day to the next. */
  readonly image: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Public names end in it; literals know it as `%%global.frps_address%%`. */
  readonly domain: string;
  /** Where public names answer by plain HTTP, as a stand-in does; null: by HTTPS at its usual port. */
  readonly httpPort: number | null;
  /** The server is a stand-in on this computer, which no container reaches by itself. */
  readonly isOnThisComputer: boolean;
}

/** The public URL of a name of the network. Pure. */
export function publicUrl(settings: TunnelSettings, name: string): string {
  const { domain, httpPort } = settings;
  return httpPort === null ? `https://${name}.${domain}` : `http://${name}.${domain}:${httpPort}`;
}
