import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainersRoom } from '../../app/containers/room.ts';
import { engineProblem } from '../e2e/support/engine-problem.ts';
import { layerOf, pushImage, untilUp } from '../fakes/registry/push-image.ts';
import { openRoom, patient } from '../integration/containers/engine-kit.ts';
import { type Bench, median } from './figures.ts';

const MEBIBYTE = 1024 ** 2;
const REAL = '/usr/bin/docker-registry';
const STAND_IN = join(import.meta.dirname, '../fakes/registry/registry.ts');

/** An image of random layers from a registry on this computer, against `docker pull` of the same. */
export async function pull(bench: Bench): Promise<void> {
  const problem = await engineProblem();
  if (problem !== null) {
    bench.say(`pull: left out, ${problem}`);
    return;
  }
  const layers = 4;
  const layerBytes = (bench.quick ? 1 : 50) * MEBIBYTE;
  const runs = bench.quick ? 1 : 5;
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const port = await freePort();
  const registry = startRegistry(folder, port);
  const room = openRoom();
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilUp(url);
    await pushImage(url, {
      repository: 'bench/random',
      tag: '1',
      layers: Array.from({ length: layers }, () => layerOf(randomTar(folder, layerBytes))),
      config: { Cmd: ['/none'] },
    });
    const image = `127.0.0.1:${port}/bench/random:1`;
    const bare: number[] = [];
    const ours: number[] = [];
    // In turn, so that whatever else the computer does meets both.
    for (let run = 0; run <= runs; run += 1) {
      bare.push(
        timed(image, () => execFileSync('docker', ['pull', '-q', image], { stdio: 'ignore' })),
      );
      ours.push(await timedAsync(image, () => ensure(room, image)));
    }
    const megabytes = (layers * layerBytes) / 1e6;
    const speed = (all: readonly number[]): number => megabytes / (median(all.slice(1)) / 1000);
    const name = `pull: ${Math.round(megabytes)} MB in ${layers} layers`;
    bench.note(name, speed(ours), 'MB/s', { baseline: speed(bare) });
  } finally {
    registry.kill();
    await room.close();
    rmSync(folder, { recursive: true });
  }
}

async function ensure(room: ContainersRoom, image: string): Promise<void> {
  const result = await room.ensureImage({ image, login: null }, () => undefined, patient());
  if (!result.ok) throw new Error(result.problem.message);
}

function timed(image: string, work: () => unknown): number {
  const began = performance.now();
  work();
  const took = performance.now() - began;
  remove(image);
  return took;
}

async function timedAsync(image: string, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  remove(image);
  return took;
}

function remove(image: string): void {
  execFileSync('docker', ['rmi', '-f', image], { stdio: 'ignore' });
}

/** Nothing in it can be made smaller, and no two layers are the same. */
function randomTar(folder: string, bytes: number): Buffer {
  writeFileSync(join(folder, 'random'), randomBytes(bytes));
  const options = ['-C', folder, '-c', 'random'];
  return execFileSync('tar', options, { maxBuffer: bytes + MEBIBYTE });
}

/** The real program where it is installed, else the stand-in of the tests. */
function startRegistry(folder: string, port: number): ChildProcess {
  if (!existsSync(REAL)) {
    return spawn(process.execPath, [STAND_IN, '127.0.0.1', String(port)], { stdio: 'ignore' });
  }
  const config = join(folder, 'registry.yml');
  const lines = [
    'version: 0.1',
    'log: { level: error, accesslog: { disabled: true } }',
    `storage: { filesystem: { rootdirectory: ${folder}/registry } }`,
    `http: { addr: "127.0.0.1:${port}" }`,
  ];
  writeFileSync(config, lines.join('\n'));
  return spawn(REAL, ['serve', config], { stdio: 'ignore' });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
