import { EventEmitter } from 'node:events';

/** Asked of any object by promises, JSON and test tools; `undefined` is no claim about Electron. */
const PROBED = new Set(['then', 'toJSON', 'nodeType']);

/** Throws the one error that everything missing from the stand-in throws. */
export function notImplemented(what: string): never {
  throw new Error(`${what} is not implemented in the Electron stand-in`);
}

/** Wraps a module's members so that reading any other member throws, rather than passing silently. */
export function loud<T extends object>(name: string, members: T): T {
  return throwing(members, () => name);
}

/**
 * Holds when each of Mine's members is one of Electron's, with its signature: a drift of either fails
 * the type-check. For NamesOnly, whose signatures speak of whole windows or events, the name suffices.
 */
export type Faithful<Theirs, Mine, NamesOnly extends keyof Theirs = never> = {
  [K in Exclude<keyof Mine, keyof EventEmitter>]: K extends NamesOnly
    ? unknown
    : K extends keyof Theirs
      ? Theirs[K]
      : never;
};

/** Electron's event object, as far as main code looks at it. */
export class StandInEvent {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** An emitter whose unknown members throw, and which refuses listeners for events it never emits. */
export abstract class LoudEmitter extends EventEmitter {
  readonly #events: ReadonlySet<string | symbol>;

  /** `events`: all that the stand-in emits, or that a test may emit by hand. */
  constructor(...events: string[]) {
    super();
    this.#events = new Set([...events, 'error']);
  }

  override on(event: string | symbol, listener: (...args: unknown[]) => void): this {
    if (!this.#events.has(event)) notImplemented(`${nameOf(this)} event '${String(event)}'`);
    return super.on(event, listener);
  }

  override addListener(event: string | symbol, listener: (...args: unknown[]) => void): this {
    return this.on(event, listener);
  }
}

/** Makes the unknown members of a plain class throw. */
export function makeLoud(type: { prototype: object }): void {
  Object.setPrototypeOf(type.prototype, throwing(Object.prototype, nameOf));
}

// Put at the end of the chain, below every subclass: only what nobody defines reaches it.
Object.setPrototypeOf(LoudEmitter.prototype, throwing(EventEmitter.prototype, nameOf));
Object.setPrototypeOf(LoudEmitter, throwing(EventEmitter, nameOf));

/** Emits an event that listeners may prevent; true when nobody did. */
export function allowed(emitter: EventEmitter, event: string, ...args: unknown[]): boolean {
  const object = new StandInEvent();
  emitter.emit(event, object, ...args);
  return !object.defaultPrevented;
}

function throwing<T extends object>(target: T, name: (receiver: unknown) => string): T {
  return new Proxy(target, {
    get(members, key, receiver) {
      if (!(key in members) && typeof key === 'string' && !PROBED.has(key)) {
        notImplemented(`${name(receiver)}.${key}`);
      }
      const value: unknown = Reflect.get(members, key, receiver);
      return value;
    },
  });
}

function nameOf(receiver: unknown): string {
  if (typeof receiver === 'function') return receiver.name;
  return receiver instanceof Object ? receiver.constructor.name : 'electron';
}
