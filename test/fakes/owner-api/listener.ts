import { WebSocket } from 'ws';
import type { Doorway } from './doorstep.ts';

interface Frame {
  readonly path: string;
  readonly data: unknown;
}

/** A visitor with a WebSocket, who remembers all it hears. */
export class Listener {
  readonly frames: Frame[] = [];
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
  readonly #door: Doorway;

  private constructor(door: Doorway, socket: WebSocket) {
    this.#door = door;
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.frames.push(readFrame(data.toString())));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Comes to the door; `autoPong: false` for one who never answers a ping. */
  static async open(door: Doorway, options: { autoPong?: boolean } = {}): Promise<Listener> {
    const socket = new WebSocket(`ws://127.0.0.1:${door.port}/`, options);
    const listener = new Listener(door, socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return listener;
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Asks to follow the job at hand, signed by its owner unless told otherwise. */
  async follow(path: string, more: { header?: string; body?: object } = {}): Promise<void> {
    const { header = await this.#door.header(), body = {} } = more;
    this.say({ path, header, body: { jobAddress: this.#door.job, ...body } });
  }

  /** What was heard of one path. */
  heard(path: string): unknown[] {
    return this.frames.filter((frame) => frame.path === path).map(({ data }) => data);
  }
}

/** The door's frames hold JSON in JSON. */
function readFrame(text: string): Frame {
  const frame: unknown = JSON.parse(text);
  const isFrame = typeof frame === 'object' && frame !== null && 'path' in frame && 'data' in frame;
  if (!isFrame) throw new Error(`not a frame: ${text}`);
  return { path: String(frame.path), data: JSON.parse(String(frame.data)) };
}
