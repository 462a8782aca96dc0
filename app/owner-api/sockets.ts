import type { Visitor } from '../adapters/web-socket-server.ts';
import type { Gate } from './gate.ts';
import { readHandshake, type Goodbye, type Handshake } from './handshake.ts';
import type { OwnerApiLimits } from './limits.ts';
import { Pace } from './pace.ts';
import type { House } from './route.ts';
import type { Seats } from './seats.ts';
import { follow, type Follower } from './subscriptions.ts';

interface SocketsOptions {
  readonly house: Pick<House, 'door' | 'paceMs'>;
  readonly gate: Gate;
  readonly seats: Seats;
  readonly limits: OwnerApiLimits;
  readonly failed: (error: unknown) => void;
}

/** One open WebSocket, from its first frame to its end. */
interface Visit {
  readonly visitor: Visitor;
  readonly source: string;
  /** Aborts when the visitor is gone, or is to go. */
  readonly over: AbortController;
  subscriptions: number;
}

/**
 * The WebSockets at the door: each frame of a visitor asks to follow the log or the state of a job
 * and is signed like a request. Nothing is said before the signature is believed, and nothing is
 * kept for those who do not read.
 */
export class Sockets {
  readonly #options: SocketsOptions;

  constructor(options: SocketsOptions) {
    this.#options = options;
  }

  receive(visitor: Visitor, source: string): void {
    const { firstFrameMs, pingMs } = this.#options.limits;
    const over = new AbortController();
    const visit: Visit = { visitor, source, over, subscriptions: 0 };
    const late = setTimeout(() => end(visit, NO_FRAME), firstFrameMs);
    const pings = keepPinging(visitor, pingMs);
    visitor.onText((text) => {
      if (over.signal.aborted) return;
      const goodbye = this.#hear(visit, text);
      if (goodbye !== null) end(visit, goodbye);
      clearTimeout(late);
    });
    visitor.onClose(() => {
      clearTimeout(late);
      clearInterval(pings);
      over.abort();
    });
  }

  /** Begins what a frame asks for, or says why the socket ends. */
  #hear(visit: Visit, text: string): Goodbye | null {
    const { gate, seats, limits } = this.#options;
    const read = readHandshake(text);
    if (!read.ok) return read.goodbye;
    const { handshake } = read;
    const { header, body } = handshake;
    const { source } = visit;
    const admission = gate.admitOwner({ job: body.jobAddress, header, source, changes: false });
    if (!admission.ok) {
      return { code: admission.status === 401 ? 3000 : 1008, reason: admission.why };
    }
    if (visit.subscriptions >= limits.subscriptionsOfSocket) {
      return { code: 1008, reason: 'This socket follows enough already.' };
    }
    const leave = seats.take(body.jobAddress);
    if (leave === null) return { code: 1008, reason: 'Too many streams are open.' };
    visit.subscriptions += 1;
    void this.#follow(visit, handshake).finally(leave);
    return null;
  }

  async #follow(visit: Visit, handshake: Handshake): Promise<void> {
    const { house, failed } = this.#options;
    const { door, paceMs } = house;
    const { visitor, over } = visit;
    const bell = new Bell(paceMs);
    const unwatch = door.onChange(() => bell.ring());
    over.signal.addEventListener('abort', () => bell.ringOut(), { once: true });
    try {
      const changed = (): Promise<void> => bell.rung();
      const send: Follower['send'] = (frames) => this.#send(visitor, frames);
      await follow(door, handshake, { send, changed, signal: over.signal });
      visit.subscriptions -= 1;
      if (visit.subscriptions === 0) end(visit, JOB_OVER);
    } catch (error) {
      failed(error);
      end(visit, FAILED);
    } finally {
      unwatch();
      bell.ringOut();
    }
  }

  /** A visitor that reads gets one piece after the other; one that does not is cut. */
  async #send(visitor: Visitor, frames: Parameters<Follower['send']>[0]): Promise<boolean> {
    const sent = frames.map(({ path, data }) =>
      visitor.send(JSON.stringify({ path, data: JSON.stringify(data) })),
    );
    const tooLate = Promise.withResolvers<false>();
    const timer = setTimeout(() => tooLate.resolve(false), this.#options.limits.unreadMs);
    const isSent = await Promise.race([Promise.all(sent).then(() => true), tooLate.promise]);
    clearTimeout(timer);
    // A goodbye would wait behind what is not read.
    if (!isSent) visitor.terminate();
    return isSent;
  }
}

const NO_FRAME: Goodbye = { code: 1008, reason: 'The first frame did not come in time.' };
const JOB_OVER: Goodbye = { code: 1000, reason: 'The job is no longer in hand.' };
const FAILED: Goodbye = { code: 1011, reason: 'This host could not go on.' };

function end({ visitor, over }: Visit, { code, reason }: Goodbye): void {
  over.abort();
  visitor.close(code, reason);
}

/** Tells one who waits that something changed, at most once in so many ms. */
class Bell {
  readonly #pace: Pace;
  #rings = Promise.withResolvers<null>();

  constructor(ms: number) {
    this.#pace = new Pace(ms, () => this.#rings.resolve(null));
  }

  ring(): void {
    this.#pace.ask();
  }

  async rung(): Promise<void> {
    await this.#rings.promise;
    this.#rings = Promise.withResolvers();
  }

  /** Nothing will change any more. */
  ringOut(): void {
    this.#pace.stop();
    this.#rings.resolve(null);
  }
}

function keepPinging(visitor: Visitor, ms: number): NodeJS.Timeout {
  let isAnswered = true;
  visitor.onPong(() => (isAnswered = true));
  return setInterval(() => {
    if (!isAnswered) visitor.terminate();
    isAnswered = false;
    visitor.ping();
  }, ms);
}
