import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { whyNoEngine } from '../containers/engine-kit.ts';

/** What a command printed and how it ended. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export const GUARD_IMAGE = 'offpeak/guard:1';

/** How every container of a job is locked up; what a test adds comes after it. */
export const LOCKED = [
  ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
  ...['--memory', '256m', '--pids-limit', '256'],
];

/** Why the guard cannot be tried here; null when it can. */
export async function whyNoGuard(): Promise<string | null> {
  if (process.platform !== 'linux') return 'the engine must run on this computer, on Linux';
  const reason = await whyNoEngine();
  if (reason !== null) return reason;
  const { out } = await docker('info', '--format', '{{.OSType}}/{{.Architecture}}');
  return out === 'linux/x86_64' ? null : `the engine is ${out}`;
}

/** Runs the engine's command line. */
export function docker(...options: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('docker', options, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out: stdout.trim(), error: stderr.trim() });
    });
  });
}

/** The same, for what must work. */
export async function insist(...options: string[]): Promise<string> {
  const { code, out, error } = await docker(...options);
  if (code !== 0) throw new Error(`docker ${options.join(' ')}: ${error}${out}`);
  return out;
}

/** Loads the guard image under its name, whatever lay there before. */
export async function loadGuardImage(): Promise<void> {
  const archive = new URL('../../../assets/guard/guard-image.tar', import.meta.url);
  await insist('load', '--input', fileURLToPath(archive));
}

/** What one test file makes in the engine, taken away at the end, the containers first. */
export class Things {
  readonly #containers: string[] = [];
  readonly #networks: string[] = [];
  readonly #images: string[] = [];

  /** Makes a bridge network; returns its name. */
  async network(...options: string[]): Promise<string> {
    const name = newName('net');
    await insist('network', 'create', ...options, name);
    this.#networks.push(name);
    return name;
  }

  /** The same for a subnet that only one network can have: one that a killed test left is replaced. */
  async fixedNetwork(name: string, subnet: string, gateway: string): Promise<void> {
    await docker('network', 'rm', name);
    await insist('network', 'create', '--subnet', subnet, '--gateway', gateway, name);
    this.#networks.push(name);
  }

  /** Starts a container in the background; returns its name. */
  async container(...options: string[]): Promise<string> {
    const name = newName('box');
    this.#containers.push(name);
    await insist('run', '--detach', '--name', name, ...options);
    return name;
  }

  /** Loads an image archive that is known by this name. */
  async image(name: string, archive: string): Promise<void> {
    this.#images.push(name);
    await insist('load', '--input', archive);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#containers.map((name) => docker('rm', '--force', '--volumes', name)));
    await Promise.all(this.#networks.map((name) => docker('network', 'rm', name)));
    await Promise.all(this.#images.map((name) => docker('image', 'rm', name)));
  }

  /** Starts a guard on a network and waits for what it says. */
  async guard(
    network: string,
    options: GuardOptions = {},
  ): Promise<{ name: string; answer: Answer }> {
    const { asked = [], engine = [], rights = ['--cap-add', 'NET_ADMIN'] } = options;
    const { image = GUARD_IMAGE } = options;
    const name = await this.container(
      ...['--network', network, ...LOCKED, ...rights, ...engine, image, ...asked],
    );
    return { name, answer: readAnswer(await firstLine(name)) };
  }

  /** Starts a container that answers with a word on port 7777; returns its name and address. */
  async listener(word: string, ...where: string[]): Promise<{ name: string; address: string }> {
    const probe = ['--entrypoint', '/probe', GUARD_IMAGE, 'listen', '7777', word];
    const name = await this.container(...where, ...LOCKED, ...probe);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    const address = await insist('inspect', '--format', format, name);
    await firstLine(name);
    return { name, address };
  }
}

interface GuardOptions {
  /** Arguments of the guard itself. */
  readonly asked?: readonly string[];
  readonly engine?: readonly string[];
  readonly rights?: readonly string[];
  readonly image?: string;
}

/** A line of JSON from the guard. */
export type Answer = z.infer<typeof answerOf>;
const answerOf = z.object({
  ready: z.boolean(),
  refuses: z.string().optional(),
  problem: z.string().optional(),
  detail: z.string().optional(),
});

/** Reads such a line; throws for any other text. */
export function readAnswer(text: string): Answer {
  return answerOf.parse(JSON.parse(text));
}

/** The address that means everybody in the IPv4 subnet of a network. */
export async function broadcastOf(network: string): Promise<string> {
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}';
  const subnets = await insist('network', 'inspect', '--format', format, network);
  const [, address = '', length = ''] = /([\d.]+)\/(\d+)/.exec(subnets) ?? [];
  const bits = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const last = bits + 2 ** (32 - Number(length)) - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

/** The first line that a container prints, once it is there. */
async function firstLine(name: string): Promise<string> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const [line = ''] = (await insist('logs', name)).split('\n');
    if (line !== '') return line;
    await pause(20);
  }
  throw new Error(`${name} says nothing`);
}

/** What the probe found, as its README has it. */
export type Report = z.infer<typeof reportOf>;
const reportOf = z.object({
  attempt: z.string(),
  reached: z.boolean(),
  tried: z.string(),
  stopped: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

/** Makes an attempt in a container of its own, with these options of the engine. */
export async function probe(where: readonly string[], ...attempt: string[]): Promise<Report> {
  const image = ['--entrypoint', '/probe', GUARD_IMAGE];
  return readReport(
    await insist('run', '--rm', '--name', newName('probe'), ...where, ...image, ...attempt),
  );
}

export function readReport(text: string): Report {
  return reportOf.parse(JSON.parse(text));
}

/** Where a job's container goes: into the namespace of the guard, locked up. */
export function behind(guard: { name: string }): string[] {
  return ['--network', `container:${guard.name}`, ...LOCKED];
}

const tries = z.array(
  z.object({ to: z.string(), by: z.string(), result: z.string(), heard: z.string().optional() }),
);

/** For each target what came of it, by the routes and past them: "connected connected". */
export function results(report: Report): Record<string, string> {
  const list = tries.parse(report.detail['connections'] ?? report.detail['datagrams']);
  const byTarget: Record<string, string> = {};
  for (const { to, result } of list) {
    byTarget[to] = byTarget[to] === undefined ? result : `${byTarget[to]} ${result}`;
  }
  return byTarget;
}

/** A server on every address of this computer that greets, and counts who comes and what is said. */
export async function listenOnHost(): Promise<HostListener> {
  let visits = 0;
  let heardBytes = 0;
  const server: Server = createServer((socket) => {
    visits += 1;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      heardBytes += data.length;
    });
    socket.write('host');
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { port, visits: () => visits, heardBytes: () => heardBytes, close: () => server.close() };
}

export interface HostListener {
  readonly port: number;
  readonly visits: () => number;
  readonly heardBytes: () => number;
  readonly close: () => void;
}

export function newName(kind: string): string {
  return `guard-test-${kind}-${randomUUID().slice(0, 8)}`;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
