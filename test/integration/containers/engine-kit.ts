import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGuardImage } from '../../../app/containers/guard-image.ts';
import { keepSeccompFile } from '../../../app/containers/seccomp-file.ts';
import { ContainersRoom, type ContainersOptions } from '../../../app/containers/room.ts';
import type {
  ContainerEnd,
  ContainerHandle,
  ContainerSpec,
  EngineLogLine,
} from '../../../app/jobs/ports.ts';

/** The engine that this computer has; tests only add to it and take their own things away. */
export const SYSTEM_SOCKET = '/var/run/docker.sock';
/** Everything that runs in the tests is a shell of this image. */
export const IMAGE = 'offpeak-test/busybox:1';
const BUSYBOX = '/bin/busybox';
const MIB = 1024 ** 2;
const ASSETS = join(import.meta.dirname, '../../../assets');

/** Why tests that need a real engine cannot run here; null when they can. */
export async function whyNoEngine(): Promise<string | null> {
  if (!existsSync(BUSYBOX)) return 'no static busybox at /bin/busybox to build an image from';
  try {
    const { status } = await raw('GET', '/_ping');
    return status === 200 ? null : `the engine answers ${status}`;
  } catch (error) {
    return `no container engine: ${String(error)}`;
  }
}

/** A request to an engine, past all code of ours. */
export function raw(
  method: string,
  path: string,
  body?: object | Buffer,
  socketPath = SYSTEM_SOCKET,
): Promise<{ status: number; text: string; bytes: Buffer }> {
  const payload = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': type };
    const call = request({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, text: bytes.toString('utf8'), bytes });
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(payload);
  });
}

/** Builds the image that the tests run, where it is missing, from nothing but a static busybox. */
export async function importBusybox(socketPath = SYSTEM_SOCKET): Promise<void> {
  const { status } = await raw('GET', `/images/${IMAGE}/json`, undefined, socketPath);
  if (status !== 200) await importAs(IMAGE, socketPath);
}

/** Builds it anew under a name; returns its id. */
export async function importAs(image: string, socketPath = SYSTEM_SOCKET): Promise<string> {
  const [repo, tag] = image.split(':');
  const path = `/images/create?fromSrc=-&repo=${repo}&tag=${tag}`;
  const { text } = await raw('POST', path, busyboxTar(), socketPath);
  const id = /(sha256:)?[0-9a-f]{64}/.exec(text)?.[0] ?? '';
  // Podman passes over the tag.
  await raw('POST', `/images/${id}/tag?repo=${repo}&tag=${tag}`, undefined, socketPath);
  return id;
}

/** The file system of that image. */
export function busyboxTar(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-busybox-'));
  try {
    for (const name of ['bin', 'tmp', 'etc', 'data']) mkdirSync(join(folder, name));
    copyFileSync(BUSYBOX, join(folder, 'bin/busybox'));
    for (const name of execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n')) {
      if (name !== '' && name !== 'busybox') symlinkSync('busybox', join(folder, 'bin', name));
    }
    return execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 64 * MIB });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A room on the real engine, with a host of its own so that tests never meet. */
export function openRoom(
  options: Partial<ContainersOptions> & { socket?: string } = {},
): ContainersRoom {
  return new ContainersRoom(roomOptions(options));
}

/** What such a room is opened with. */
export function roomOptions(
  options: Partial<ContainersOptions> & { socket?: string } = {},
): ContainersOptions {
  const { socket = SYSTEM_SOCKET, ...rest } = options;
  return {
    places: () => [{ kind: 'socket', path: socket, origin: 'Docker' }],
    os: 'linux',
    isInstalled: () => Promise.resolve(true),
    hostId: newId('host'),
    bundled: () => [],
    guardImage: () => readGuardImage(ASSETS),
    internet: () => 'filtered',
    ownAddresses: () => [],
    imageRecords: null,
    seccompFile: () => keepSeccompFile(join(tmpdir(), 'offpeak-test-seccomp')),
    freeDiskBytes: () => Promise.resolve(null),
    // Limits of 256 MiB and half a core: a test that breaks out of them is seen soon.
    computer: { memoryBytes: 512 * MIB, cores: 2 },
    ...rest,
  };
}

export function newId(kind: string): string {
  return `${kind}${randomUUID().replaceAll('-', '')}`;
}

/** A spec that runs a shell script. */
export function shell(script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    run: newId('run'),
    job: 'job',
    operation: 'op',
    index: 0,
    image: IMAGE,
    command: ['/bin/sh', '-c', script],
    entrypoint: null,
    env: { PATH: '/bin' },
    workDir: null,
    volumes: [],
    aliases: [],
    cards: [],
    ports: [],
    resources: [],
    readOnlyRoot: false,
    ...more,
  };
}

export const patient = (): AbortSignal => AbortSignal.timeout(100_000);

/** Starts and insists that it worked. */
export async function started(room: ContainersRoom, spec: ContainerSpec): Promise<ContainerHandle> {
  const result = await room.start(spec, patient());
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
  return result.container;
}

/** Runs a script to its end; returns what it printed and how it ended. */
export async function runToEnd(
  room: ContainersRoom,
  spec: ContainerSpec,
): Promise<{ end: ContainerEnd; lines: EngineLogLine[]; out: string; err: string }> {
  const container = await started(room, spec);
  const lines: EngineLogLine[] = [];
  const options = { since: null, skip: 0, onLine: (line: EngineLogLine) => void lines.push(line) };
  await room.followLogs(container, options, patient());
  const end = await room.waitForExit(container, patient());
  const textOf = (stream: string): string =>
    lines
      .filter((line) => line.stream === stream)
      .map((line) => line.text)
      .join('\n');
  return { end, lines, out: textOf('stdout'), err: textOf('stderr') };
}
