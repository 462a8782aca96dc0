import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { raw } from './engine-kit.ts';

/** Why no Podman of our own can be started here; null when one can. */
export function whyNoPodman(): string | null {
  if (process.getuid?.() !== 0) return 'only root can give it folders of its own';
  return existsSync('/usr/bin/podman') ? null : 'no podman';
}

/** Version of the Podman that is installed. */
export function podmanVersion(): string {
  return execFileSync('podman', ['version', '--format', '{{.Client.Version}}'], {
    encoding: 'utf8',
  }).trim();
}

/**
 * A Podman service with storage, network and /etc of its own, so that the computer's stay as they
 * are. `cdi` is what it finds as /etc/cdi/nvidia.json.
 */
export class PrivatePodman {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-podman-'));
  #service: ChildProcess | null = null;

  constructor() {
    this.socket = join(this.#folder, 'podman.sock');
  }

  /** Resolves when it answers; `cdi` is null where it knows no cards. */
  async start(cdi: object | null = null): Promise<void> {
    for (const name of ['etc/cdi', 'work'])
      mkdirSync(join(this.#folder, name), { recursive: true });
    if (cdi !== null) {
      writeFileSync(join(this.#folder, 'etc/cdi/nvidia.json'), JSON.stringify(cdi));
    }
    const places = [
      ...['--root', `${this.#folder}/data`],
      ...['--runroot', `${this.#folder}/run`],
      ...['--tmpdir', `${this.#folder}/tmp`],
    ];
    const script = [
      `exec >>'${this.#folder}/log' 2>&1`,
      'ip link set lo up',
      // Its resolver is started once per folder, in the network that asked first.
      'mkdir -p /run/containers && mount -t tmpfs none /run/containers',
      `mount -t overlay -o lowerdir=/etc,upperdir='${this.#folder}/etc',workdir='${this.#folder}/work' overlay /etc`,
      'exec podman "$@"',
    ].join('\n');
    const service = ['system', 'service', '--time=0', `unix://${this.socket}`];
    const options = [...places, '--storage-driver', 'vfs', ...service];
    const shell = ['--mount', '--net', '/bin/sh', '-c', script, 'sh', ...options];
    // Its monitor leaves a file where it was started when a container runs out of memory.
    this.#service = spawn('unshare', shell, { stdio: 'ignore', cwd: this.#folder });
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await raw('GET', '/_ping', undefined, this.socket).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`Podman does not start: ${readFileSync(join(this.#folder, 'log'), 'utf8')}`);
  }

  /** Runs a program in the network of the service, to its end; returns what it printed. */
  beside(program: string, options: readonly string[]): string {
    const target = ['--target', String(this.#service?.pid), '--net', program, ...options];
    return execFileSync('nsenter', target, { encoding: 'utf8', input: '' });
  }

  /** Removes its containers, ends it and takes its folder away. */
  async remove(): Promise<void> {
    const all = await raw('GET', '/v1.41/containers/json?all=1', undefined, this.socket);
    for (const [, id] of all.text.matchAll(/"Id":"([0-9a-f]{64})"/g)) {
      await raw('DELETE', `/v1.41/containers/${id}?force=1`, undefined, this.socket);
    }
    const service = this.#service;
    if (service !== null && service.exitCode === null) {
      const gone = new Promise((resolve) => service.once('exit', resolve));
      service.kill('SIGTERM');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }
}
