import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** How the registry behaves for its one image. */
export interface Behaviour {
  /** Sends so much of the layer, then nothing more, ever. */
  stallAfterBytes?: number;
  /** Sends the layer in small pieces, for ever. */
  trickles?: boolean;
  /** Waits so long in the middle of the layer. */
  restMs?: number;
  /** Answers every request for the image with this status and text. */
  refusal?: { status: number; code: string };
}

/**
 * A registry with one image (`/v2/` of the OCI distribution specification), on this computer,
 * where the engine asks for no TLS. It can stall and refuse as registries on the Internet do.
 */
export async function openRegistry(fileSystem: Buffer): Promise<{
  image: string;
  behaviour: Behaviour;
  isTransferring: () => boolean;
  close: () => void;
}> {
  const behaviour: Behaviour = {};
  const layer = gzipSync(fileSystem, { level: 1 });
  const config = Buffer.from(configText(fileSystem));
  const manifest = Buffer.from(manifestText(config, layer));
  let transfers = 0;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    if (path === '/v2/') {
      response.end('{}');
    } else if (behaviour.refusal !== undefined) {
      const { status, code } = behaviour.refusal;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
    } else if (path.includes('/manifests/')) {
      send(response, manifest, MANIFEST);
    } else if (path.endsWith(digest(config))) {
      send(response, config, 'application/json');
    } else {
      sendLayer(response);
    }
  }

  function sendLayer(response: ServerResponse): void {
    transfers += 1;
    response.on('close', () => (transfers -= 1));
    response.writeHead(200, { 'Content-Length': layer.length });
    if (behaviour.trickles === true) trickle(response, layer);
    else if (behaviour.restMs !== undefined) rest(response, layer, behaviour.restMs);
    else if (behaviour.stallAfterBytes === undefined) response.end(layer);
    else response.write(layer.subarray(0, behaviour.stallAfterBytes));
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    image: `127.0.0.1:${port}/offpeak-test/pulled:1`,
    behaviour,
    isTransferring: () => transfers > 0,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

function send(response: ServerResponse, body: Buffer, type: string): void {
  const headers = { 'Content-Type': type, 'Content-Length': body.length };
  response.writeHead(200, { ...headers, 'Docker-Content-Digest': digest(body) });
  response.end(body);
}

function trickle(response: ServerResponse, layer: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(layer.subarray(at, at + 1000));
    at += 1000;
  }, 50);
  response.on('close', () => clearInterval(timer));
}

function rest(response: ServerResponse, layer: Buffer, restMs: number): void {
  const half = Math.floor(layer.length / 2);
  response.write(layer.subarray(0, half));
  setTimeout(() => response.end(layer.subarray(half)), restMs);
}

function configText(fileSystem: Buffer): string {
  return JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [digest(fileSystem)] },
    history: [{ created_by: 'a test' }],
  });
}

function manifestText(config: Buffer, layer: Buffer): string {
  const docker = 'application/vnd.docker';
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: {
      mediaType: `${docker}.container.image.v1+json`,
      size: config.length,
      digest: digest(config),
    },
    layers: [
      {
        mediaType: `${docker}.image.rootfs.diff.tar.gzip`,
        size: layer.length,
        digest: digest(layer),
      },
    ],
  });
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
