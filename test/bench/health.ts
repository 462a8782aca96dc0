import { createHash } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthCheck } from '../../app/jobs/health/health.ts';
import { systemProber } from '../../app/jobs/health/prober.ts';
import type { Endpoint } from '../../app/jobs/ports.ts';
import { type Bench, median, times } from './figures.ts';

const PER_ROUND = 200;

const HTTP: HealthCheck = {
  type: 'http',
  path: '/',
  method: 'GET',
  expected_status: 200,
  continuous: true,
};
const WEB_SOCKET: HealthCheck = { type: 'websocket', expected_response: 'ready', continuous: true };

/** What one look at a service costs, against one bare request of Node. */
export async function health(bench: Bench): Promise<void> {
  const server = await startService();
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const endpoint = { host: '127.0.0.1', port };
  const many = bench.quick ? 5 : PER_ROUND;
  const rounds = bench.quick ? 1 : 7;
  const each = async (work: () => Promise<unknown>): Promise<number> => {
    const took = await times(rounds, async () => {
      for (let probe = 0; probe < many; probe += 1) await work();
    });
    return median(took) / many;
  };
  try {
    const bare = await each(() => ask(endpoint));
    bench.note('health: one HTTP check', await each(() => check(endpoint, HTTP)), 'ms', {
      baseline: bare,
    });
    bench.note('health: one WebSocket check', await each(() => check(endpoint, WEB_SOCKET)), 'ms', {
      baseline: bare,
    });
    const before = process.cpuUsage();
    for (let probe = 0; probe < many; probe += 1) await check(endpoint, HTTP);
    const { user, system } = process.cpuUsage(before);
    // The service answers in this process, too: its share is in it.
    bench.note('health: processor of one check, both ends', (user + system) / 1000 / many, 'ms');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function check(endpoint: Endpoint, wanted: HealthCheck): Promise<void> {
  const isUp = await systemProber.probe(endpoint, wanted, AbortSignal.timeout(10_000));
  if (!isUp) throw new Error('The service of the benchmark is not up.');
}

function ask({ host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, agent: false }, (answer) => {
      answer.resume().once('end', resolve);
    });
    call.on('error', reject).end();
  });
}

/** Answers over HTTP, and greets over a WebSocket (RFC 6455). */
async function startService(): Promise<Server> {
  const server = createServer((_request, answer) => void answer.end('ready'));
  server.on('upgrade', ({ headers }, socket) => {
    const key = `${headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ];
    socket.on('error', () => undefined);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.write(Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('ready')]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
