import { connect, type Socket } from 'node:net';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { Signer } from '../../../app/adapters/solana/types.ts';
import { systemClock } from '../../../app/jobs/clock.ts';
import {
  encodeAuthorization,
  verifyAuthorization,
} from '../../../app/network/nosana/authorization.ts';
import type { NodeInfo } from '../../../app/owner-api/node-info.ts';
import { OwnerApi, type OwnerApiOptions } from '../../../app/owner-api/owner-api.ts';
import { FakeDoor } from './fake-door.ts';

/** What the host says of itself in these tests. */
export const NODE_INFO: NodeInfo = {
  state: 'QUEUED',
  info: {
    gpus: {
      devices: [{ index: 0, name: 'RTX 4090', uuid: 'GPU-1', memory: { total_mb: 24_564 } }],
    },
    cpu: { model: 'A processor', physical_cores: 8, logical_cores: 16 },
    ram_mb: 65_536,
    disk_gb: 500,
    system_environment: 'Linux 6.8',
    version: '1.2.3',
  },
  resources: { images: ['images/train:1'], volumes: [] },
};

/** What an owner needs to come to a door. */
export interface Doorway {
  readonly port: number;
  readonly job: string;
  /** A header of the owner, from now. */
  header(): Promise<string>;
}

/** The real door on a real port with one job behind it, and the means of the job's owner. */
export class Doorstep implements Doorway {
  readonly door: FakeDoor;
  readonly owner: Signer;
  readonly job = throwawaySigner().address;
  readonly host = throwawaySigner().address;
  readonly stub = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
  /** What the door logs. */
  readonly logged: string[] = [];
  /** What the run has written down. */
  readonly definitions: string[] = [];
  readonly end = new AbortController();
  readonly #api: OwnerApi;
  #port = 0;

  constructor(options: Partial<OwnerApiOptions> = {}, owner: Signer = throwawaySigner()) {
    this.owner = owner;
    const { job, stub } = this;
    const poster = this.owner.address;
    this.door = new FakeDoor(job, { poster, messages: [job, stub], timeoutSeconds: 3600 });
    this.#api = new OwnerApi({
      door: this.door,
      address: this.host,
      nodeInfo: () => NODE_INFO,
      verify: verifyAuthorization,
      log: (level, message, facts) => this.logged.push(JSON.stringify([level, message, facts])),
      ...options,
    });
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#port = await this.#api.start();
  }

  async close(): Promise<void> {
    this.end.abort();
    await this.#api.stop();
  }

  /** The run waits for its definition, until it is brought or the run ends. */
  awaitDefinition(): Promise<void> {
    const keep = (text: string): void => {
      if (this.door.diskFull) throw new Error('ENOSPC: no space left on device, /home/owner');
      this.definitions.push(text);
    };
    return this.door.hatch.awaitDefinition(this.job, keep, this.end.signal);
  }

  /** The run keeps its result; tells whether the owner got it. */
  keepResult(text: string, ms = 60_000): Promise<boolean> {
    const shelf = { clock: systemClock, ms, signal: this.end.signal };
    return this.door.hatch.keepResult(this.job, Buffer.from(text), shelf);
  }

  /** The header by which an owner shows itself, for the job and from now unless told otherwise. */
  header(parts: { message?: string; by?: Signer; time?: number | null } = {}): Promise<string> {
    const { message = this.job, by = this.owner, time = Date.now() } = parts;
    return encodeAuthorization(message, by, time);
  }

  /** As `ask`, with the header of the owner. */
  async asOwner(
    path: string,
    request: { method?: string; header?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; text: string }> {
    const { method = 'GET', header = await this.header(), headers = {} } = request;
    const url = `/job/${this.job}${path}`;
    return this.ask(url, { method, headers: { authorization: header, ...headers } });
  }

  async ask(path: string, request: RequestInit = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, request);
    return { status: response.status, text: await response.text() };
  }

  async bring(
    definition: string,
    authorization?: string,
  ): Promise<{ status: number; text: string }> {
    return this.ask(`/job/${this.job}/job-definition`, {
      method: 'POST',
      headers: {
        authorization: authorization ?? (await this.header()),
        'content-type': 'application/json',
      },
      body: definition,
    });
  }

  async fetchResult(authorization?: string): Promise<{ status: number; text: string }> {
    return this.ask(`/job/${this.job}/results`, {
      headers: { authorization: authorization ?? (await this.header()) },
    });
  }

  /** Sends a request and never reads what comes back. */
  lazy(request: string): Socket {
    const socket = connect(this.#port, '127.0.0.1', () => socket.write(request));
    socket.on('error', () => undefined);
    socket.pause();
    return socket;
  }

  /** Sends raw bytes and returns all that comes back until the door hangs up. */
  raw(...pieces: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      let heard = '';
      const socket = connect(this.#port, '127.0.0.1', () => {
        for (const piece of pieces) socket.write(piece);
      });
      socket.on('data', (data) => (heard += data.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(heard));
    });
  }
}
