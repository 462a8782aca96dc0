import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { raw } from './engine-kit.ts';

/** Why no engine of our own can be started here; null when one can. */
export function whyNoPrivateEngine(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start a second engine';
  return existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd') ? null : 'no dockerd';
}

/**
 * A second engine with folders and socket of its own, so that it can be killed without harm to the
 * one that other programs use. It makes no firewall rules.
 */
export class PrivateEngine {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-engine-'));
  readonly #more: readonly string[];
  #daemon: ChildProcess | null = null;

  constructor(...more: string[]) {
    this.socket = join(this.#folder, 'engine.sock');
    this.#more = more;
  }

  /** Resolves when it answers. `resolvConf` is what it takes for the system's /etc/resolv.conf. */
  async start(resolvConf: string | null = null): Promise<void> {
    // After a crash its containerd is dead too, but where nobody buries it the engine waits for it.
    rmSync(join(this.#folder, 'exec/containerd/containerd.pid'), { force: true });
    const options = [
      ...['--data-root', join(this.#folder, 'data'), '--exec-root', join(this.#folder, 'exec')],
      ...['--pidfile', join(this.#folder, 'engine.pid'), '--host', `unix://${this.socket}`],
      ...['--default-address-pool', 'base=10.213.0.0/16,size=24'],
      ...['--bridge=none', '--iptables=false', ...this.#more],
    ];
    this.#daemon =
      resolvConf === null ? this.#spawn('dockerd', options) : this.#inside(resolvConf, options);
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await raw('GET', '/_ping', undefined, this.socket).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`The engine does not start: ${readFileSync(this.#log(), 'utf8').slice(-2000)}`);
  }

  /** Ends the daemon as a crash does, or in good order. */
  async stop(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null) return;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill(how);
    await gone;
  }

  /** Ends all that it started and removes its folder. */
  async remove(): Promise<void> {
    if (this.#daemon === null) await this.start();
    await this.stop('SIGTERM');
    // Left mounted by an engine that crashed.
    spawnSync('umount', ['--quiet', join(this.#folder, 'data')]);
    rmSync(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }

  // A mount namespace of its own, in which another file stands in the place of resolv.conf.
  #inside(resolvConf: string, options: string[]): ChildProcess {
    const file = join(this.#folder, 'resolv.conf');
    writeFileSync(file, resolvConf);
    const script = 'mount --bind "$0" /etc/resolv.conf && exec dockerd "$@"';
    return this.#spawn('unshare', ['--mount', '/bin/sh', '-c', script, file, ...options]);
  }

  #spawn(program: string, options: string[]): ChildProcess {
    const command = `exec "$0" "$@" >>'${this.#log()}' 2>&1`;
    return spawn('/bin/sh', ['-c', command, program, ...options], { stdio: 'ignore' });
  }

  #log(): string {
    return join(this.#folder, 'engine.log');
  }
}
