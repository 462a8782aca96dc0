import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ContainersRoom } from '../../../app/containers/room.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

const CARD = 'GPU-6a355609-acfb-7336-55f8-da85ddace403';
const CDI_NAME = `nvidia.com/gpu=${CARD}`;
const BY_TOOLKIT = { Driver: 'nvidia', DeviceIDs: [CARD], Capabilities: [['gpu']] };
const BY_CDI = { Driver: 'cdi', DeviceIDs: [CDI_NAME] };
const STALE = `CDI device injection failed: unresolvable CDI devices ${CDI_NAME}`;
const PODMAN = [{ Name: 'Podman Engine' }];
/** What the probe of a container with one card prints. */
const SEEN = '{"attempt":"gpu","detail":{"nodes":{"/dev/nvidia0":"reached"}}}\n';

/** What the engine was asked to create, in order. */
let asked: unknown[];
let engine: HalfEngine;
/** Why a container does not start; null when it does. */
let objection: (request: unknown) => string | null;

beforeEach(async () => {
  asked = [];
  objection = () => null;
  engine = new HalfEngine();
  const basic = engine.answer;
  engine.answer = (request, response) => {
    answer(request, response, basic).catch((error: unknown) => response.destroy(toError(error)));
  };
  await engine.open();
});

afterEach(() => engine.remove());

describe('an engine is asked for exactly the cards that are lent', () => {
  it('by the toolkit, where it lists none', async () => {
    await check();
    expect(asked).toEqual([BY_TOOLKIT]);
  });

  it('by their CDI names, where it lists them', async () => {
    describeDocker([CDI_NAME], { runc: {}, nvidia: {} });
    await check();
    expect(asked).toEqual([BY_CDI]);
  });

  it('by the toolkit once more, where the list is out of date', async () => {
    describeDocker([CDI_NAME], { runc: {}, nvidia: {} });
    objection = (request) => (isCdi(request) ? STALE : null);
    await check();
    expect(asked).toEqual([BY_CDI, BY_TOOLKIT]);
  });

  it('and says what to do where the list is out of date and there is no other way', async () => {
    describeDocker([CDI_NAME], { runc: {} });
    objection = () => STALE;
    const problem = await problemOfCheck();
    expect(problem?.code).toBe('containers.gpu-cdi-stale');
    expect(problem?.remedy).toContain('sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml');
    expect(asked).toEqual([BY_CDI]);
  });

  it('by their CDI names on Podman', async () => {
    engine.version = { Version: '5.5.0', ApiVersion: '1.41', Components: PODMAN };
    await check();
    expect(asked).toEqual([BY_CDI]);
  });

  it('not at all on a Podman that would forget them', async () => {
    engine.version = { Version: '4.9.3', ApiVersion: '1.41', Components: PODMAN };
    const problem = await problemOfCheck();
    expect(problem).toMatchObject({ code: 'containers.gpu-missing' });
    expect(problem?.message).toContain('Podman 4.9.3 forgets');
    expect(problem?.remedy).toContain('5.5');
    expect(asked).toEqual([]);
  });
});

function describeDocker(devices: readonly string[], Runtimes: object): void {
  const DiscoveredDevices = devices.map((ID) => ({ Source: 'cdi', ID }));
  engine.info = { ...engine.info, DiscoveredDevices, Runtimes };
}

async function problemOfCheck(): Promise<OffpeakError | null> {
  const error: unknown = await check().catch((thrown: unknown) => thrown);
  return error instanceof OffpeakError ? error : null;
}

function check(): Promise<void> {
  const room = new ContainersRoom({
    places: () => [{ kind: 'socket', path: engine.socket, origin: 'Docker' }],
    os: 'linux',
    isInstalled: () => Promise.resolve(true),
    hostId: 'host',
    bundled: () => [],
    guardImage: () => ({ reference: 'guard:1', imageId: 'sha256:1', archivePath: '/nowhere' }),
    internet: () => 'none',
    ownAddresses: () => [],
    imageRecords: null,
    seccompFile: () => null,
    freeDiskBytes: () => Promise.resolve(null),
    computer: { memoryBytes: 8e9, cores: 4 },
  });
  return room.checkCards([CARD], AbortSignal.timeout(5_000));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  basic: HalfEngine['answer'],
): Promise<void> {
  const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
  if (path.startsWith('/images/')) respond(response, { Id: 'sha256:1', RepoDigests: [] });
  else if (path === '/containers/json') respond(response, []);
  else if (path === '/containers/create') {
    asked.push(...Requested.parse(JSON.parse(await textOf(request))).HostConfig.DeviceRequests);
    respond(response, { Id: 'abc', Warnings: [] }, 201);
  } else if (path.endsWith('/start')) {
    const message = objection(asked.at(-1));
    if (message === null) response.writeHead(204).end();
    else respond(response, { message }, 500);
  } else if (path.endsWith('/logs')) response.end(frame(SEEN));
  else if (request.method === 'DELETE') response.writeHead(204).end();
  else basic(request, response);
}

const Requested = z.object({ HostConfig: z.object({ DeviceRequests: z.array(z.unknown()) }) });

function isCdi(request: unknown): boolean {
  return JSON.stringify(request) === JSON.stringify(BY_CDI);
}

function respond(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** A message in the engine's log stream: kind, size, time, text. */
function frame(line: string): Buffer {
  const payload = Buffer.from(`2026-01-01T00:00:00.000000000Z ${line}`);
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
