import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Layer, layerOf, pushImage, untilUp } from '../registry/push-image.ts';
import {
  BY_CONTENT,
  PRIVATE_IMAGE,
  PUBLIC_IMAGES,
  type PublicImage,
  repositoryOf,
} from './images.ts';

/*
 * A program: puts a stand-in for every public image into a registry and prints the digest of the
 * one that is known by it. `fill-registry.ts PUBLIC_URL PRIVATE_URL`.
 */

const PROGRAMS = join(import.meta.dirname, 'programs');
const BUSYBOX = '/bin/busybox';

/** The names under which program.sh is started. */
const NAMES = [
  ...['nginx', 'cog', 'openai-chat-ui', 'npm', 'tts', 'open-webui', 'llama', 'comfyui', 'janus'],
  ...['ollama', 'vllm', 'tgi', 'jupyter', 'lmdeploy', 'llamafactory-cli', 'invokeai-web'],
  ...['openclaw', 'folding', 'python', 'tinyllama', 'cuda_check', 'nvidia-smi', 'curl', 'jq'],
  'speedtest-cli',
];

const [publicUrl = '', privateUrl = ''] = process.argv.slice(2);
const base = layerFrom(makeBase);
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

function layerFrom(make: (folder: string) => void): Layer {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-layer-'));
  try {
    make(folder);
    const options = ['--owner=0', '--group=0', '--mtime=@0', '--sort=name'];
    const maxBuffer = 64 * 1024 ** 2;
    return layerOf(execFileSync('tar', ['-C', folder, ...options, '-c', '.'], { maxBuffer }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function push(registry: string, image: PublicImage): Promise<string> {
  const { entrypoint, command, workDir = '/', env = {} } = image;
  const variables = { PATH: '/programs:/bin', ...env };
  // A layer of its own, so that there is something to pull.
  const own = layerFrom((folder) => writeFileSync(join(folder, 'image'), image.name));
  return pushImage(registry, {
    ...repositoryOf(image),
    layers: [base, own],
    config: {
      Entrypoint: entrypoint,
      Cmd: command,
      WorkingDir: workDir,
      Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    },
  });
}
