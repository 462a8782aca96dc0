import { type ChildProcess, execFileSync, spawn, type StdioOptions } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { raw } from './engine-kit.ts';

/** Why no Podman of our own can be started here; null when one can. */
export function whyNoPodman(): string | null {
  if (process.getuid?.() !== 0) return 'only root can give it folders of its own';
  if (!existsSync('/usr/bin/podman')) return 'no podman';
  return existsSync('/bin/busybox') ? null : 'no static busybox to build an image from';
}

/** Version of the Podman that is installed. */
export function podmanVersion(): string {
  return execFileSync('podman', ['version', '--format', '{{.Client.Version}}'], {
    encoding: 'utf8',
  }).trim();
}

/** How the service is set up. */
interface PodmanSetup {
  /** What it finds as /etc/cdi/nvidia.json; null where it knows no cards. */
  readonly cdi?: object | null;
  /** `host:port` of a registry without TLS in the network of this computer, which it shares then. */
  readonly registry?: string;
}

/**
 * A Podman service with storage, network and /etc of its own, so that the computer's stay as they
 * are. They outlive the service, as those of a computer do.
 */
export class PrivatePodman {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-podman-'));
  readonly #setup: PodmanSetup;
  /** Holds network and mounts. */
  #holder: ChildProcess | null = null;
  #service: ChildProcess | null = null;

  constructor(setup: PodmanSetup = {}) {
    this.#setup = setup;
    this.socket = join(this.#folder, 'podman.sock');
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.#holder ??= await this.#hold();
    const places = [
      ...['--root', `${this.#folder}/data`],
      ...['--runroot', `${this.#folder}/run`],
      ...['--tmpdir', `${this.#folder}/tmp`],
    ];
    // Its monitor leaves a file where it was started when a container runs out of memory.
    const script = `cd '${this.#folder}' && exec podman "$@" >>log 2>&1`;
    const service = ['system', 'service', '--time=0', `unix://${this.socket}`];
    const options = [...places, '--storage-driver', 'vfs', ...service];
    const target = ['--target', String(this.#holder.pid), '--mount', '--net'];
    const shell = [...target, '/bin/sh', '-c', script, 'sh', ...options];
    this.#service = spawn('nsenter', shell, { stdio: 'ignore' });
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await raw('GET', '/_ping', undefined, this.socket).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`Podman does not start: ${readFileSync(join(this.#folder, 'log'), 'utf8')}`);
  }

  /** Ends the service as a crash does, or in good order; containers stay. */
  async stop(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await ended(this.#service, how);
    this.#service = null;
  }

  /** Ends everything at once; what a computer keeps in memory is gone with it. */
  async cutPower(): Promise<void> {
    const all = await raw('GET', '/v1.41/containers/json', undefined, this.socket);
    const ids = [...all.text.matchAll(/"Id":"([0-9a-f]{64})"/g)].map(([, id = '']) => id);
    const pids: number[] = [];
    for (const id of ids) {
      const path = `/v1.41/containers/${id}/json`;
      const { text } = await raw('GET', path, undefined, this.socket);
      pids.push(Number(/"Pid":([1-9]\d*)/.exec(text)?.[1]));
    }
    // First the monitors, so that they do not see the end.
    await this.#endAllInside();
    for (const pid of pids) if (pid > 0) process.kill(pid, 'SIGKILL');
    const inMemory = [join(this.#folder, 'run'), join(this.#folder, 'tmp')];
    for (const folder of [...inMemory, ...ids.map((id) => `/run/runc/${id}`)]) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }

  /** Runs a program in the network of the service, to its end; returns what it printed. */
  beside(program: string, options: readonly string[]): string {
    const target = ['--target', String(this.#holder?.pid), '--net', program, ...options];
    return execFileSync('nsenter', target, { encoding: 'utf8', input: '' });
  }

  /** Removes its containers, ends it and takes its folder away. */
  async remove(): Promise<void> {
    const all = await raw('GET', '/v1.41/containers/json?all=1', undefined, this.socket);
    for (const [, id] of all.text.matchAll(/"Id":"([0-9a-f]{64})"/g)) {
      await raw('DELETE', `/v1.41/containers/${id}?force=1`, undefined, this.socket);
    }
    await this.stop('SIGTERM');
    await this.#endAllInside();
    rmSync(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }

  /** Ends what lives in its mounts: itself, its monitors and its resolver, which outlives it. */
  async #endAllInside(): Promise<void> {
    const inside = mountsOf(this.#holder?.pid);
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const others = all.map(Number).filter((pid) => pid !== this.#holder?.pid);
    for (const pid of others) {
      if (inside !== null && mountsOf(pid) === inside) process.kill(pid, 'SIGKILL');
    }
    await ended(this.#holder, 'SIGKILL');
    this.#holder = null;
    this.#service = null;
  }

  async #hold(): Promise<ChildProcess> {
    const { cdi = null, registry } = this.#setup;
    for (const name of ['etc/cdi', 'etc/containers/registries.conf.d', 'work']) {
      mkdirSync(join(this.#folder, name), { recursive: true });
    }
    if (cdi !== null) {
      writeFileSync(join(this.#folder, 'etc/cdi/nvidia.json'), JSON.stringify(cdi));
    }
    if (registry !== undefined) {
      const text = `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`;
      writeFileSync(join(this.#folder, 'etc/containers/registries.conf.d/test.conf'), text);
    }
    const script = [
      'set -e',
      'ip link set lo up',
      // Its resolver is started once per folder, in the network that asked first.
      'mkdir -p /run/containers && mount -t tmpfs none /run/containers',
      `mount -t overlay -o lowerdir=/etc,upperdir='${this.#folder}/etc',workdir='${this.#folder}/work' overlay /etc`,
      'echo ready',
      'exec sleep infinity',
    ].join('\n');
    const spaces = ['--mount', ...(registry === undefined ? ['--net'] : [])];
    const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
    const holder = spawn('unshare', [...spaces, '/bin/sh', '-c', script], { stdio });
    await new Promise((resolve, reject) => {
      holder.stdout?.once('data', resolve);
      holder.once('exit', () => reject(new Error('No namespaces for Podman')));
    });
    return holder;
  }
}

async function ended(child: ChildProcess | null, how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(how);
  await gone;
}

/** Names the mount namespace of a process; null where it is gone. */
function mountsOf(pid: number | undefined): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}
