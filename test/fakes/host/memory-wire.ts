import type { Wire } from '../../../app/contract/wire.ts';

/** Two ends of a wire in memory: what goes in comes out as a copy, a microtask later. */
export interface MemoryWire<A, B> {
  readonly left: Wire<A, B> & { closed: boolean };
  readonly right: Wire<B, A> & { closed: boolean };
  /** While set, `congested` says so on both ends. */
  readonly congest: (on: boolean) => void;
  /** Messages from right to left that this function answers true for are lost. */
  readonly lose: (decide: (message: B) => boolean) => void;
}

/** Makes such a pair; structuredClone and JSON both apply, as on the real wires. */
export function memoryWire<A, B>(): MemoryWire<A, B> {
  let congested = false;
  let lost: (message: B) => boolean = () => false;
  const toRight = channel<A>();
  const toLeft = channel<B>();
  const closes: (() => void)[] = [];
  const close = () => {
    if (left.closed) return;
    left.closed = true;
    right.closed = true;
    for (const listener of closes) listener();
  };
  const shared = {
    onClose: (listener: () => void) => void closes.push(listener),
    congested: () => congested,
    close,
    closed: false,
  };
  const left = { ...shared, send: toRight.send, onMessage: toLeft.onMessage };
  const right = {
    ...shared,
    send: (message: B) => {
      if (!lost(message)) toLeft.send(message);
    },
    onMessage: toRight.onMessage,
  };
  return {
    left,
    right,
    congest: (on) => (congested = on),
    lose: (decide) => (lost = decide),
  };
}

function channel<T>() {
  const listeners: ((message: T) => void)[] = [];
  return {
    send: (message: T) => {
      const copy: T = JSON.parse(JSON.stringify(message)) as T;
      queueMicrotask(() => listeners.forEach((listener) => listener(copy)));
    },
    onMessage: (listener: (message: T) => void) => void listeners.push(listener),
  };
}
