import type { TunnelSpec } from '../jobs/tunnel-port.ts';
import type { TunnelSettings } from './tunnel-settings.ts';

/** How the network's client is started: image `nosana/frpc`, as the network's own host does it. */
export interface ClientStart {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One entry of FRP_PROXIES, in the network's own order of keys. */
interface Proxy {
  readonly name: string;
  readonly localIp: string;
  readonly localPorts: string;
  readonly opId?: string;
  readonly customDomain: string;
  readonly deploymentDomain?: string;
  readonly deploymentLoadBalancerGroup?: string;
  readonly deploymentHealthCheckPath?: string;
}

/** Inside its own network the client finds here what leads to this computer. */
const INSIDE = '127.0.0.1';

/** For the ports of an operation (`generateFrpcContainerConfig`, `generateProxyConfig`). Pure. */
export function jobClient(spec: TunnelSpec, settings: TunnelSettings): ClientStart {
  const proxies = spec.ports.map((port) => proxyOf(spec, port, settings.domain));
  const group = spec.deployment === null ? {} : { FRP_LB_GROUP_KEY: spec.deployment.group };
  return {
    command: ['/entrypoint.sh'],
    env: {
      ...serverOf(settings),
      NOSANA_ID: spec.job,
      FRP_PROXIES: JSON.stringify(proxies),
      DEPLOYMENT_ID: spec.deployment?.id ?? '',
      JOB_ID: spec.job,
      ...group,
    },
  };
}

/**
 * For this host's own door at `https://<address>.<domain>` (`setUpReverseProxyApi`), whose command
 * differs. `port` is that of the door inside the client's network. Pure.
 */
export function doorClient(address: string, port: number, settings: TunnelSettings): ClientStart {
  const proxy: Proxy = {
    name: `API-${address}`,
    localIp: INSIDE,
    localPorts: String(port),
    customDomain: `${address}.${settings.domain}`,
  };
  // Our stand-in has one way to start.
  const command = settings.isOnThisComputer ? ['/entrypoint.sh'] : ['-c', '/etc/frp/frpc.toml'];
  return { command, env: { ...serverOf(settings), FRP_PROXIES: JSON.stringify([proxy]) } };
}

function serverOf(settings: TunnelSettings): Record<string, string> {
  const { isOnThisComputer, serverAddress, serverPort } = settings;
  const address = isOnThisComputer ? INSIDE : serverAddress;
  return { FRP_SERVER_ADDR: address, FRP_SERVER_PORT: String(serverPort) };
}

function proxyOf(
  { operation, host, deployment }: TunnelSpec,
  { port, name, healthPath }: TunnelSpec['ports'][number],
  domain: string,
): Proxy {
  return {
    name: `${name}-${operation}`,
    localIp: host,
    localPorts: String(port),
    opId: operation,
    customDomain: `${name}.${domain}`,
    ...(deployment === null
      ? {}
      : {
          deploymentDomain: `${deployment.name}.${domain}`,
          deploymentLoadBalancerGroup: `${deployment.name}-${port}`,
          // Present only where there are checks: JSON leaves out what is undefined.
          ...(typeof healthPath === 'string' ? { deploymentHealthCheckPath: healthPath } : {}),
        }),
  };
}
