import { z } from 'zod';

/** How long opening the socket may take. */
const OPEN_DEADLINE_MS = 10_000;
/** Hosted servers close sockets that are silent for about a minute. */
const PING_MS = 15_000;
/** Back-off between attempts to open the socket. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
/** A socket that lived this long held: the next loss begins again at the preferred server. */
const HELD_MS = 60_000;

/** One subscription: how it is asked for, and who hears what comes. */
export interface SubscriptionEntry {
  readonly method: 'account' | 'program';
  readonly params: readonly unknown[];
  readonly onResult: (result: unknown) => void;
}

const Message = z.union([
  z.object({ id: z.number(), result: z.number() }),
  z.object({ params: z.object({ subscription: z.number(), result: z.unknown() }) }),
]);

/** One socket that carries all subscriptions, and makes them anew on each connection. */
export class SubscriptionSocket {
  readonly #url: (attempt: number) => Promise<string>;
  readonly #entries = new Map<number, SubscriptionEntry>();
  /** Server's number of a subscription → ours; belongs to the present socket alone. */
  readonly #remote = new Map<number, number>();
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #socket: WebSocket | null = null;
  /** Rises with every opening and dropping: what an earlier one still brings counts no more. */
  #turn = 0;
  #isOpening = false;
  #isAlive = false;
  #attempt = 0;
  #serial = 0;
  #retryMs = RETRY_MIN_MS;
  #closed = false;
  /** Whether this server answers pings; until it has, its silence means nothing. */
  #answersPings = false;
  #heard = false;

  constructor(url: (attempt: number) => Promise<string>) {
    this.#url = url;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(entry: SubscriptionEntry): () => void {
    const id = ++this.#serial;
    this.#entries.set(id, entry);
    if (this.#socket !== null) this.#subscribe(id, entry);
    else if (!this.#isOpening && this.#timers.size === 0) void this.#open();
    return () => this.#remove(id);
  }

  reconnect(): void {
    this.#retryMs = RETRY_MIN_MS;
    this.#attempt += 1;
    if (!this.#closed && this.#entries.size > 0) void this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#entries.clear();
    this.#drop();
    this.#listeners.clear();
  }

  async #open(): Promise<void> {
    this.#drop();
    if (this.#closed) return;
    const turn = this.#turn;
    this.#isOpening = true;
    const url = await this.#url(this.#attempt).catch(() => null);
    if (turn !== this.#turn) return;
    this.#isOpening = false;
    if (url === null) this.#retry();
    else this.#connect(new WebSocket(url));
  }

  #connect(socket: WebSocket): void {
    this.#socket = socket;
    // Events of a socket that was replaced meanwhile must not touch its successor.
    const current = (act: () => void) => (): void => {
      if (this.#socket === socket) act();
    };
    const lost = current(() => this.#retry());
    socket.addEventListener(
      'open',
      current(() => this.#opened()),
    );
    socket.addEventListener('message', (event) => {
      const data: unknown = event.data;
      if (this.#socket === socket && typeof data === 'string') this.#receive(data);
    });
    socket.addEventListener('error', lost);
    socket.addEventListener('close', lost);
    this.#after(OPEN_DEADLINE_MS, () => {
      if (socket.readyState === WebSocket.CONNECTING) this.#retry();
    });
  }

  #opened(): void {
    this.#retryMs = RETRY_MIN_MS;
    this.#answersPings = false;
    this.#heard = true;
    for (const [id, entry] of this.#entries) this.#subscribe(id, entry);
    this.#ping();
    this.#after(HELD_MS, () => (this.#attempt = 0));
    this.#setAlive(true);
  }

  /** A line that was cut without a word looks open for minutes: the pings find out. */
  #ping(): void {
    this.#after(PING_MS, () => {
      if (this.#answersPings && !this.#heard) {
        this.#retry();
        return;
      }
      this.#heard = false;
      // With a number, so that it is answered, if only by "Method not found".
      this.#send({ jsonrpc: '2.0', id: ++this.#serial, method: 'ping' });
      this.#ping();
    });
  }

  #retry(): void {
    this.#drop();
    if (this.#closed || this.#entries.size === 0) return;
    this.#attempt += 1;
    this.#after(this.#retryMs, () => void this.#open());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  /** Lets go of the present socket without hearing of it again. */
  #drop(): void {
    this.#turn += 1;
    this.#isOpening = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#remote.clear();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#setAlive(false);
  }

  #remove(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    for (const [remote, local] of this.#remote) {
      if (local !== id) continue;
      this.#remote.delete(remote);
      const method = `${entry.method}Unsubscribe`;
      this.#send({ jsonrpc: '2.0', id: ++this.#serial, method, params: [remote] });
    }
    if (this.#entries.size === 0) this.#drop();
  }

  #subscribe(id: number, entry: SubscriptionEntry): void {
    this.#send({ jsonrpc: '2.0', id, method: `${entry.method}Subscribe`, params: entry.params });
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    this.#heard = true;
    const value = parseJson(text);
    const message = Message.safeParse(value).data;
    if (message === undefined) {
      // The answer to a ping is an error of the server's own making.
      if (typeof value === 'object' && value !== null && 'error' in value) {
        this.#answersPings = true;
      }
      return;
    }
    if ('id' in message) {
      if (this.#entries.has(message.id)) this.#remote.set(message.result, message.id);
      return;
    }
    const local = this.#remote.get(message.params.subscription);
    if (local !== undefined) this.#entries.get(local)?.onResult(message.params.result);
  }

  #setAlive(isAlive: boolean): void {
    if (isAlive === this.#isAlive) return;
    this.#isAlive = isAlive;
    for (const listener of [...this.#listeners]) listener();
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
