import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { recording } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';
import type { Stock } from '../../fakes/resources/public-hosts.ts';
import {
  type PrivateEngine,
  startPrivateEngine,
  whyNoPrivateEngine,
} from '../containers/private-engine.ts';
import { StandInToolkit } from '../containers/stand-in-toolkit.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FAKES = join(ROOT, 'test/fakes');
const NSENTER = '/usr/bin/nsenter';

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  /** All it said on standard error so far. */
  said(): string;
  /** As Ctrl-C does. */
  interrupt(): void;
  readonly ended: Promise<Ended>;
}

/** Login of the one private repository. */
export const LOGIN = { username: 'tester', password: 'open-sesame' };

/** Cards of this computer, one at a time: the recording of a 12 GB one, and a made-up large one. */
export const CARDS = {
  small: { memoryMiB: 12_288, words: '12.8 GB' },
  large: { memoryMiB: 81_559, words: '85.5 GB' },
} as const;
export type CardSize = keyof typeof CARDS;

const RECORDING = 'rtx-3060-v12.xml';
const CARD = 'GPU-d6889ff6-2523-9142-ca3c-1ca3f396a625';

/** An address that nobody here has, outside all ranges that Offpeak refuses to ask. */
const HOSTS_ADDRESS = '192.31.196.10';

/** Why this cannot be played here; null when it can. */
export function whyNoWorld(): string | null {
  const missing = ['/usr/bin/openssl', '/bin/busybox', NSENTER].find((path) => !existsSync(path));
  return missing === undefined ? whyNoPrivateEngine() : `no ${missing}`;
}

/**
 * A computer that is alone in its own internet: an engine, the registries and hosts that public
 * definitions name, and a card. `offpeak run` runs on it as it is, by names and over HTTPS.
 */
export class World {
  readonly toolkit: StandInToolkit;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
  readonly #engine: PrivateEngine;
  readonly #servers: ChildProcess[] = [];
  #digest = '';

  private constructor(engine: PrivateEngine, toolkit: StandInToolkit) {
    this.#engine = engine;
    this.toolkit = toolkit;
  }

  /** `hosts`: names from which the definitions fetch files. */
  static async start(stock: Stock, hosts: readonly string[]): Promise<World> {
    const toolkit = new StandInToolkit([CARD]);
    const registries = ['registry-1.docker.io', 'ghcr.io', 'lscr.io', 'r8.im'];
    const engine = await startPrivateEngine({
      programs: toolkit.programs,
      addresses: [HOSTS_ADDRESS],
      daemon: ['--registry-mirror', 'http://127.0.0.1'],
      hosts: [
        `127.0.0.1 localhost registry.hub.docker.com ${registries.join(' ')}`,
        '127.0.0.2 private.example',
        `${HOSTS_ADDRESS} ${hosts.join(' ')}`,
        '',
      ].join('\n'),
    });
    const world = new World(engine, toolkit);
    try {
      await world.#open(stock, hosts);
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  get socket(): string {
    return this.#engine.socket;
  }

  /** Under which the registry knows the image that a definition names by its content. */
  get digest(): string {
    return this.#digest;
  }

  /** Runs a command of the owner, e.g. `offpeak run FILE`. */
  offpeak(options: readonly string[], card: CardSize | null): Running {
    const home = mkdtempSync(join(this.#folder, 'home-'));
    const cards = join(home, 'cards.xml');
    const smi = join(FAKES, 'nvidia-smi');
    const path = process.env.PATH ?? '';
    const seen = card === null ? null : this.#recordingOf(card);
    if (seen !== null) writeFileSync(cards, seen);
    return this.run(process.execPath, [join(ROOT, 'main/cli.ts'), ...options], {
      ...process.env,
      DOCKER_HOST: `unix://${this.socket}`,
      NODE_EXTRA_CA_CERTS: join(this.#folder, 'certificate.pem'),
      OFFPEAK_HOME: home,
      PATH: seen === null ? path : `${smi}${delimiter}${path}`,
      FAKE_SMI: 'ok',
      FAKE_SMI_FILE: cards,
    });
  }

  /** Runs any program on that computer. */
  run(program: string, options: readonly string[], env = process.env): Running {
    const child = this.#engine.inside(program, options, env);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    return {
      said: () => stderr,
      interrupt: () => child.kill('SIGINT'),
      ended: new Promise((resolve) =>
        child.once('close', (code) => resolve({ code, stdout, stderr })),
      ),
    };
  }

  async remove(): Promise<void> {
    for (const server of this.#servers) server.kill('SIGKILL');
    await this.#engine.remove();
    this.toolkit.remove();
    rmSync(this.#folder, { recursive: true, maxRetries: 5 });
  }

  async #open(stock: Stock, hosts: readonly string[]): Promise<void> {
    const registry = join(FAKES, 'registry/registry.ts');
    const { username, password } = LOGIN;
    const login = ['private.example', username, password];
    this.#serve(...this.#publicRegistry(registry));
    this.#serve(process.execPath, [registry, '127.0.0.2', '80', ...login]);
    const filling = this.run(process.execPath, [
      join(FAKES, 'images/fill-registry.ts'),
      'http://127.0.0.1',
      'http://127.0.0.2',
    ]).ended;
    await this.#openHosts(stock, hosts);
    const { code, stdout, stderr } = await filling;
    if (code !== 0) throw new Error(`The registry cannot be filled: ${stderr}`);
    this.#digest = stdout.trim();
  }

  /** The real program where it is installed, else a stand-in. */
  #publicRegistry(standIn: string): [string, string[]] {
    const real = '/usr/bin/docker-registry';
    if (!existsSync(real)) return [process.execPath, [standIn, '127.0.0.1', '80']];
    const config = join(this.#folder, 'registry.yml');
    const lines = [
      'version: 0.1',
      'log: { level: error, accesslog: { disabled: true } }',
      `storage: { filesystem: { rootdirectory: ${this.#folder}/registry } }`,
      'http: { addr: "127.0.0.1:80" }',
    ];
    writeFileSync(config, lines.join('\n'));
    return [real, ['serve', config]];
  }

  async #openHosts(stock: Stock, names: readonly string[]): Promise<void> {
    const key = join(this.#folder, 'key.pem');
    const certificate = join(this.#folder, 'certificate.pem');
    const stockFile = join(this.#folder, 'stock.json');
    writeFileSync(stockFile, JSON.stringify(stock));
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', '/CN=offpeak test', '-days', '2'];
    const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
    const files = ['-keyout', key, '-out', certificate];
    const options = ['req', '-x509', ...curve, ...subject, '-addext', alternatives, ...files];
    execFileSync('openssl', options, { stdio: 'ignore' });
    const program = join(FAKES, 'resources/public-hosts.ts');
    const server = this.#serve(process.execPath, [
      program,
      ...[HOSTS_ADDRESS, key, certificate, stockFile],
    ]);
    await new Promise((resolve) => server.once('message', resolve).stdout?.once('data', resolve));
  }

  #serve(program: string, options: readonly string[]): ChildProcess {
    const server = this.#engine.inside(program, options);
    // A registry complains of every image that is asked for in vain.
    server.stderr.resume();
    this.#servers.push(server);
    return server;
  }

  #recordingOf(card: CardSize): string {
    const { memoryMiB } = CARDS[card];
    const whole = recording(RECORDING);
    return whole.replaceAll(`${CARDS.small.memoryMiB} MiB`, `${memoryMiB} MiB`);
  }
}
