import {
  type ChildProcess,
  type ChildProcessByStdio,
  execFileSync,
  spawn,
} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { raw } from './engine-kit.ts';

/** Why no engine of our own can be started here; null when one can. */
export function whyNoPrivateEngine(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start a second engine';
  return existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd') ? null : 'no dockerd';
}

/** File systems whose tools may be here. */
export type FileSystem = 'btrfs' | 'xfs';

/** Why no disk with this file system can be made; null when one can. */
export function whyNoDisk(fileSystem: FileSystem): string | null {
  const tool = `/sbin/mkfs.${fileSystem}`;
  if (!existsSync(tool)) return `no ${tool}`;
  const known = readFileSync('/proc/filesystems', 'utf8').split(/\s+/);
  return known.includes(fileSystem) ? null : `this kernel does not know ${fileSystem}`;
}

/** How a private engine differs from a usual one. */
interface Peculiarity {
  /** More options of dockerd. */
  readonly daemon?: readonly string[];
  /** What it takes for the system's /etc/resolv.conf. */
  readonly resolvConf?: string;
  /** What it takes for the system's /etc/hosts; left out: the system's own. */
  readonly hosts?: string;
  /** More addresses of its computer, on which programs beside it may listen. */
  readonly addresses?: readonly string[];
  /** A folder whose programs it finds first. */
  readonly programs?: string;
  /** Keeps its containers on a small disk of its own, with this file system. */
  readonly fileSystem?: FileSystem;
}

/** Room for a few small images; file systems refuse less. */
const DISK_BYTES = 600 * 1024 ** 2;

/** Starts an engine of its own; `remove` ends it. */
export async function startPrivateEngine(peculiarity: Peculiarity = {}): Promise<PrivateEngine> {
  const engine = new PrivateEngine(peculiarity);
  await engine.start();
  return engine;
}

/**
 * A second engine that can be killed without harm to the one that other programs use: it has
 * folders and a socket of its own, and lives in network and mount namespaces of its own, because
 * an engine takes the default bridge of the network it starts in for its own.
 */
export class PrivateEngine {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-engine-'));
  readonly #peculiarity: Peculiarity;
  #daemon: ChildProcess | null = null;

  constructor(peculiarity: Peculiarity = {}) {
    // An engine that remaps users looks into its folder as one of them.
    chmodSync(this.#folder, 0o711);
    this.socket = join(this.#folder, 'engine.sock');
    this.#peculiarity = peculiarity;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { daemon = [], resolvConf = '', programs = '/nonexistent' } = this.#peculiarity;
    const { hosts, addresses = [] } = this.#peculiarity;
    // After a crash its containerd is dead too, but where nobody buries it the engine waits for it.
    rmSync(join(this.#folder, 'exec/containerd/containerd.pid'), { force: true });
    writeFileSync(join(this.#folder, 'resolv.conf'), resolvConf);
    writeFileSync(join(this.#folder, 'hosts'), hosts ?? readFileSync('/etc/hosts'));
    const options = [
      ...['--data-root', join(this.#folder, 'data'), '--exec-root', join(this.#folder, 'exec')],
      ...['--pidfile', join(this.#folder, 'engine.pid'), '--host', `unix://${this.socket}`],
      ...['--bridge=none', '--iptables=false', ...daemon],
    ];
    const script = [
      `exec >>'${this.#log}' 2>&1`,
      'ip link set lo up',
      ...addresses.map((address) => `ip address add '${address}/32' dev lo`),
      `mount --bind '${this.#folder}/resolv.conf' /etc/resolv.conf`,
      `mount --bind '${this.#folder}/hosts' /etc/hosts`,
      ...this.#mountDisk(),
      `PATH='${programs}':$PATH exec dockerd "$@"`,
    ].join('\n');
    const shell = ['--mount', '--net', '/bin/sh', '-c', script, 'sh', ...options];
    this.#daemon = spawn('unshare', shell, { stdio: 'ignore' });
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await raw('GET', '/_ping', undefined, this.socket).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`The engine does not start: ${readFileSync(this.#log, 'utf8').slice(-2000)}`);
  }

  /** Runs a program in the network of the engine, as the owner's programs run beside theirs. */
  beside(program: string, options: readonly string[]): ChildProcess {
    const target = ['--target', String(this.#daemon?.pid), '--net', program, ...options];
    return spawn('nsenter', target, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** As `beside`, with the names of the engine's computer, and with its own environment. */
  inside(
    program: string,
    options: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ): ChildProcessByStdio<null, Readable, Readable> {
    const target = ['--target', String(this.#daemon?.pid), '--net', '--mount'];
    return spawn('nsenter', [...target, program, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
  }

  /** Ends the daemon as a crash does, or in good order. */
  async stop(how: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null) return;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill(how);
    await gone;
  }

  /** Ends all that it started and removes its folder. */
  async remove(): Promise<void> {
    // Only an engine that goes in good order takes its containers along.
    if (this.#daemon === null) await this.start();
    await this.stop();
    rmSync(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }

  /** Shell lines that put the engine's data on its own disk, which goes with its mounts. */
  #mountDisk(): string[] {
    const { fileSystem } = this.#peculiarity;
    if (fileSystem === undefined) return [];
    const image = join(this.#folder, 'disk.img');
    const data = join(this.#folder, 'data');
    if (!existsSync(image)) {
      writeFileSync(image, '');
      truncateSync(image, DISK_BYTES);
      execFileSync(`mkfs.${fileSystem}`, ['-q', image], { stdio: 'ignore' });
      mkdirSync(data);
    }
    return [`mount -o loop '${image}' '${data}'`];
  }

  get #log(): string {
    return join(this.#folder, 'engine.log');
  }
}
