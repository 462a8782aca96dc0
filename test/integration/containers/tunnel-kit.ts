import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { TunnelSettings } from '../../../app/containers/tunnel-settings.ts';
import type { TunnelSpec, TunnelState } from '../../../app/jobs/tunnel-port.ts';
import { type FrpStandIn, startFrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import { readFrpClientImage } from '../../../app/network/stand-ins/frp-image.ts';

/** The stand-in for the network's frp client. */
export const CLIENT_IMAGE = readFrpClientImage(
  join(import.meta.dirname, '../../../assets/practice'),
);

/** A server of the tunnel on this computer, and the settings that lead to it. */
export async function openTunnelServer(): Promise<{
  server: FrpStandIn;
  settings: TunnelSettings;
}> {
  const server = await startFrpStandIn();
  return { server, settings: settingsFor(server) };
}

function settingsFor(server: FrpStandIn): TunnelSettings {
  return {
    image: CLIENT_IMAGE.reference,
    serverAddress: '127.0.0.1',
    serverPort: server.controlPort,
    domain: 'localhost',
    httpPort: server.publicPort,
    isOnThisComputer: true,
  };
}

/** The tunnel of one operation that publishes these ports, each under `<run>-<port>`. */
export function tunnelOf(run: string, ports: readonly number[]): TunnelSpec {
  return {
    run,
    job: 'job',
    operation: 'op',
    index: 0,
    host: 'operation-0',
    ports: ports.map((port) => ({ port, name: nameOf(run, port), healthPath: undefined })),
    deployment: null,
  };
}

export function nameOf(run: string, port: number): string {
  return `${run.slice(0, 20)}-${port}`;
}

/** What a visitor gets under a name: status and body. */
export function visit(server: FrpStandIn, name: string, path = '/'): Promise<string> {
  const headers = { host: `${name}.localhost:${server.publicPort}` };
  const options = { host: '127.0.0.1', port: server.publicPort, path, headers, agent: false };
  return new Promise((resolve, reject) => {
    const call = request({ ...options, timeout: 20_000 }, (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(`${answer.statusCode ?? 0} ${text.trim()}`));
      answer.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', reject);
    call.end();
  });
}

/** Collects what is reported of a tunnel. */
export class Reports {
  readonly states: TunnelState[] = [];
  readonly report = (state: TunnelState): void => {
    this.states.push(state);
  };

  get last(): TunnelState | undefined {
    return this.states.at(-1);
  }
}
