import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  BY_CONTENT,
  PRIVATE_IMAGE,
  PUBLIC_IMAGES,
  type PublicImage,
  repositoryOf,
} from './images.ts';

/*
 * A program: puts a stand-in for every public image into a registry, as `docker push` would, and
 * prints the digest of the one that is known by it. `fill-registry.ts PUBLIC_URL PRIVATE_URL`.
 */

const PROGRAMS = join(import.meta.dirname, 'programs');
const BUSYBOX = '/bin/busybox';
const DOCKER = 'application/vnd.docker';
const MANIFEST = `${DOCKER}.distribution.manifest.v2+json`;

/** The names under which program.sh is started. */
const NAMES = [
  ...['nginx', 'cog', 'openai-chat-ui', 'npm', 'tts', 'open-webui', 'llama', 'comfyui', 'janus'],
  ...['ollama', 'vllm', 'tgi', 'jupyter', 'lmdeploy', 'llamafactory-cli', 'invokeai-web'],
  ...['openclaw', 'folding', 'python', 'tinyllama', 'cuda_check', 'nvidia-smi', 'curl', 'jq'],
  'speedtest-cli',
];

interface Layer {
  readonly bytes: Buffer;
  /** Digest of what is inside. */
  readonly diffId: string;
}

const [publicUrl = '', privateUrl = ''] = process.argv.slice(2);
const base = layerOf(makeBase);
await untilUp(publicUrl);
for (const image of PUBLIC_IMAGES) await push(publicUrl, image);
await untilUp(privateUrl);
await push(privateUrl, PRIVATE_IMAGE);
process.stdout.write(`${await push(publicUrl, BY_CONTENT)}\n`);

/** All images have this layer: busybox and the programs. */
function makeBase(folder: string): void {
  for (const name of ['bin', 'tmp', 'etc', 'programs']) mkdirSync(join(folder, name));
  copyFileSync(BUSYBOX, join(folder, 'bin/busybox'));
  for (const name of execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n')) {
    if (!['', 'busybox', 'sh'].includes(name)) symlinkSync('busybox', join(folder, 'bin', name));
  }
  copyFileSync(join(PROGRAMS, 'shell.sh'), join(folder, 'bin/sh'));
  symlinkSync('sh', join(folder, 'bin/bash'));
  for (const name of ['program', 'answer']) {
    copyFileSync(join(PROGRAMS, `${name}.sh`), join(folder, 'programs', name));
  }
  for (const name of NAMES) symlinkSync('program', join(folder, 'programs', name));
  writeFileSync(join(folder, 'etc/bash.bashrc'), '');
}

function layerOf(make: (folder: string) => void): Layer {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-layer-'));
  try {
    make(folder);
    const options = ['--owner=0', '--group=0', '--mtime=@0', '--sort=name'];
    const tar = execFileSync('tar', ['-C', folder, ...options, '-c', '.'], {
      maxBuffer: 64 * 1024 ** 2,
    });
    return { bytes: gzipSync(tar, { level: 1 }), diffId: digest(tar) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the digest of its manifest. */
async function push(registry: string, image: PublicImage): Promise<string> {
  const { repository, tag } = repositoryOf(image);
  const own = layerOf((folder) => writeFileSync(join(folder, 'image'), image.name));
  const { entrypoint, command, workDir = '/', env = {} } = image;
  const variables = { PATH: '/programs:/bin', ...env };
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {
        Entrypoint: entrypoint,
        Cmd: command,
        WorkingDir: workDir,
        Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      },
      rootfs: { type: 'layers', diff_ids: [base.diffId, own.diffId] },
      history: [{ created_by: 'a test' }, { created_by: 'a test' }],
    }),
  );
  for (const bytes of [base.bytes, own.bytes, config]) await putBlob(registry, repository, bytes);
  const described = (bytes: Buffer, type: string): object => ({
    mediaType: `${DOCKER}.${type}`,
    size: bytes.length,
    digest: digest(bytes),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(config, 'container.image.v1+json'),
      layers: [base, own].map(({ bytes }) => described(bytes, 'image.rootfs.diff.tar.gzip')),
    }),
  );
  const url = `${registry}/v2/${repository}/manifests/${tag}`;
  await send('PUT', url, manifest, MANIFEST);
  return digest(manifest);
}

async function putBlob(registry: string, repository: string, bytes: Buffer): Promise<void> {
  const started = await send('POST', `${registry}/v2/${repository}/blobs/uploads/`);
  const place = new URL(started.headers.get('location') ?? '', registry);
  place.searchParams.set('digest', digest(bytes));
  await send('PUT', place.href, bytes, 'application/octet-stream');
}

async function send(
  method: string,
  url: string,
  body?: Buffer,
  type = 'application/json',
): Promise<Response> {
  const headers = { 'content-type': type };
  const content = body === undefined ? {} : { body: new Uint8Array(body) };
  const answer = await fetch(url, { method, headers, ...content });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function untilUp(registry: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${registry}/v2/`).catch(() => null);
    if (answer !== null) return;
    await sleep(100);
  }
  throw new Error(`There is no registry at ${registry}`);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
