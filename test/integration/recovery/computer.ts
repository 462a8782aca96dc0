import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importBusybox, raw } from '../containers/engine-kit.ts';

const CGROUPS = '/sys/fs/cgroup';

/** How the engine of such a computer is set up. */
interface Setup {
  /** More options of dockerd. */
  readonly daemon?: readonly string[];
  /** Puts what the engine keeps on a disk of this size, in bytes. */
  readonly diskBytes?: number;
}

/**
 * A computer within this one, as far as an engine can tell: processes, network and mounts of its
 * own. Its engine can be killed and started again while containers live on, and it can lose power:
 * then every process of it is gone at the same moment, and only its disk is left. What is written is
 * not lost with the power, as it may be where a disk holds it in memory.
 */
export class Computer {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-computer-'));
  readonly #setup: Setup;
  #keeper: ChildProcess | null = null;
  #init = 0;
  #daemon: ChildProcess | null = null;

  constructor(setup: Setup = {}) {
    this.socket = join(this.#folder, 'engine.sock');
    this.#setup = setup;
  }

  /** Switches it on: the engine runs, and has the image of the tests. */
  async powerOn(): Promise<void> {
    // The first process buries what nobody else does, as that of a real computer.
    const script = `ip link set lo up; ${this.#mount()} echo ready; sleep infinity & wait`;
    const spaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const keeper = spawn('unshare', [...spaces, '/bin/sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#keeper = keeper;
    await once(keeper.stdout, 'data');
    const children = readFileSync(`/proc/${keeper.pid}/task/${keeper.pid}/children`, 'utf8');
    this.#init = Number(children.trim().split(' ')[0]);
    await this.startEngine();
    await importBusybox(this.socket);
  }

  /** Every process of it ends now. */
  async powerOff(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    this.#daemon = null;
    if (keeper === null || keeper.exitCode !== null || keeper.signalCode !== null) return;
    const gone = once(keeper, 'exit');
    process.kill(this.#init, 'SIGKILL');
    await gone;
  }

  /** Resolves when the engine answers. */
  async startEngine(): Promise<void> {
    const { daemon = [] } = this.#setup;
    // Where the former one was killed it lies there still.
    rmSync(join(this.#folder, 'engine.pid'), { force: true });
    rmSync(join(this.#folder, 'exec/containerd/containerd.pid'), { force: true });
    const options = [
      ...['--data-root', join(this.#folder, 'data'), '--exec-root', join(this.#folder, 'exec')],
      ...['--pidfile', join(this.#folder, 'engine.pid'), '--host', `unix://${this.socket}`],
      ...['--bridge=none', '--iptables=false', '--cgroup-parent', this.#cgroup, ...daemon],
    ];
    const log = join(this.#folder, 'engine.log');
    const script = `exec >>'${log}' 2>&1; exec dockerd "$@"`;
    this.#daemon = this.inside('/bin/sh', ['-c', script, 'sh', ...options]);
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await raw('GET', '/_ping', undefined, this.socket).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`The engine does not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
  }

  /** Ends the engine as a crash or an update does; what becomes of containers is up to it. */
  async stopEngine(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null) return;
    const gone = once(daemon, 'exit');
    // Its number means it only inside.
    const pid = readFileSync(join(this.#folder, 'engine.pid'), 'utf8').trim();
    this.inside('/bin/kill', ['-s', how.replace('SIG', ''), pid]);
    await gone;
  }

  /** Runs a program inside. */
  inside(program: string, options: readonly string[]): ChildProcess {
    const target = ['--target', String(this.#init), '--mount', '--net', '--pid', program];
    return spawn('nsenter', [...target, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** The same, to its end; whether it worked is not asked. */
  async run(program: string, options: readonly string[]): Promise<void> {
    await once(this.inside(program, options), 'exit');
  }

  /** Where the disk of its engine is mounted, seen from inside. */
  get disk(): string {
    return join(this.#folder, 'data');
  }

  /** A file of that disk, seen from outside; only while it is on. */
  file(...path: readonly string[]): string {
    return join(`/proc/${this.#init}/root`, this.disk, ...path);
  }

  /** It never was. */
  async remove(): Promise<void> {
    await this.powerOff();
    rmSync(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
    removeCgroups(this.#cgroup);
  }

  get #cgroup(): string {
    return `/${basename(this.#folder)}`;
  }

  #mount(): string {
    const { diskBytes } = this.#setup;
    if (diskBytes === undefined) return '';
    const image = join(this.#folder, 'disk.img');
    if (!existsSync(image)) {
      writeFileSync(image, '');
      truncateSync(image, diskBytes);
      execFileSync('mkfs.ext4', ['-q', image], { stdio: 'ignore' });
      mkdirSync(this.disk);
    }
    return `mount -o loop '${image}' '${this.disk}';`;
  }
}

/** The folders of groups of processes that are no more: one tree, or one below each controller. */
function removeCgroups(name: string): void {
  const trees = ['', ...readdirSync(CGROUPS)].map((kind) => join(CGROUPS, kind, name));
  for (const tree of trees) {
    if (!existsSync(tree)) continue;
    execFileSync('find', [tree, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
  }
}
